/** Figures that several analyses make: quantiles, and the rows of the largest groups. */

/** The value below which `share` of the sorted values lie, by nearest rank; 0 of nothing. */
export function quantile(sorted: Float64Array, share: number): number {
  if (sorted.length === 0) return 0;
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!;
}

/** Nearest rank as `quantile` has it, without sorting: puts the values into another order. */
export function selectQuantile(values: Float64Array, share: number): number {
  if (values.length === 0) return 0;
  const rank = Math.max(0, Math.ceil(share * values.length) - 1);
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const pivot = middleOf(values[low]!, values[(low + high) >>> 1]!, values[high]!);
    let left = low;
    let right = high;
    while (left <= right) {
      while (values[left]! < pivot) left += 1;
      while (values[right]! > pivot) right -= 1;
      if (left > right) break;
      const swapped = values[left]!;
      values[left] = values[right]!;
      values[right] = swapped;
      left += 1;
      right -= 1;
    }
    if (rank <= right) high = right;
    else if (rank >= left) low = left;
    else break;
  }
  return values[rank]!;
}

function middleOf(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}

export function medianOf(rows: Uint32Array, column: Float64Array): number {
  return selectQuantile(valuesAt(rows, column), 0.5);
}

export function valuesAt(rows: Uint32Array, column: Float64Array): Float64Array {
  const values = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i += 1) values[i] = column[rows[i]!]!;
  return values;
}

/** Median, p99, longest and total of durations. */
export interface TimeFigures {
  readonly medianNanos: number;
  readonly p99Nanos: number;
  readonly longestNanos: number;
  readonly totalNanos: number;
}

/** Quantiles of more durations than this are within a 256th of the true ones, and made in one pass. */
const mostExact = 1 << 16;
const finePerDoubling = 256;

function fineCounts(values: Float64Array): Uint32Array {
  const counts = new Uint32Array(64 * finePerDoubling);
  for (let i = 0; i < values.length; i += 1) counts[fineIndex(values[i]!)]! += 1;
  return counts;
}

/** Below 512 every whole number is its own; above, each doubling is divided into 256. */
function fineIndex(value: number): number {
  let doublings = 0;
  let rest = value;
  while (rest >= 0x8000_0000) {
    rest /= 2;
    doublings += 1;
  }
  const shift = Math.max(0, 31 - Math.clz32(rest) - 8);
  return (doublings + shift) * finePerDoubling + (rest >>> shift);
}

function fineQuantile(counts: Uint32Array, total: number, share: number): number {
  let left = Math.max(1, Math.ceil(share * total));
  let index = -1;
  while (left > 0) {
    index += 1;
    left -= counts[index]!;
  }
  if (index < 2 * finePerDoubling) return index;
  const shift = Math.floor(index / finePerDoubling) - 1;
  return (index - shift * finePerDoubling) * 2 ** shift;
}

/** Puts the durations into another order. */
export function timeFigures(nanos: Float64Array): TimeFigures {
  let totalNanos = 0;
  let longestNanos = 0;
  for (let i = 0; i < nanos.length; i += 1) {
    totalNanos += nanos[i]!;
    if (nanos[i]! > longestNanos) longestNanos = nanos[i]!;
  }
  const isMany = nanos.length > mostExact;
  const counts = isMany ? fineCounts(nanos) : undefined;
  const at = (share: number): number =>
    counts === undefined ? selectQuantile(nanos, share) : fineQuantile(counts, nanos.length, share);
  return {
    medianNanos: at(0.5),
    p99Nanos: at(0.99),
    longestNanos,
    totalNanos,
  };
}

export interface Group {
  readonly key: number;
  /** In their order. */
  readonly rows: Uint32Array;
}

/** Keys below this are indexes of columns; larger ones are numbered anew. Thread ids are below it. */
const mostDirectKey = 1 << 23;

/** Rows that have a code, and what a row weighs by it. A negative weight leaves the row out. */
export interface Weighing {
  readonly codes: Uint8Array;
  readonly weights: Float64Array;
}

/** What a row adds that weighs nothing: it tells groups of such rows from keys without rows. */
const presence = 2 ** -26;

