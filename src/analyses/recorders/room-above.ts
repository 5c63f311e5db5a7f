/** The room above a mapping that is to grow: how much is free, and what lies in it. */

import type { AddressSpace } from "../../space/space.ts";
import { pageUp } from "../../space/state/pages.ts";

export interface RoomAbove {
  /** Free bytes directly above, up to the next mapping or the end of user space. */
  readonly gapBytes: number;
  /** What lies in the room that is needed; undefined if nothing does. */
  readonly obstacle: Obstacle | undefined;
}

export interface Obstacle {
  readonly start: number;
  readonly end: number;
  /** The region's row in the space's map; -1 for maptrail's own memory in the recorded program. */
  readonly row: number;
}

/**
 * Finds what lies in the `needBytes` above `at`, the end of a mapping, rounded up to a page because
 * a break may lie within one. `space` must be in its state before the growth.
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

/** The lowest range of maptrail's own memory in [start, end). */
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
