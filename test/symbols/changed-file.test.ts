/** Files that are gone, changed, or no files: told, and never named by what stands there now. */
import { execFileSync } from "node:child_process";
import { appendFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { symbolise } from "../../src/symbols/symbolise.ts";
import { run } from "../helpers/run.ts";
import { buildIdOf, byBuildId, callAddresses, compile, place, splitDebug } from "./builds.ts";

const program = compile("chain.c", "-g", "-O1", "-Wl,-z,noseparate-code");
const addresses = callAddresses(program, /^(grow|fill|main)$/);

describe("a file that is not the one that was recorded", () => {
  const other = compile("chain.c", "-g", "-O2");

  it("is said to be changed, and gives no names", () => {
    const [answer] = symbolise([{ path: other, buildId: buildIdOf(program), addresses }]);
    expect(answer?.state).toBe("changed");
    expect(answer?.reason).toBe(
      `it was changed since: its build-id was ${buildIdOf(program)} and is ${buildIdOf(other)}`,
    );
    expect(answer?.frames).toEqual(addresses.map(() => []));
  });

  it("is named all the same where its debug file has the build-id", () => {
    const stripped = compile("chain.c", "-g", "-O1", "-Wl,-z,noseparate-code");
    const buildId = buildIdOf(stripped);
    const debugFolder = place();
    splitDebug(stripped, byBuildId(debugFolder, buildId));
    const options = { debugFolders: [debugFolder] };
    const wanted = symbolise([{ path: stripped, buildId, addresses }], options)[0]?.frames;
    expect(wanted?.map((one) => one.at(-1)?.name)).toContain("fill");
    for (const [path, state] of [
      [other, "changed"],
      ["/nonexistent/chain", "missing"],
    ] as const) {
      const [answer] = symbolise([{ path, buildId, addresses }], options);
      expect(answer?.state).toBe(state);
      expect(answer?.frames).toEqual(wanted);
    }
  });

  it("is told by its time where there is no build-id", () => {
    const plain = compile("chain.c", "-g", "-O1", "-Wl,--build-id=none");
    const asked = { path: plain, buildId: undefined, addresses };
    expect(symbolise([{ ...asked, unchangedSinceMillis: 1000 }])[0]).toMatchObject({
      state: "changed",
      reason: "it was changed since",
    });
    const later = Date.now() + 60_000;
    expect(symbolise([{ ...asked, unchangedSinceMillis: later }])[0]?.state).toBe("read");
  });

  it("is said to be gone", () => {
    expect(symbolise([{ path: "/nonexistent/chain", buildId: "ab", addresses }])[0]).toEqual({
      state: "missing",
      reason: "it is gone",
      frames: addresses.map(() => []),
    });
  });

  it("is never waited for: a pipe, a directory, a device", async () => {
    const pipe = join(place(), "pipe");
    await run(["mkfifo", pipe]);
    for (const path of [pipe, "/tmp", "/dev/zero"]) {
      expect(symbolise([{ path, buildId: undefined, addresses }])[0]).toMatchObject({
        state: "unreadable",
        reason: "it is no regular file",
      });
    }
  });

  describe.each(["elfutils", "addr2line", "own"] as const)(
    "takes no debug file of another, %s",
    (reader) => {
      const flags = ["-g", "-O1", "-Wl,-z,noseparate-code"];

      function namesIn(path: string, debugFolder: string): (string | undefined)[] {
        const asked = { path, buildId: buildIdOf(path), addresses };
        const [answer] = symbolise([asked], { debugFolders: [debugFolder], reader });
        return answer?.frames.flat().flatMap(({ name }) => name ?? []) ?? [];
      }

      /** The same code with another build-id. */
      function other(): string {
        return compile("chain.c", ...flags, `-Wl,--build-id=0x${"ab".repeat(20)}`);
      }

      it.each(["the same", "another"])("that has %s build-id", (which) => {
        const stripped = compile("chain.c", ...flags);
        const debugFolder = place();
        const debug = byBuildId(debugFolder, buildIdOf(stripped));
        if (which === "another") splitDebug(other(), debug);
        splitDebug(stripped, which === "another" ? join(place(), "away") : debug);
        const names = namesIn(stripped, debugFolder);
        if (which === "another") expect(names).not.toContain("fill");
        else expect(names).toContain("fill");
      });

      it.each(["the same", "another"])("that has %s checksum", (which) => {
        const stripped = compile("chain.c", ...flags, "-Wl,--build-id=none");
        const debug = join(dirname(stripped), "chain.debug");
        splitDebug(stripped, debug);
        execFileSync("objcopy", ["--add-gnu-debuglink", debug, stripped]);
        if (which === "another") appendFileSync(debug, "x");
        const names = namesIn(stripped, place());
        if (which === "another") expect(names).not.toContain("fill");
        else expect(names).toContain("fill");
      });
    },
  );
});
