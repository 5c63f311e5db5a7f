/** What recording adds when several threads map at once, sharing one journal and one cursor. */
import type { Figure } from "./figures.ts";
import type { Group } from "./group.ts";
import { benchProgram } from "./programs.ts";
import { compare, interleave, runTimed } from "./rounds.ts";

export const threads: Group = {
  name: "threads",
  title: "Threads that map at once",
  run: async ({ places, ways, rounds, quick }) => {
    const program = benchProgram("threads");
    const pairs = quick ? 20_000 : 100_000;
    const all = [ways.untraced, ways.hook(places.tmpfs), ways.record(places.tmpfs)];
    const figures: Figure[] = [];
    for (const count of [2, 8]) {
      const samples = await interleave(all, rounds, (way) =>
        runTimed(way, places.scratch, (path) => [
          program,
          path,
          String(count),
          String(Math.ceil(pairs / count)),
        ]),
      );
      const name = `mmap+munmap, ${count} threads`;
      figures.push(...compare({ key: "pairs", name, unit: "ns/pair", decimals: 0 }, all, samples));
    }
    return { figures, notes: ["wall time over the pairs of all threads together"] };
  },
};
