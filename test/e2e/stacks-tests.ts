/** Call stacks frame by frame against strace -k, and programs that get to their calls in every way. */
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { record } from "../helpers/maptrail.ts";
import { projectRoot } from "../helpers/programs.ts";
import { countEnds, inOrder, recordedStacks, straceStacks } from "../helpers/stack-oracle.ts";
import { codeShift, StackPrograms, stackSources } from "../helpers/stack-programs.ts";
import { ofTier, type Tier, type TieredCase } from "../helpers/tiers.ts";
import { missingReason, titled } from "../helpers/tools.ts";

export const fixtures = new StackPrograms();
afterAll(() => fixtures.remove());

/**
 * Records the command and compares each call's stack with strace's of another run of it.
 *
 * @param oracleStops strace's unwinder may give up early; ours must reach the start all the same
 */
export async function compareStacks(
  command: readonly string[],
  oracleStops = false,
  database = fixtures.path("recording"),
): Promise<number> {
  const recording = await record(database, command);
  expect([recording.status, recording.stderr]).toEqual([0, ""]);
  const seen = inOrder(await straceStacks(command, codeShift(command[0]!)));
  const recorded = inOrder(recordedStacks(database));
  expect(recorded.length).toBe(seen.length);
  let frames = 0;
  for (const [thread, calls] of recorded.entries()) {
    const all = seen[thread]!;
    // The loader's calls come before the hook.
    const same = thread === 0 ? all.slice(all.length - calls.length) : all;
    const ours = calls.map(({ call, frames }, i) => ({
      call,
      frames: oracleStops ? frames.slice(0, same[i]?.frames.length) : frames,
    }));
    expect(ours).toEqual(same);
    for (const { end } of calls) expect(end).toBe("start");
    frames += calls.reduce((sum, call) => sum + call.frames.length, 0);
  }
  return frames;
}

const reason = missingReason(["strace", "readelf", "cc"]);
const ways = [
  "direct",
  "heap",
  "tail",
  "inlined",
  "callback",
  "recursion",
  "aligned",
  "at-end",
  "repeated",
].concat(["handler", "alternate", "thread", "forked"]);

export function chainTests(...flagSets: readonly string[]): void {
  describe.skipIf(reason).each(flagSets)(titled("a program compiled with %s", reason), (flags) => {
    let program = "";
    beforeAll(() => {
      program = fixtures.build("cc", "chains.c", ...flags.split(" "));
    });
    it.each(ways)("has the frames that strace shows: %s", async (way) => {
      expect(await compareStacks([program, way])).toBeGreaterThan(10);
    });
  });
}

const cxx = missingReason(["strace", "c++"]);

export function cxxTests(...flagSets: readonly string[]): void {
  describe.skipIf(cxx)(titled("C++", cxx), () => {
    it.each(flagSets)("compiled with %s", async (flags) => {
      expect(
        await compareStacks([fixtures.build("c++", "objects.cc", ...flags.split(" "))]),
      ).toBeGreaterThan(40);
    });
  });
}

/** Real programs, each long enough to load libraries and to grow. */
const programs: readonly (TieredCase & { readonly command: readonly string[] })[] = [
  {
    quick: true,
    command: [
      "python3",
      "-c",
      "import json, decimal, threading; [bytearray(i * 5000) for i in range(300)]",
    ],
  },
  { command: ["git", "-C", projectRoot, "log", "--stat", "-100"] },
  {
    command: [
      "sqlite3",
      ":memory:",
      "CREATE TABLE t (a); WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 99) INSERT INTO t SELECT randomblob(99000) FROM c; SELECT count(*) FROM t",
    ],
  },
  { command: ["gcc", "-O2", "-c", "-o", "/dev/null", join(stackSources, "chains.c")] },
  {
    command: [
      "node",
      "-e",
      "const a = []; for (let i = 0; i < 1e5; i++) a.push({ i }); JSON.stringify(a)",
    ],
  },
  { command: ["perl", "-e", "my @a = map { $_ x 100 } 1 .. 50000; print scalar(@a)"] },
];

export function shareTests(tier: Tier): void {
  describe("the share of calls whose stack reaches main or a thread's start", () => {
    it.each(ofTier(tier, programs))("$command.0", async ({ command }) => {
      const name = command[0];
      const database = fixtures.path(`share-${name}`);
      expect((await record(database, command)).status).toBe(0);
      const ends = countEnds(database);
      const all = [...ends.values()].reduce((sum, count) => sum + count, 0);
      const share = (ends.get("start") ?? 0) / all;
      console.log(
        `${name}: ${(share * 100).toFixed(1)} % of ${all} calls`,
        Object.fromEntries(ends),
      );
      expect(all).toBeGreaterThan(5);
      expect(share).toBeGreaterThanOrEqual(0.95);
    });
  });
}
