/** remap_file_pages(2), which Linux 4.0 and later emulate by mapping the file anew in place. */
import type { EventBatch } from "../../events/batch.ts";
import { accessMask, kindBits, kindOfMode, modes } from "../regions/modes.ts";
import { attach, cutOut, detach } from "../state/edits.ts";
import type { SpaceState } from "../state/state.ts";
import { keyOfNew } from "./mmap.ts";

export function applyRemapFilePages(space: SpaceState, batch: EventBatch, i: number): void {
  if (batch.result[i]! !== 0) return;
  const [starts, sizes, , pages] = batch.args;
  const { pageBytes } = space.features;
  const start = Math.floor(starts![i]! / pageBytes) * pageBytes;
  const end = start + Math.floor(sizes![i]! / pageBytes) * pageBytes;
  const { map } = space;
  const { columns } = map;
  const row = cutOut(space, start, end);
  if (row < 0) {
    const reason = "nothing is mapped where pages are said to have been rearranged";
    space.report("contradiction", "remap_file_pages", reason, start, end);
    return;
  }
  // The new mapping has none of the old one's advices, but the mapping that begins there keeps its number.
  const mode = columns.mode[row]!;
  const keep = accessMask | modes.shared | modes.neverWrite | modes.locked;
  detach(space, "replaced");
  while (map.row >= 0 && map.start < end) {
    const other = map.row;
    detach(space, "replaced");
    columns.release(other);
  }
  const key = keyOfNew(space, mode & accessMask);
  columns.mode[row] = ((mode & keep) | key | kindBits(kindOfMode(mode))) >>> 0;
  columns.end[row] = end;
  columns.offset[row] = pages![i]! * pageBytes;
  attach(space, row, start, "mapped", 0);
}
