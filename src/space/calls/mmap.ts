/** mmap(2), and the mode that its arguments give to a region. */

import type { EventBatch } from "../../events/batch.ts";
import { errnoOf, errnos } from "../../events/errno.ts";
import { mapFlags, mapHugeMask, mapHugeShift } from "../../events/flags.ts";
import {
  accessMask,
  executeOnlyKey,
  keyBits,
  kindBits,
  kindOfMode,
  kinds,
  modes,
} from "../regions/modes.ts";
import { isFree, place, unmap } from "../state/edits.ts";
import { pageUp } from "../state/pages.ts";
import type { SpaceState } from "../state/state.ts";

/** The key of a new mapping, in do_mmap: memory that can only be executed gets one of its own. */
export function keyOfNew(space: SpaceState, access: number): number {
  return access === modes.exec && space.features.pkeys ? keyBits(executeOnlyKey) : 0;
}

/** The mode of a new mapping: calc_vm_prot_bits, calc_vm_flag_bits and do_mmap in the kernel. */
export function mmapMode(
  space: SpaceState,
  prot: number,
  flags: number,
  readOnlyFile: boolean,
): number {
  const { features } = space;
  const type = flags & mapFlags.typeMask;
  const shared = type === mapFlags.shared || type === mapFlags.sharedValidate;
  let mode = (prot & accessMask) | keyOfNew(space, prot);
  if (shared) mode |= modes.shared;
  if (flags & mapFlags.growsDown) mode |= modes.growsDown;
  if (flags & mapFlags.locked) mode |= modes.locked;
  if (flags & mapFlags.noReserve) mode |= modes.noReserve;
  // Its fourth flag, VM_DROPPABLE, has no bit: these three keep it apart from other memory.
  if (type === mapFlags.droppable) mode |= modes.noReserve | modes.wipeOnFork | modes.dontDump;
  if (flags & mapFlags.sync) mode |= modes.sync;
  if (flags & mapFlags.stack && features.stackNoHuge) mode |= modes.noHugePage;
  if (flags & mapFlags.anonymous) {
    if (flags & mapFlags.hugetlb) return (mode | kindBits(kinds.hugetlb)) >>> 0;
    if (shared) return (mode | kindBits(kinds.sharedAnonymous)) >>> 0;
  } else {
    mode |= kindBits(kinds.file);
    if (shared && readOnlyFile) mode |= modes.neverWrite;
  }
  if (!shared && (mode & (modes.write | modes.noReserve)) === modes.write) mode |= modes.account;
  return mode >>> 0;
}

/** Bytes that mmap maps for a length: whole pages, or whole huge pages with MAP_HUGETLB. */
export function mmapBytes(space: SpaceState, length: number, flags: number): number {
  const { pageBytes, hugePageBytes } = space.features;
  if ((flags & mapFlags.hugetlb) === 0) return pageUp(length, pageBytes);
  const exponent = (flags >>> mapHugeShift) & mapHugeMask;
  return pageUp(length, exponent === 0 ? hugePageBytes : 2 ** exponent);
}

export function applyMmap(space: SpaceState, batch: EventBatch, i: number): void {
  const start = batch.result[i]!;
  const { args } = batch;
  const flags = args[3]![i]! | 0;
  const errno = errnoOf(start);
  if (errno !== 0) {
    if (errno === errnos.noMemory && flags & mapFlags.fixed && !space.features.mmapRestores) {
      const reason = "it failed, and may have unmapped its destination";
      space.report("unknown", "mmap", reason, args[0]![i]!, args[0]![i]! + args[1]![i]!);
    }
    return;
  }
  const end = start + mmapBytes(space, args[1]![i]!, flags);
  if (!isFree(space, start, end)) {
    if ((flags & mapFlags.fixed) === 0) {
      const reason = "the kernel placed a mapping over a range that is still mapped";
      space.report("contradiction", "mmap", reason, start, end);
    }
    unmap(space, start, end, "replaced");
  }
  const anonymous = (flags & mapFlags.anonymous) !== 0;
  const backing = anonymous ? 0 : space.files.ofEvent(batch.file[i]!);
  const readOnly = backing !== 0 && space.files.get(backing)?.readOnly === true;
  const mode = mmapMode(space, args[2]![i]!, flags, readOnly);
  // A nameless shared object has the number of the first mapping of it.
  const nameless = anonymous && kindOfMode(mode) !== kinds.anonymous;
  const object = nameless ? space.nextMapping : backing;
  place(space, start, end, mode, object, anonymous ? 0 : args[5]![i]!, "mapped");
}
