/** Kernel VMAs as the model sees them: regions that calls have joined. */

import { modes } from "../regions/modes.ts";
import type { SpaceState } from "./state.ts";

export interface Vma {
  readonly start: number;
  readonly end: number;
  readonly mode: number;
}

/** The VMA around `address`, whose regions calls have joined. */
export function vmaAt(space: SpaceState, address: number): Vma | undefined {
  const { map } = space;
  const { columns } = map;
  let row = map.find(address);
  if (row < 0 || map.start > address) return undefined;
  const mode = columns.mode[row]!;
  while (columns.mode[row]! & modes.joined) row = map.previous();
  const start = map.start;
  let end = columns.end[row]!;
  for (row = map.next(); row >= 0 && columns.mode[row]! & modes.joined; row = map.next()) {
    end = columns.end[row]!;
  }
  return { start, end, mode };
}

/** The first VMA that ends above `address`. */
export function vmaFrom(space: SpaceState, address: number): Vma | undefined {
  const row = space.map.find(address);
  return row < 0 ? undefined : vmaAt(space, Math.max(space.map.start, address));
}
