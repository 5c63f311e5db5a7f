/** Scales addresses to heights: mapped ranges get room, the empty spans between almost none. */

import type { AddressBand } from "../../base/address-scale.ts";

/** Ascending ranges [start, end) that do not touch. */
interface Spans {
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

const mostBands = 200;
/** Height of a fold and of all folds together, and the least height of a band and of all bands. */
const foldHeight = 0.02;
const foldsHeight = 0.25;
const leastBand = 0.025;
const leastBands = 0.3;
/** Gaps up to this share of all mapped bytes are drawn to scale, not folded. */
const shareOfGap = 1 / 24;
/** Gaps up to this are never folded. */
const leastBytes = 4096;

/**
 * @param starts @param ends Ranges that get room, in any order; they may overlap.
 * @param low @param high The lowest and the highest address that must have a height.
 */
export function bandsOf(
  starts: Float64Array,
  ends: Float64Array,
  low: number,
  high: number,
): AddressBand[] {
  const spans = folded(union(starts, ends));
  const lasts = spans.ends.length - 1;
  const pieces: { start: number; end: number; isFold: boolean }[] = [];
  let at = low;
  for (let i = 0; i <= lasts; i++) {
    const start = spans.starts[i]!;
    if (start > at) pieces.push({ start: at, end: start, isFold: true });
    pieces.push({ start, end: spans.ends[i]!, isFold: false });
    at = spans.ends[i]!;
  }
  if (high > at) pieces.push({ start: at, end: high, isFold: true });
  return withHeights(pieces);
}

/** Union of the ranges, by a sweep over sorted starts and sorted ends. */
function union(starts: Float64Array, ends: Float64Array): Spans {
  const opens = starts.slice().sort();
  const closes = ends.slice().sort();
  const found = { starts: [] as number[], ends: [] as number[] };
  let depth = 0;
  let close = 0;
  for (const open of opens) {
    while (depth > 0 && closes[close]! < open) {
      depth -= 1;
      close += 1;
      if (depth === 0) found.ends.push(closes[close - 1]!);
    }
    if (depth === 0) found.starts.push(open);
    depth += 1;
  }
  if (depth > 0) found.ends.push(closes[closes.length - 1]!);
  return found;
}

/**
 * Merges spans across small gaps. Keeps only the widest gaps, as many as a reader can tell apart.
 */
function folded({ starts, ends }: Spans): Spans {
  if (starts.length === 0) return { starts, ends };
  const bytes = ends.reduce((sum, end, i) => sum + end - starts[i]!, 0);
  const gaps = starts.slice(1).map((start, i) => start - ends[i]!);
  const floor = Math.max(bytes * shareOfGap, leastBytes);
  const widest = gaps
    .map((_, i) => i)
    .filter((i) => gaps[i]! > floor)
    .sort((a, b) => gaps[b]! - gaps[a]!)
    .slice(0, mostBands - 1)
    .sort((a, b) => a - b);
  const merged = { starts: [starts[0]!], ends: [] as number[] };
  for (const i of widest) {
    merged.ends.push(ends[i]!);
    merged.starts.push(starts[i + 1]!);
  }
  merged.ends.push(ends[ends.length - 1]!);
  return merged;
}

/**
 * A band's height grows with the 0.4th power of its bytes, so that a library of 2 MiB is visible
 * beside a heap of 2 GiB. Within a band the scale is linear.
 */
function withHeights(
  pieces: readonly { start: number; end: number; isFold: boolean }[],
): AddressBand[] {
  const bands = pieces.filter(({ isFold }) => !isFold);
  const folds = pieces.length - bands.length;
  // Programs that scatter their mappings have many folds and bands; each then gets less height.
  const fold = Math.min(foldHeight, foldsHeight / Math.max(1, folds));
  const least = Math.min(leastBand, leastBands / Math.max(1, bands.length));
  const room = 1 - folds * fold - bands.length * least;
  const weight = (start: number, end: number): number => (end - start) ** 0.4;
  const all = bands.reduce((sum, { start, end }) => sum + weight(start, end), 0);
  let at = 0;
  return pieces.map(({ start, end, isFold }) => {
    const low = at;
    at += isFold ? fold : least + (room * weight(start, end)) / all;
    return { start, end, low, high: at, isFold };
  });
}
