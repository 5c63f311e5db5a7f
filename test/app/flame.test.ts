import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type FlameOptions, showFlame } from "../../src/app/flame.ts";
import { UserError } from "../../src/base/errors.ts";
import { kindCodes } from "../../src/events/kinds.ts";
import { orFailOnCi, titled } from "../helpers/tools.ts";
import { captureIo } from "./sample.ts";
import { growingRows, stackedDatabase } from "./stacked.ts";

/** The two stacks of the sample, and a third that ends early and calls once. */
function sample(): string {
  return stackedDatabase(({ append, stack, writer }) => {
    const text =
      "7ffc00000000-7ffc00021000 rw-p 00000000 00:00 0                          [stack]\n";
    const blob = writer.blob(new TextEncoder().encode(text));
    append([{ kind: kindCodes.mapsObserved, args: [blob, 1, 1] }]);
    append(growingRows(stack(["libc", "grow", "fill", "main", "libc"]), stack(["libc", "main"])));
    append([
      {
        kind: kindCodes.madvise,
        args: [0x7f12_3400_0000, 4096, 4],
        stack: stack(["fill"], "no-table"),
        at: 9_000_000,
      },
    ]);
  });
}

async function flame(folder: string, options: Partial<FlameOptions> = {}) {
  const io = captureIo(folder);
  const exitCode = await showFlame(options, io);
  return { exitCode, out: io.outText(), err: io.errText() };
}

const deep = "chain;main (chain.c:37);fill (chain.c:29);grow (chain.c:17);resize (chain.c:11)";
const MiB = 1024 ** 2;

describe("flame", () => {
  it.each([
    ["calls", `chain;[partial];fill (chain.c:29) 1\nchain;main (chain.c:37) 1\n${deep} 3\n`],
    ["grown", `${deep} ${7 * MiB}\n`],
    ["moves", `${deep} 1\n`],
    ["time", `chain;main (chain.c:37) 1000\n${deep} 15900\n`],
  ] as const)("weighs stacks by %s", async (weight, text) => {
    const { out, exitCode } = await flame(sample(), { weight });
    expect(out).toBe(text);
    expect(exitCode).toBe(0);
  });

  it.each([
    // The first mmap alone; grown to 2 MiB; grown to 8 MiB and moved; and another beside it.
    ["#3", { main: MiB, deep: 0 }],
    ["#4", { main: 2 * MiB, deep: 0 }],
    ["#5", { main: 8 * MiB, deep: 0 }],
    ["#6", { main: 8 * MiB, deep: MiB }],
  ])("weighs them by the bytes that live at %s", async (at, bytes) => {
    const { out } = await flame(sample(), { weight: "live", at });
    const lines = out.trimEnd().split("\n");
    expect(lines).toContain(`chain;[mapped by no recorded call] ${0x21000}`);
    expect(lines).toContain(`chain;main (chain.c:37) ${bytes.main}`);
    expect(lines.filter((line) => line.startsWith(deep))).toEqual(
      bytes.deep === 0 ? [] : [`${deep} ${bytes.deep}`],
    );
  });

  it("writes into a file, or as JSON", async () => {
    const folder = sample();
    expect((await flame(folder, { weight: "moves", output: "moves.folded" })).out).toBe("");
    expect(readFileSync(join(folder, "moves.folded"), "utf8")).toBe(`${deep} 1\n`);
    const { out } = await flame(folder, { weight: "moves", json: true });
    expect(JSON.parse(out)).toEqual([{ frames: deep.split(";"), weight: 1 }]);
  });

  it("says so when nothing weighs anything", async () => {
    const folder = stackedDatabase(() => undefined);
    const { out, err } = await flame(folder, { weight: "moves" });
    expect([out, err]).toEqual(["", "no growth was moved: the flame graph is empty\n"]);
  });

  it.each([
    [{ at: "50%" }, "--at 50% goes with --weight live, and the weight is calls"],
    [{ weight: "grown", pid: 4 }, "--pid 4 goes with --weight live, and the weight is grown"],
    [{ debugDir: ["nowhere"] }, '--debug-dir takes a directory, and "nowhere" is none'],
    [{ perfMaps: "maptrail.db" }, '--perf-maps takes a directory, and "maptrail.db" is none'],
    [{ output: "/dev/full" }, '"/dev/full" cannot be written (ENOSPC)'],
    [{ output: "no/such/folder" }, '"no/such/folder" cannot be written (ENOENT)'],
    [{ weight: "live", at: "noon" }, '"noon" is no moment of a recording'],
  ] as const)("refuses %o", async (options, message) => {
    const shown = flame(sample(), options);
    await expect(shown).rejects.toThrow(UserError);
    await expect(shown).rejects.toThrow(message);
  });

  it("parts frames by nothing that a name holds", async () => {
    const folder = stackedDatabase(({ writer, append }) => {
      const module = writer.module("/tmp/a;b\nc 7", "");
      const stack = writer.stack([{ module, offset: 16 }], "start");
      append([{ kind: kindCodes.munmap, args: [0x1000, 4096], stack }]);
    });
    expect((await flame(folder)).out).toBe("chain;a:b\\nc 7+0x10 1\n");
  });
});

/** speedscope reads a line by this expression (src/import/bg-flamegraph.ts); inferno parts it at its last blank. */
const speedscopeLine = /^(.*) (\d+)$/;

describe("the collapsed form", () => {
  it("reads the same by speedscope's rule and by inferno's, and loses no call", async () => {
    const lines = (await flame(sample())).out.trimEnd().split("\n");
    const bySpeedscope = lines.map((line) => speedscopeLine.exec(line)?.slice(1));
    const byInferno = lines.map((line) => {
      const blank = line.lastIndexOf(" ");
      return [line.slice(0, blank), line.slice(blank + 1)];
    });
    expect(bySpeedscope).toEqual(byInferno);
    expect(bySpeedscope.every((parts) => parts?.[0]?.split(";").every(Boolean))).toBe(true);
    expect(bySpeedscope.reduce((sum, parts) => sum + Number(parts?.[1]), 0)).toBe(5);
  });
});

/** FlameGraph's own script, as Debian has it. */
const reader = [
  "/usr/share/perl5/Devel/NYTProf/flamegraph.pl",
  "/usr/bin/flamegraph.pl",
  "/usr/bin/flamegraph",
].find(existsSync);
const missing =
  reader === undefined
    ? orFailOnCi("needs flamegraph.pl (Debian: libdevel-nytprof-perl)")
    : undefined;

describe.skipIf(missing !== undefined)(titled("flamegraph.pl", missing), () => {
  it("reads every stack with its weight", async () => {
    const folder = sample();
    const { out } = await flame(folder, { weight: "calls" });
    const path = join(folder, "calls.folded");
    writeFileSync(path, out);
    const svg = execFileSync("perl", [reader ?? "", "--hash", path], { encoding: "utf8" });
    const titles = [...svg.matchAll(/<title>(.*?)<\/title>/g)].map((match) => match[1]);
    expect(titles).toContain("all (5 samples, 100%)");
    expect(titles).toContain("resize (chain.c:11) (3 samples, 60.00%)");
    expect(titles).toContain("grow (chain.c:17) (3 samples, 60.00%)");
    expect(titles).toContain("main (chain.c:37) (4 samples, 80.00%)");
    expect(titles).toContain("[partial] (1 samples, 20.00%)");
  });
});
