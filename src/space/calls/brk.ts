/** brk(2): its result is the new end of the heap. */
import type { EventBatch } from "../../events/batch.ts";
import { modes } from "../regions/modes.ts";
import { extend, isFree, place, unmap } from "../state/edits.ts";
import { pageUp } from "../state/pages.ts";
import type { SpaceState } from "../state/state.ts";

const heapMode = modes.read | modes.write | modes.account | modes.heap;

export function applyBrk(space: SpaceState, batch: EventBatch, i: number): void {
  const wanted = batch.args[0]![i]!;
  const result = batch.result[i]!;
  const { pageBytes } = space.features;
  const end = pageUp(result, pageBytes);
  if (space.brk < 0) {
    if (wanted === result) {
      const reason = "the heap's end before this call is not known";
      space.report("unknown", "brk", reason, result, result);
    }
    space.brk = result;
    if (space.heapStart < 0) space.heapStart = end;
    return;
  }
  const before = pageUp(space.brk, pageBytes);
  space.brk = result;
  if (end < before) unmap(space, end, before, "shrunk");
  if (end > before) grow(space, before, end);
}

function grow(space: SpaceState, start: number, end: number): void {
  const { map } = space;
  if (!isFree(space, start, end)) {
    const reason = "the heap grew over a range that is still mapped";
    space.report("contradiction", "brk", reason, start, end);
    unmap(space, start, end, "replaced");
  }
  const row = map.find(start - 1);
  const { columns } = map;
  if (row >= 0 && map.start < start && columns.end[row] === start) {
    const bits = ~modes.joined;
    if ((columns.mode[row]! & bits) === (heapMode & bits)) {
      extend(space, end);
      return;
    }
  }
  place(space, start, end, heapMode, 0, 0, "mapped");
}
