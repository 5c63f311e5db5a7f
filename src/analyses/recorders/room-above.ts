/** The room above a mapping that is to grow: how much is free, and what stands in it. */

import type { AddressSpace } from "../../space/space.ts";
import { pageUp } from "../../space/state/pages.ts";

export interface RoomAbove {
  /** Free bytes directly above, up to the first thing there or to the end of user space. */
  readonly gapBytes: number;
  /** What stands in the room that is needed; undefined when nothing does. */
  readonly obstacle: Obstacle | undefined;
}

export interface Obstacle {
  readonly start: number;
  readonly end: number;
  /** Of the region in the space's map; -1 is memory of maptrail in the recorded program. */
  readonly row: number;
}

/**
 * What stands in the `needBytes` above the page of `at`, where a mapping ends: a break may lie
 * within a page. `space` is as it was before the growth.
 */
export function roomAbove(space: AddressSpace, at: number, needBytes: number): RoomAbove {
  const { map } = space;
  const end = pageUp(at, space.features.pageBytes);
  const row = map.find(end);
  const start = row < 0 ? space.features.taskSize : Math.max(map.start, end);
  const tool = lowestToolRange(space, end, Math.min(start, end + needBytes));
  if (tool !== undefined) {
    const obstacle = { start: tool[0], end: tool[1], row: -1 };
    return { gapBytes: Math.max(0, tool[0] - end), obstacle };
  }
  const gapBytes = start - end;
  if (row < 0 || gapBytes >= needBytes) return { gapBytes, obstacle: undefined };
  return { gapBytes, obstacle: { start, end: map.columns.end[row]!, row } };
}

/** The lowest range of the tool in [start, end). */
function lowestToolRange(
  space: AddressSpace,
  start: number,
  end: number,
): readonly [number, number] | undefined {
  let lowest: readonly [number, number] | undefined;
  for (const range of space.toolRanges) {
    const inside = range[0] < end && range[1] > start;
    if (inside && (lowest === undefined || range[0] < lowest[0])) lowest = range;
  }
  return lowest;
}
