/** What recording stacks adds to a call, by mode and by depth. */
import type { Group } from "./group.ts";
import { benchProgram } from "./programs.ts";
import { compare, inProcessorTime, interleave, type Measured, runTimed } from "./rounds.ts";

const tests: readonly Measured[] = [
  { key: "frames-8", name: "madvise below 8 frames", unit: "ns/call", decimals: 0 },
  { key: "frames-32", name: "madvise below 32 frames", unit: "ns/call", decimals: 0 },
  { key: "frames-64", name: "madvise below 64 frames", unit: "ns/call", decimals: 0 },
  { key: "changing", name: "64 stacks of 22 frames in turn", unit: "ns/call", decimals: 0 },
];

const exec: Measured = { key: "spawn", name: "/bin/true", unit: "ms/exec", decimals: 3 };

export const stacks: Group = {
  name: "stacks",
  title: "Cost of a call's stack",
  run: async ({ places, ways, rounds, quick }) => {
    const calls = benchProgram("stacks");
    const execs = benchProgram("execs");
    const modes = (["none", "caller", "fp", "unwind"] as const).map((mode) => ({
      ...ways.hook(places.tmpfs, mode),
      name: `--stacks=${mode}`,
    }));
    const samples = await interleave(modes, rounds, async (way) => {
      const perCall = await runTimed(way, places.scratch, (figures) => {
        return [calls, figures, quick ? "8000" : "40000"];
      });
      const perExec = await runTimed(way, places.scratch, (figures) => {
        return [execs, figures, quick ? "50" : "200", "/bin/true"];
      });
      const nanos = perExec.get("spawn-processor") ?? 0;
      return new Map([...perCall, ["spawn-processor", nanos / 1e6]]);
    });
    return {
      figures: [...tests, exec].flatMap((test) => compare(inProcessorTime(test), modes, samples)),
      notes: ["Beside --stacks=none; nobody reads the journal meanwhile."],
    };
  },
};
