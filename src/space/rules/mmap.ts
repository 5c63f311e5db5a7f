/** mmap(2) and what its arguments make of a region. */

import type { EventBatch } from "../../events/batch.ts";
import { errnoOf } from "../../events/errno.ts";
import { mapFlags } from "../../events/words.ts";
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

/** Flags of mmap(2) that decide about the region: include/uapi/asm-generic/mman-common.h. */
export const mmapBits = {
  ...mapFlags,
  typeMask: 0xf,
  sharedValidate: 3,
  locked: 0x2000,
  noReserve: 0x4000,
  stack: 0x20000,
  hugetlb: 0x40000,
  sync: 0x80000,
} as const;

const errnoNoMemory = 12;
/** Where the log2 of the huge page size stands in the flags. */
const hugeShift = 26;

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
  const type = flags & mmapBits.typeMask;
  const shared = type === mmapBits.shared || type === mmapBits.sharedValidate;
  let mode = (prot & accessMask) | keyOfNew(space, prot);
  if (shared) mode |= modes.shared;
  if (flags & mmapBits.growsDown) mode |= modes.growsDown;
  if (flags & mmapBits.locked) mode |= modes.locked;
  if (flags & mmapBits.noReserve) mode |= modes.noReserve;
  if (flags & mmapBits.sync) mode |= modes.sync;
  if (flags & mmapBits.stack && features.stackNoHuge) mode |= modes.noHugePage;
  if (flags & mmapBits.anonymous) {
    if (flags & mmapBits.hugetlb) return (mode | kindBits(kinds.hugetlb)) >>> 0;
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
  if ((flags & mmapBits.hugetlb) === 0) return pageUp(length, pageBytes);
  const exponent = (flags >>> hugeShift) & 63;
  return pageUp(length, exponent === 0 ? hugePageBytes : 2 ** exponent);
}

export function applyMmap(space: SpaceState, batch: EventBatch, i: number): void {
  const start = batch.result[i]!;
  const { args } = batch;
  const flags = args[3]![i]! | 0;
  const errno = errnoOf(start);
  if (errno !== 0) {
    if (errno === errnoNoMemory && flags & mmapBits.fixed && !space.features.mmapRestores) {
      const reason = "it failed, and may have unmapped its destination";
      space.report("unknown", "mmap", reason, args[0]![i]!, args[0]![i]! + args[1]![i]!);
    }
    return;
  }
  const end = start + mmapBytes(space, args[1]![i]!, flags);
  if (!isFree(space, start, end)) {
    if ((flags & mmapBits.fixed) === 0) {
      const reason = "the kernel placed a mapping over a range that is still mapped";
      space.report("contradiction", "mmap", reason, start, end);
    }
    unmap(space, start, end, "replaced");
  }
  const anonymous = (flags & mmapBits.anonymous) !== 0;
  const backing = anonymous ? 0 : space.files.ofEvent(batch.file[i]!);
  const readOnly = backing !== 0 && space.files.get(backing)?.readOnly === true;
  const mode = mmapMode(space, args[2]![i]!, flags, readOnly);
  // A nameless shared object has the number of the first mapping of it.
  const nameless = anonymous && kindOfMode(mode) !== kinds.anonymous;
  const object = nameless ? space.nextMapping : backing;
  place(space, start, end, mode, object, anonymous ? 0 : args[5]![i]!, "mapped");
}
