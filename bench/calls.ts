/** Cost of a call in the traced program, which times its own loops. */
import type { Goal } from "./figures.ts";
import type { Group } from "./group.ts";
import { benchProgram } from "./programs.ts";
import {
  compare,
  inProcessorTime,
  interleave,
  type Measured,
  processorNotes,
  runTimed,
} from "./rounds.ts";
import type { Way } from "./ways.ts";

const pairGoal: Goal = { of: "ratio", is: "at most", limit: 1.12 };
const adviceGoal: Goal = { of: "added", is: "at most", limit: 120 };

const isOurs = ({ name }: Way): boolean => name.startsWith("hook") || name.startsWith("maptrail");
const inMemory = (way: Way): boolean => isOurs(way) && way.name.endsWith("tmpfs");

const tests: readonly Measured[] = [
  { key: "pair", name: "mmap+munmap, 64 KiB untouched", unit: "ns/pair", decimals: 0 },
  { key: "pair-touched", name: "mmap+munmap, 64 KiB touched", unit: "ns/pair", decimals: 0 },
  { key: "grow-shrink", name: "mremap, grow and shrink in place", unit: "ns/pair", decimals: 0 },
  { key: "null-madvise", name: "madvise of nothing", unit: "ns/call", decimals: 0 },
];

function goalOf(key: string, way: Way): Goal | undefined {
  if (key === "null-madvise") return inMemory(way) ? adviceGoal : undefined;
  return key.startsWith("pair") && isOurs(way) ? pairGoal : undefined;
}

const wayNotes = [`"hook alone" writes the journal; "maptrail" also drains it at the same time.`];

export const calls: Group = {
  name: "calls",
  title: "Cost of a call",
  run: async ({ places, ways, rounds, quick }) => {
    const program = benchProgram("calls");
    const count = quick ? 20_000 : 100_000;
    const { tmpfs, disk } = places;
    const all = [
      ways.untraced,
      ways.hook(tmpfs),
      ways.hook(disk),
      ways.record(tmpfs),
      ways.record(disk),
      ways.strace,
      ways.perf,
    ];
    const samples = await interleave(all, rounds, (way) =>
      runTimed(way, places.scratch, (figures) => [
        program,
        figures,
        String(Math.ceil(count / way.slowness)),
      ]),
    );
    const stopping = [ways.strace, ways.perf];
    const own = all.filter((way) => !stopping.includes(way));
    const figures = tests.flatMap((test) => [
      ...compare({ ...test, goal: (way) => goalOf(test.key, way) }, all, samples),
      ...compare(
        inProcessorTime(test, (way) => goalOf(test.key, way)),
        own,
        samples,
      ),
    ]);
    return { figures, notes: [...processorNotes, ...wayNotes] };
  },
};
