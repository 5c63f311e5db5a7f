/** shmat(2) and shmdt(2): System V segments. */
import { type EventBatch, eventFlags } from "../../events/batch.ts";
import { errnoOf } from "../../events/errno.ts";
import { shmFlags } from "../../events/flags.ts";
import { kindBits, kindOfMode, kinds, modes } from "../regions/modes.ts";
import { isFree, place, unmap } from "../state/edits.ts";
import { pageUp } from "../state/pages.ts";
import type { SpaceState } from "../state/state.ts";
import { vmaFrom } from "../state/vma.ts";

export function applyShmat(space: SpaceState, batch: EventBatch, i: number): void {
  const start = batch.result[i]!;
  if (errnoOf(start) !== 0) return;
  const flags = batch.args[2]![i]! | 0;
  if ((batch.flags[i]! & eventFlags.shmSize) === 0) {
    const reason = "the size of the segment is not known";
    space.report("unknown", "shmat", reason, start, start);
    return;
  }
  const end = start + pageUp(batch.args[3]![i]!, space.features.pageBytes);
  const backing = batch.args[4]![i]! + 1;
  if (!isFree(space, start, end)) {
    if ((flags & shmFlags.remap) === 0) {
      const reason = "the kernel placed a segment over a range that is still mapped";
      space.report("contradiction", "shmat", reason, start, end);
    }
    unmap(space, start, end, "replaced");
  }
  const write = flags & shmFlags.readOnly ? modes.neverWrite : modes.write;
  const exec = flags & shmFlags.exec ? modes.exec : 0;
  const mode = modes.read | write | exec | modes.shared | kindBits(kinds.sysv);
  space.segments.set(backing, end - start);
  place(space, start, end, mode >>> 0, backing, 0, "mapped");
}

/** Frees the pieces that still lie where the segment was attached: ksys_shmdt in ipc/shm.c. */
export function applyShmdt(space: SpaceState, batch: EventBatch, i: number): void {
  if (batch.result[i]! !== 0) return;
  const address = batch.args[0]![i]!;
  const { map } = space;
  const { columns } = map;
  let backing = -1;
  let limit = Number.POSITIVE_INFINITY;
  let at = address;
  // By VMA: the first one is unmapped as a whole, even if mremap has grown it past the segment.
  for (let vma = vmaFrom(space, at); vma !== undefined; vma = vmaFrom(space, at)) {
    at = vma.end;
    if (at - address > limit) break;
    if (kindOfMode(vma.mode) !== kinds.sysv) continue;
    const row = map.find(vma.start);
    if (vma.start - address !== columns.offset[row]) continue;
    if (backing < 0) {
      // The first piece determines the segment; from here on only its pieces count.
      backing = columns.backing[row]!;
      limit = space.segments.get(backing) ?? limit;
    } else if (backing !== columns.backing[row]) continue;
    unmap(space, vma.start, vma.end, "unmapped");
  }
  if (backing < 0) {
    space.report("contradiction", "shmdt", "no segment is attached there", address, address);
  }
}
