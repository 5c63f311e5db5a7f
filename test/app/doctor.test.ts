import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  checkCompiler,
  checkKernel,
  checkNames,
  checkNode,
  checkOracle,
  checkProcMem,
  checkRoom,
  findProgram,
} from "../../src/app/doctor/doctor-checks.ts";
import type { NativeProbe } from "../../src/app/doctor/native-probe.ts";
import { doctor } from "../../src/app/doctor.ts";
import { installedReader } from "../../src/symbols/installed.ts";
import { findTool } from "../helpers/tools.ts";
import { scratch } from "../store/helpers.ts";
import { captureIo } from "./sample.ts";

const libc = {
  path: "/lib/x86_64-linux-gnu/libc.so.6",
  version: "glibc 2.36",
  sites: { mmap: 1, madvise: 2 },
  missing: [],
};

describe("checks of the machine", () => {
  it("asks for Node 20.19", () => {
    expect(checkNode("v20.19.0").status).toBe("ok");
    expect(checkNode("v24.1.0").status).toBe("ok");
    expect(checkNode("v20.18.9")).toMatchObject({
      status: "bad",
      remedy: expect.stringContaining("20.19"),
    });
    expect(checkNode("v18.20.0").status).toBe("bad");
  });

  it("asks for Linux on x86-64", () => {
    expect(checkKernel("linux", "x64", "6.18.0").status).toBe("ok");
    expect(checkKernel("linux", "x64", "4.17.1").status).toBe("ok");
    expect(checkKernel("linux", "x64", "4.15.0-200-generic").status).toBe("warn");
    expect(checkKernel("linux", "arm64", "6.18.0").status).toBe("bad");
    expect(checkKernel("darwin", "x64", "24.0").status).toBe("bad");
  });

  it("finds programs in PATH, but no folders and nothing that cannot run", () => {
    const folder = scratch();
    mkdirSync(join(folder, "cc"));
    writeFileSync(join(folder, "gcc"), "");
    chmodSync(join(folder, "gcc"), 0o644);
    writeFileSync(join(folder, "clang"), "");
    chmodSync(join(folder, "clang"), 0o755);
    const env = { PATH: `/nowhere::${folder}` };
    expect(findProgram("clang", env)).toBe(join(folder, "clang"));
    expect(findProgram("cc", env)).toBeUndefined();
    expect(findProgram("gcc", env)).toBeUndefined();
    expect(checkCompiler(env, false)).toMatchObject({
      status: "ok",
      finding: join(folder, "clang"),
    });
  });

  it("needs a compiler only until the library is built", () => {
    expect(checkCompiler({ PATH: "/nowhere" }, false)).toMatchObject({ status: "bad" });
    expect(checkCompiler({ PATH: "/nowhere" }, true)).toMatchObject({ status: "ok" });
    expect(checkOracle("strace", {})).toMatchObject({ status: "warn", subject: "strace" });
  });

  it("tells who names functions, and what would name them better", () => {
    expect(checkNames("elfutils")).toMatchObject({ status: "ok", subject: "names" });
    expect(checkNames("addr2line")).toMatchObject({ status: "warn" });
    expect(checkNames("own").remedy).toContain("apt install elfutils");
    const child = join(scratch(), "child.js");
    writeFileSync(child, `console.log('{"unavailable":"no libdw.so.1"}')`);
    expect(installedReader({ child })).toBe(
      findTool("addr2line") === undefined ? "own" : "addr2line",
    );
    if (findTool("eu-addr2line") !== undefined) expect(installedReader()).toBe("elfutils");
  });

  it("tells how much room there is, and of a folder that is not there", () => {
    expect(checkRoom("journal", scratch()).finding).toMatch(/, [\d.]+ [KMGT]iB free$/);
    const missing = checkRoom("journal", join(scratch(), "none"));
    expect(missing).toMatchObject({ status: "bad", finding: expect.stringContaining("ENOENT") });
    expect(missing.remedy).toContain("--journal");
  });

  it("tries /proc/self/mem", () => {
    expect(checkProcMem("/nowhere/mem")).toMatchObject({
      status: "warn",
      finding: expect.stringContaining("ENOENT"),
    });
  });
});

describe("doctor", () => {
  const run = async (probe: NativeProbe) => {
    const io = captureIo(scratch());
    const exitCode = await doctor({ json: true }, { ...io, env: { PATH: "/nowhere" } }, probe);
    const checks: { subject: string; status: string; finding: string }[] = JSON.parse(io.outText());
    return { exitCode, of: (subject: string) => checks.find((check) => check.subject === subject) };
  };

  it("exits with 1 when there is no way to build the library", async () => {
    const { exitCode, of } = await run(async () => ({}));
    expect(exitCode).toBe(1);
    expect(of("compiler")?.status).toBe("bad");
    expect(of("hook library")?.status).toBe("warn");
  });

  it("shows what the native side found", async () => {
    const { exitCode, of } = await run(async () => ({
      library: { path: "/cache/hook.so", cached: true },
      libc,
      via: "mem",
    }));
    expect(exitCode).toBe(0);
    expect(of("libc")?.finding).toBe("glibc 2.36, /lib/x86_64-linux-gnu/libc.so.6");
    expect(of("call sites")).toMatchObject({ status: "ok", finding: "3 found for 2 calls" });
    expect(of("hook library")?.finding).toBe("/cache/hook.so, built before");
    expect(of("compiler")?.status).toBe("ok");
  });

  it("names calls without a site, and a build that failed", async () => {
    const { exitCode, of } = await run(async () => ({
      library: { problem: "cc: no such file" },
      libc: { ...libc, missing: ["mremap"] },
      via: "none",
    }));
    expect(exitCode).toBe(1);
    expect(of("call sites")).toMatchObject({
      status: "warn",
      finding: expect.stringContaining("none for mremap"),
    });
    expect(of("hook library")).toMatchObject({ status: "bad", finding: "cc: no such file" });
    expect(of("/proc/self/mem")?.status).toBe("bad");
  });

  it("puts a remedy beneath what needs one", async () => {
    const io = captureIo(scratch());
    await doctor({}, { ...io, env: { PATH: "/nowhere" } }, async () => ({}));
    expect(io.outText()).toMatch(
      /^bad +compiler +no cc, gcc or clang in PATH\n +Install a C compiler/m,
    );
    expect(io.outText()).toContain(
      "\n\nthis machine cannot record yet; see the lines marked bad\n",
    );
  });
});
