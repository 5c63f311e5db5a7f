/** One process's values over time, for the sections that plot them. */
import type { SeriesPoint } from "../plots/plot-series.ts";

export function pointsOf(atNanos: readonly number[], values: readonly number[]): SeriesPoint[] {
  return atNanos.map((at, i) => ({ atNanos: at, value: values[i] ?? 0 }));
}

/** From the process's first event to the recording's end. */
export function spanOf(
  [first]: readonly SeriesPoint[],
  durationNanos: number,
): [from: number, to: number] {
  const from = first?.atNanos ?? 0;
  return [from, Math.max(durationNanos, from + 1)];
}
