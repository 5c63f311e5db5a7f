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

/**
 * The `most` heaviest groups of rows with equal keys, equals by their key, and how many more there
 * are. A row whose weight is NaN belongs to none. Columns, not lists: there may be millions of groups.
 */
export function heaviestGroups(
  column: Uint32Array | Uint8Array,
  length: number,
  weightOf: (row: number) => number,
  most: number,
): { readonly groups: readonly Group[]; readonly more: number } {
  const { dense, keys } = densely(column, length);
  const weights = new Float64Array(keys);
  const counts = new Uint32Array(keys);
  for (let row = 0; row < length; row += 1) {
    const weight = weightOf(row);
    if (Number.isNaN(weight)) continue;
    weights[dense[row]!]! += weight;
    counts[dense[row]!]! += 1;
  }
  const chosen = heaviest(weights, counts, most);
  const place = new Uint8Array(keys);
  for (const [i, key] of chosen.entries()) place[key] = i + 1;
  const rows = chosen.map((key) => new Uint32Array(counts[key]!));
  const filled = new Uint32Array(chosen.length);
  for (let row = 0; row < length; row += 1) {
    const at = place[dense[row]!]!;
    if (at === 0 || Number.isNaN(weightOf(row))) continue;
    rows[at - 1]![filled[at - 1]!] = row;
    filled[at - 1]! += 1;
  }
  const groups = rows.map((members) => ({ key: column[members[0]!]!, rows: members }));
  const total = counts.reduce((sum, count) => sum + Math.min(1, count), 0);
  return { groups, more: total - groups.length };
}

function heaviest(weights: Float64Array, counts: Uint32Array, most: number): number[] {
  const chosen: number[] = [];
  for (let key = 0; key < weights.length; key += 1) {
    const weight = weights[key]!;
    if (counts[key] === 0) continue;
    if (chosen.length === most && weight <= weights[chosen[most - 1]!]!) continue;
    let at = chosen.length;
    while (at > 0 && weights[chosen[at - 1]!]! < weight) at -= 1;
    chosen.splice(at, 0, key);
    if (chosen.length > most) chosen.pop();
  }
  return chosen;
}

/** The column with keys below `keys`, few of them unused. */
function densely(
  column: Uint32Array | Uint8Array,
  length: number,
): { readonly dense: Uint32Array | Uint8Array; readonly keys: number } {
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
