/** The heaviest groups of rows with equal keys. Columns and no lists: there may be millions of groups, and of rows. */

/** What a row weighs by its code: 0 or more. */
export interface Weighing {
  readonly codes: Uint8Array;
  readonly weights: Float64Array;
}

export interface HeaviestKeys {
  /** The heaviest first, and of equals the one that is lower or came first. */
  readonly keys: readonly number[];
  /** Rows of each. */
  readonly counts: readonly number[];
  /** For each of the rows its key's place in `keys`, or `unranked`. */
  readonly ranks: Uint8Array;
  /** Keys that are not among them. */
  readonly more: number;
}

/** The rank of a key that is not among the heaviest. */
export const unranked = 255;

/** Keys below this are indexes of columns; larger ones are numbered anew. Thread ids are below it. */
const mostDirectKey = 1 << 23;

/** What a row adds that weighs nothing: it tells groups of such rows from keys without rows. */
const presence = 2 ** -26;

/** The `most` heaviest keys that the column has in `rows`; `most` is below `unranked`. */
export function heaviestKeys(
  column: Uint32Array,
  rows: Uint32Array,
  { codes, weights }: Weighing,
  most: number,
): HeaviestKeys {
  const { numbers, count, keyOf, isOne } = numbered(column, rows);
  const ranks = new Uint8Array(rows.length);
  if (isOne) return { keys: [keyOf(numbers[0]!)], counts: [rows.length], ranks, more: 0 };
  const sums = new Float64Array(count);
  const counts = new Uint32Array(count);
  for (let i = 0; i < rows.length; i += 1) {
    const number = numbers[i]!;
    sums[number]! += weights[codes[rows[i]!]!]! + presence;
    counts[number]! += 1;
  }
  const { chosen, total } = heaviest(sums, most);
  const rankOf = new Uint8Array(count).fill(unranked);
  for (const [rank, number] of chosen.entries()) rankOf[number] = rank;
  for (let i = 0; i < rows.length; i += 1) ranks[i] = rankOf[numbers[i]!]!;
  return {
    keys: chosen.map(keyOf),
    counts: chosen.map((number) => counts[number]!),
    ranks,
    more: total - chosen.length,
  };
}

export interface Group {
  readonly key: number;
  /** In their order. */
  readonly rows: Uint32Array;
}

/** `heaviestKeys` with the rows of each. */
export function heaviestGroups(
  column: Uint32Array,
  rows: Uint32Array,
  weighing: Weighing,
  most: number,
): { readonly groups: readonly Group[]; readonly more: number } {
  const { keys, counts, ranks, more } = heaviestKeys(column, rows, weighing, most);
  const lists = counts.map((count) => new Uint32Array(count));
  const filled = new Uint32Array(keys.length);
  for (let i = 0; i < rows.length; i += 1) {
    const rank = ranks[i]!;
    if (rank === unranked) continue;
    lists[rank]![filled[rank]!] = rows[i]!;
    filled[rank]! += 1;
  }
  return { groups: keys.map((key, rank) => ({ key, rows: lists[rank]! })), more };
}

/** The rows below `length` that have a code which `keeps` has a 1 for. */
export function rowsWith(codes: Uint8Array, length: number, keeps: Uint8Array): Uint32Array {
  const rows = new Uint32Array(length);
  let kept = 0;
  for (let row = 0; row < length; row += 1) {
    // Written over by the next one where it is not kept: no guess that could go wrong.
    rows[kept] = row;
    kept += keeps[codes[row]!]!;
  }
  return rows.subarray(0, kept);
}

interface Numbered {
  /** For each of the rows a number for its key, below `count`. */
  readonly numbers: Uint32Array;
  readonly count: number;
  readonly keyOf: (number: number) => number;
  /** There are rows, and all have one key. */
  readonly isOne: boolean;
}

function numbered(column: Uint32Array, rows: Uint32Array): Numbered {
  const numbers = new Uint32Array(rows.length);
  let least = 2 ** 32;
  let largest = 0;
  for (let i = 0; i < rows.length; i += 1) {
    const key = column[rows[i]!]!;
    numbers[i] = key;
    if (key < least) least = key;
    if (key > largest) largest = key;
  }
  const isOne = least === largest;
  if (largest < mostDirectKey) {
    return { numbers, count: largest + 1, keyOf: (number) => number, isOne };
  }
  const known = new Map<number, number>();
  const keys: number[] = [];
  for (let i = 0; i < numbers.length; i += 1) {
    const key = numbers[i]!;
    let number = known.get(key);
    if (number === undefined) {
      number = keys.push(key) - 1;
      known.set(key, number);
    }
    numbers[i] = number;
  }
  return { numbers, count: keys.length, keyOf: (number) => keys[number]!, isOne };
}

/** The heaviest numbers, the heaviest first and of equals the lower, and how many have a weight at all. */
function heaviest(sums: Float64Array, most: number): { chosen: number[]; total: number } {
  const chosen: number[] = [];
  let total = 0;
  let least = 0;
  for (let number = 0; number < sums.length; number += 1) {
    const sum = sums[number]!;
    if (sum === 0) continue;
    total += 1;
    if (chosen.length === most && sum <= least) continue;
    let at = chosen.length;
    while (at > 0 && sums[chosen[at - 1]!]! < sum) at -= 1;
    chosen.splice(at, 0, number);
    if (chosen.length > most) chosen.pop();
    least = sums[chosen[chosen.length - 1]!]!;
  }
  return { chosen, total };
}
