/** Where the kernel puts a mapping when the program leaves the choice to it. */
import { isFree } from "./edits.ts";
import { pageUp, unsigned } from "./pages.ts";
import type { SpaceState } from "./state.ts";

/**
 * vm_unmapped_area, top down: the hint where it is free, else the highest gap that is large enough.
 * Returns undefined where the space does not know all that lies below KernelFeatures.placeBelow,
 * and -1 where nothing fits.
 */
export function choosePlace(space: SpaceState, hint: number, length: number): number | undefined {
  const { pageBytes, taskSize, minAddress, placeBelow } = space.features;
  const wanted = Math.floor(unsigned(hint) / pageBytes) * pageBytes;
  if (length > taskSize) return -1;
  if (wanted !== 0) {
    const address = Math.max(wanted, pageUp(minAddress, pageBytes));
    if (address <= taskSize - length && isFree(space, address, address + length)) return address;
  }
  if (placeBelow === undefined) return undefined;
  const { map } = space;
  let top = placeBelow;
  map.find(top);
  for (let row = map.previous(); row >= 0; row = map.previous()) {
    const end = map.columns.end[row]!;
    if (top - end >= length) return top - length;
    top = map.start;
    if (map.rowBelow < 0) break;
  }
  return top - length >= minAddress ? top - length : -1;
}
