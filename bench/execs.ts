/** What recording adds to the start of a small program. */
import type { Goal } from "./figures.ts";
import type { Group } from "./group.ts";
import { benchProgram } from "./programs.ts";
import { compare, inProcessorTime, interleave, processorNotes, runTimed } from "./rounds.ts";
import type { Way } from "./ways.ts";

const goal: Goal = { of: "added", is: "at most", limit: 0.6 };

export const execs: Group = {
  name: "execs",
  title: "Start of /bin/true, its sites being cached",
  run: async ({ places, ways, rounds, quick }) => {
    const program = benchProgram("execs");
    const count = quick ? 100 : 400;
    const all = [ways.untraced, ways.hook(places.tmpfs), ways.record(places.tmpfs), ways.strace];
    const samples = await interleave(all, rounds, async (way) => {
      const often = String(Math.max(20, Math.ceil(count / Math.min(way.slowness, 10))));
      const nanos = await runTimed(way, places.scratch, (path) => [
        program,
        path,
        often,
        "/bin/true",
      ]);
      return new Map([...nanos].map(([key, value]) => [key, value / 1e6]));
    });
    const unit = "ms/exec";
    const goalOf = (way: Way): Goal | undefined => (way === ways.strace ? undefined : goal);
    const own = all.filter((way) => way !== ways.strace);
    const by = (key: string, name: string) => {
      const what = { key, name, unit, decimals: 3, goal: goalOf };
      return [
        ...compare(what, all, samples),
        ...compare(inProcessorTime(what, goalOf), own, samples),
      ];
    };
    return {
      figures: [...by("spawn", "posix_spawn"), ...by("fork", "fork and exec")],
      notes: [...processorNotes, "A child of fork opens a journal of its own before its exec."],
    };
  },
};