/**
 * The `most` heaviest groups of rows with equal keys, at most 255, and how many more there are.
 * Columns and no lists: there may be millions of groups, and of rows.
 */
export function heaviestGroups(
  column: Uint32Array,
  length: number,
  { codes, weights }: Weighing,
  most: number,
): { readonly groups: readonly Group[]; readonly more: number } {
  const only = onlyKey(column, length, codes, weights);
  if (most > 0 && only !== undefined) return oneGroup(only, length, codes, weights);
  const { dense, keys } = densely(column, length);
  const sums = new Float64Array(keys);
  for (let row = 0; row < length; row += 1) {
    const weight = weights[codes[row]!]!;
    if (weight >= 0) sums[dense[row]!]! += weight + presence;
  }
  const { chosen, total } = heaviest(sums, most);
  const place = new Uint8Array(keys);
  for (const [i, key] of chosen.entries()) place[key] = i + 1;
  const counts = new Uint32Array(chosen.length + 1);
  for (let row = 0; row < length; row += 1) {
    if (weights[codes[row]!]! >= 0) counts[place[dense[row]!]!]! += 1;
  }
  const lists = Array.from(counts, (count, at) => new Uint32Array(at === 0 ? 0 : count));
  counts.fill(0);
  for (let row = 0; row < length; row += 1) {
    const at = place[dense[row]!]!;
    if (at === 0 || weights[codes[row]!]! < 0) continue;
    lists[at]![counts[at]!] = row;
    counts[at]! += 1;
  }
  const groups = lists.slice(1).map((rows) => ({ key: column[rows[0]!]!, rows }));
  return { groups, more: total - groups.length };
}

/** The key of all rows that are not left out; undefined when there are several, or no rows. */
function onlyKey(
  column: Uint32Array,
  length: number,
  codes: Uint8Array,
  weights: Float64Array,
): number | undefined {
  let only: number | undefined;
  for (let row = 0; row < length; row += 1) {
    const key = column[row]!;
    if (key === only || weights[codes[row]!]! < 0) continue;
    if (only !== undefined) return undefined;
    only = key;
  }
  return only;
}

/** What is left of the rows when `key` is their only one. */
function oneGroup(
  key: number,
  length: number,
  codes: Uint8Array,
  weights: Float64Array,
): { readonly groups: readonly Group[]; readonly more: number } {
  const rows = new Uint32Array(length);
  let count = 0;
  for (let row = 0; row < length; row += 1) if (weights[codes[row]!]! >= 0) rows[count++] = row;
  return { groups: [{ key, rows: rows.subarray(0, count) }], more: 0 };
}

/** The heaviest keys, the heaviest first and of equals the lower, and how many have a weight at all. */
function heaviest(sums: Float64Array, most: number): { chosen: number[]; total: number } {
  const chosen: number[] = [];
  let total = 0;
  let least = 0;
  for (let key = 0; key < sums.length; key += 1) {
    const sum = sums[key]!;
    if (sum === 0) continue;
    total += 1;
    if (chosen.length === most && sum <= least) continue;
    let at = chosen.length;
    while (at > 0 && sums[chosen[at - 1]!]! < sum) at -= 1;
    chosen.splice(at, 0, key);
    if (chosen.length > most) chosen.pop();
    least = sums[chosen[chosen.length - 1]!]!;
  }
  return { chosen, total };
}

/** The column with keys below `keys`, few of them unused. */
function densely(
  column: Uint32Array,
  length: number,
): { readonly dense: Uint32Array; readonly keys: number } {
  let largest = 0;
  for (let row = 0; row < length; row += 1) if (column[row]! > largest) largest = column[row]!;
  if (largest < mostDirectKey) return { dense: column, keys: largest + 1 };
  const numbers = new Map<number, number>();
  const dense = new Uint32Array(length);
  for (let row = 0; row < length; row += 1) {
    const key = column[row]!;
    const known = numbers.get(key);
    dense[row] = known ?? numbers.size;
    if (known === undefined) numbers.set(key, numbers.size);
  }
  return { dense, keys: numbers.size };
}
