/** Scales of the small plots: map values to pixels, and choose the ticks. */

import { ticks } from "../../base/ticks.ts";

export interface Tick {
  readonly value: number;
  readonly text: string;
}

export interface Axis {
  /** The value's position in pixels. */
  place(value: number): number;
  readonly ticks: readonly Tick[];
}

/** The pixels of the axis's two ends. */
export type Ends = readonly [first: number, last: number];

/** Steps of bytes are powers of two. */
export function binaryStep(rough: number): number {
  return 2 ** Math.ceil(Math.log2(rough));
}

export function linearAxis(
  [from, to]: readonly [number, number],
  ends: Ends,
  format: (value: number) => string,
  options: { readonly count?: number; readonly step?: (rough: number) => number } = {},
): Axis {
  const span = to > from ? to - from : 1;
  const values = ticks(from, from + span, options.count ?? 6, options.step);
  return {
    place: (value) => ends[0] + ((value - from) / span) * (ends[1] - ends[0]),
    ticks: values.map((value) => ({ value, text: format(value) })),
  };
}

/** Ticks are at powers of `base`; both ends are widened to whole powers of it. */
export function logAxis(
  [from, to]: readonly [number, number],
  ends: Ends,
  format: (value: number) => string,
  base: 2 | 10,
): Axis {
  const low = Math.floor(Math.log(Math.max(from, 1)) / Math.log(base) + 1e-9);
  const high = Math.max(low + 1, Math.ceil(Math.log(Math.max(to, 1)) / Math.log(base) - 1e-9));
  const every = Math.max(1, Math.ceil((high - low) / 5));
  const marks: Tick[] = [];
  for (let power = low; power <= high; power += every) {
    marks.push({ value: base ** power, text: format(base ** power) });
  }
  return {
    place: (value) => {
      const share = (Math.log(Math.max(value, 1)) / Math.log(base) - low) / (high - low);
      return ends[0] + share * (ends[1] - ends[0]);
    },
    ticks: marks,
  };
}
