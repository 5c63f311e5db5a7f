import { mkdtempSync, readdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { nativeProbe } from "../../src/app/doctor/native-probe.ts";
import { ensureNative } from "../../src/recorder/native-build.ts";
import { runTrial } from "../../src/recorder/trial.ts";

const place = mkdtempSync(join(tmpdir(), "maptrail-trial-"));
afterAll(() => rm(place, { recursive: true, force: true }));
const path = "/usr/bin:/bin";

describe("a trial of the hook", () => {
  it("tells what it patched, and leaves nothing behind", async () => {
    const coverage = await runTrial(ensureNative(), place, ["true"], path);
    expect(coverage).toMatchObject({ status: "full", reasons: [], via: "mem" });
    const calls = new Set(coverage?.sites.map(({ call }) => call));
    for (const call of ["mmap", "munmap", "mremap", "mprotect", "brk", "madvise", "execve"]) {
      expect(calls).toContain(call);
    }
    expect(readdirSync(place)).toEqual([]);
  });

  it("rejects for a program that cannot be run, and leaves nothing behind", async () => {
    await expect(runTrial(ensureNative(), place, ["no-such"], path)).rejects.toThrow("status 127");
    expect(readdirSync(place)).toEqual([]);
  });

  it("is what doctor asks for, and quick", async () => {
    const options = { database: join(place, "a.db"), journal: place, path };
    await nativeProbe(options); // the library may have to be built
    const begun = performance.now();
    const found = await nativeProbe(options);
    expect(performance.now() - begun).toBeLessThan(2000);
    expect(found).toMatchObject({
      library: { cached: true },
      libc: { version: expect.stringMatching(/^(glibc|musl) \d/), missing: [] },
      via: "mem",
      journalFolder: place,
    });
    expect(found.trialProblem).toBeUndefined();
    expect(readdirSync(place)).toEqual([]);
  });

  it("tells why it could not be made", async () => {
    const journal = join(place, "missing");
    const found = await nativeProbe({ database: join(place, "a.db"), journal, path });
    expect(found.trialProblem).toContain("no journal folder can be made");
    expect(found.libc).toBeUndefined();
  });
});
