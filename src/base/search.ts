/** Binary search, for places where it is not the hottest loop: the region map has its own. */

/** How many of `count` items, which ascend, have a key of at most `value`: the last such item stands just before. */
export function countAtMost<Key extends number | bigint>(
  count: number,
  keyAt: (index: number) => Key,
  value: Key,
): number {
  let from = 0;
  let to = count;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (keyAt(middle) <= value) from = middle + 1;
    else to = middle;
  }
  return from;
}
