/**
 * The heaviest groups of rows with equal keys. Uses columns: groups and rows may number millions.
 */

/** A row's weight, 0 or more, by its code. */
export interface Weighing {
  readonly codes: Uint8Array;
  readonly weights: Float64Array;
}

export interface HeaviestKeys {
  /** The heaviest first; of equally heavy ones the lower key, or the one that occurred first. */
  readonly keys: readonly number[];
  /** The number of rows of each. */
  readonly counts: readonly number[];
  /** For each row, the index of its key in `keys`, or `unranked`. */
  readonly ranks: Uint8Array;
  /** The number of keys that are left out. */
  readonly more: number;
}

/** Rank of a key that is not among the heaviest. */
export const unranked = 255;

/** Keys below this index columns directly; larger ones are renumbered. Thread ids are below it. */
const mostDirectKey = 1 << 23;

/** Added for each row, so that a group whose rows weigh 0 differs from a key without rows. */
const presence = 2 ** -26;

/** The `most` heaviest keys of the column within `rows`; `most` must be below `unranked`. */
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
  /** In their original order. */
  readonly rows: Uint32Array;
}

/** Like `heaviestKeys`, with the rows of each key. */
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

/** The rows below `length` whose code has a 1 in `keeps`. */
export function rowsWith(codes: Uint8Array, length: number, keeps: Uint8Array): Uint32Array {
  const rows = new Uint32Array(length);
  let kept = 0;
  for (let row = 0; row < length; row += 1) {
    // Overwritten by the next row unless kept: avoids a branch that is often mispredicted.
    rows[kept] = row;
    kept += keeps[codes[row]!]!;
  }
  return rows.subarray(0, kept);
}

interface Numbered {
  /** For each row, a number below `count` that stands for its key. */
  readonly numbers: Uint32Array;
  readonly count: number;
  readonly keyOf: (number: number) => number;
  /** All rows, at least one, have the same key. */
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

/** The heaviest numbers, of equally heavy ones the lower first, and how many have any weight. */
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
