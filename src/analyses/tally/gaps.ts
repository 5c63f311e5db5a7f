/** Free ranges between regions, within each area of the address space. */
import type { AddressSpace } from "../../space/space.ts";

/**
 * A gap of this size or more lies between two areas that the kernel lays out (program, heap,
 * mappings, stack), not inside one: the kernel randomises their distances over a far larger range,
 * and no program makes such a hole by unmapping.
 */
export const mostGapBytes = 64 * 1024 ** 3;

export interface Gaps {
  readonly count: number;
  readonly bytes: number;
  readonly largestBytes: number;
  /** Mapped bytes in the areas whose gaps were counted. */
  readonly mappedBytes: number;
}

export function gapsOf(space: AddressSpace): Gaps {
  const { map } = space;
  const { columns } = map;
  let count = 0;
  let bytes = 0;
  let largestBytes = 0;
  let mappedBytes = 0;
  let row = map.first();
  let before = row < 0 ? 0 : map.start;
  for (; row >= 0; row = map.next()) {
    const start = map.start;
    const end = columns.end[row]!;
    const gap = start - before;
    if (gap > 0 && gap < mostGapBytes) {
      count += 1;
      bytes += gap;
      if (gap > largestBytes) largestBytes = gap;
    }
    mappedBytes += end - start;
    before = end;
  }
  return { count, bytes, largestBytes, mappedBytes };
}
