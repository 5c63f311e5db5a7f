/** Call stacks frame by frame against strace -k, and programs that get to their calls in every way. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { record } from "../helpers/maptrail.ts";
import { inOrder, recordedStacks, straceStacks } from "../helpers/stack-oracle.ts";
import { codeShift, StackPrograms } from "../helpers/stack-programs.ts";
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

export function chainTests(...flagSets: string[]): void {
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
