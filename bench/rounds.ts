/**
 * Measures ways interleaved: A B C, A B C, ... so that a slow moment of the machine affects all.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { addedOf, type Figure, type Goal, ratioOf, spreadOf } from "./figures.ts";
import type { Way } from "./ways.ts";

/** The measurements of one run of one way, by name. */
export type Sample = ReadonlyMap<string, number>;

/** Samples of all rounds by way; ways that are not available have none. */
export type Samples = ReadonlyMap<Way, readonly Sample[]>;

/** The first round warms up caches (sites, compiled code, the disk) and is discarded. */
export async function interleave(
  ways: readonly Way[],
  rounds: number,
  measure: (way: Way) => Promise<Sample>,
): Promise<Samples> {
  const present = ways.filter(({ missing }) => missing === undefined);
  const samples = new Map<Way, Sample[]>(present.map((way) => [way, []]));
  for (const way of present) await measure(way);
  for (let round = 0; round < rounds; round++) {
    for (const way of present) samples.get(way)?.push(await measure(way));
  }
  return samples;
}

export interface Measured {
  /** Key of the samples. */
  readonly key: string;
  readonly name: string;
  readonly unit: string;
  readonly decimals: number;
  readonly goal?: (way: Way) => Goal | undefined;
}

/** A figure for each way, compared with the first one. */
export function compare(what: Measured, ways: readonly Way[], samples: Samples): Figure[] {
  const valuesOf = (way: Way): number[] =>
    (samples.get(way) ?? []).flatMap((sample) => sample.get(what.key) ?? []);
  const base = ways[0] === undefined ? [] : valuesOf(ways[0]);
  return ways.map((way, place) => {
    const values = valuesOf(way);
    const figure = { name: what.name, way: way.name, unit: what.unit, decimals: what.decimals };
    if (values.length === 0) return { ...figure, missing: way.missing };
    const value = spreadOf(values);
    if (place === 0) return { ...figure, value };
    const ratio = ratioOf(values, base);
    return { ...figure, value, ratio, added: addedOf(values, base), goal: what.goal?.(way) };
  });
}

/** The same in the traced program's CPU time, from its figures named `KEY-processor`. */
export function inProcessorTime(what: Measured, goal?: Measured["goal"]): Measured {
  const same = { ...what, key: `${what.key}-processor`, name: `${what.name} (processor)` };
  return goal === undefined ? same : { ...same, goal };
}

export const processorNotes: readonly string[] = [
  "(processor) is the processor time of the program itself. On an idle machine it equals the wall",
  "time above it; on a busy one only it tells the cost of recording from other programs' turns.",
];

/**
 * Runs a program of bench/programs that prints lines `NAME NANOSECONDS COUNT`; returns the
 * nanoseconds of one operation, by name.
 */
export async function runTimed(
  way: Way,
  scratch: string,
  command: (figures: string) => readonly string[],
): Promise<Map<string, number>> {
  const figures = join(scratch, "figures");
  await way.run(command(figures));
  const lines = readFileSync(figures, "utf8").trim().split("\n");
  return new Map(
    lines.map((line) => {
      const [name = "", nanos, count] = line.split(" ");
      return [name, Number(nanos) / Number(count)];
    }),
  );
}
