/** mprotect(2) and pkey_mprotect(2): mprotect_fixup and do_mprotect_pkey in mm/mprotect.c. */
import type { EventBatch } from "../../events/batch.ts";
import { errnos } from "../../events/errno.ts";
import { prot } from "../../events/flags.ts";
import { memoryCalls } from "../../events/kinds.ts";
import {
  accessMask,
  executeOnlyKey,
  keyBits,
  kindOfMode,
  kinds,
  modes,
  pkeyMask,
} from "../regions/modes.ts";
import { setModes } from "../state/edits.ts";
import type { KernelFeatures } from "../state/features.ts";
import { pageUp } from "../state/pages.ts";
import type { SpaceState } from "../state/state.ts";
import { vmaFrom } from "../state/vma.ts";

/** arch_override_mprotect_pkey of x86: memory that can only be executed has a key of its own. */
function keyAfter(mode: number, access: number, pkey: number, features: KernelFeatures): number {
  if (pkey >= 0) return keyBits(pkey);
  if (!features.pkeys) return mode & pkeyMask;
  if (access === modes.exec) return keyBits(executeOnlyKey);
  const isExecuteOnly =
    (mode & accessMask) === modes.exec && (mode & pkeyMask) === keyBits(executeOnlyKey);
  return isExecuteOnly ? 0 : mode & pkeyMask;
}

/** The mode that a region has after its protection was set; `pkey` -1 is mprotect. */
export function protectedMode(
  mode: number,
  access: number,
  pkey: number,
  features: KernelFeatures,
): number {
  const key = keyAfter(mode, access, pkey, features);
  let after = (mode & ~(accessMask | pkeyMask)) | access | key;
  if (after >>> 0 === mode) return mode;
  if (access & modes.write) {
    const counted = modes.account | modes.write | modes.noReserve | modes.shared;
    if ((mode & counted) === 0 && kindOfMode(mode) !== kinds.hugetlb) after |= modes.account;
  } else if (features.uncharge && mode & modes.account && kindOfMode(mode) === kinds.anonymous) {
    after &= ~modes.account;
  }
  return after >>> 0;
}

/** First address in [start, end) that is not mapped, or `end`. */
export function firstHole(space: SpaceState, start: number, end: number): number {
  const { map } = space;
  let at = start;
  for (let row = map.find(start); row >= 0 && map.start <= at && at < end; row = map.next()) {
    at = map.columns.end[row]!;
  }
  return Math.min(at, end);
}

/** Whether the kernel may have refused that access because of the region's file. */
function isSuspect(mode: number, access: number): boolean {
  const gained = access & ~mode & accessMask;
  const { write, exec, shared } = modes;
  if (gained & write && mode & shared && kindOfMode(mode) === kinds.file) return true;
  return (gained & exec) !== 0 && kindOfMode(mode) === kinds.file;
}

/**
 * Where in [start, end) an mprotect was refused with EACCES: at the first region that can never
 * be writable, else at the first that may have refused, else at `start`, as likely as any other place.
 */
function refusedAt(space: SpaceState, start: number, end: number, access: number): number {
  const { map } = space;
  let suspect = -1;
  let regions = 0;
  for (let row = map.find(start); row >= 0 && map.start < end; row = map.next()) {
    const mode = map.columns.mode[row]!;
    const at = Math.max(map.start, start);
    if (access & modes.write && mode & modes.neverWrite) return at;
    if (suspect < 0 && isSuspect(mode, access)) suspect = at;
    regions += 1;
  }
  if (regions > 1)
    space.report("unknown", "mprotect", "it was refused part of the way", start, end);
  return suspect < 0 ? start : suspect;
}

export function applyMprotect(space: SpaceState, batch: EventBatch, i: number): void {
  const { args } = batch;
  const result = batch.result[i]!;
  if (result !== 0 && result !== -errnos.noMemory && result !== -errnos.access) return;
  let start = args[0]![i]!;
  const length = pageUp(args[1]![i]!, space.features.pageBytes);
  // A range that wraps around is refused before anything is looked at.
  if (length === 0 || start + length >= 2 ** 64) return;
  const isKey = batch.kind[i] === memoryCalls.pkey_mprotect;
  const pkey = isKey ? args[3]![i]! | 0 : -1;
  const access = args[2]![i]! & accessMask;
  const { features } = space;
  const end = start + length;
  // With PROT_GROWSDOWN the range begins where its VMA does: the loader makes stacks executable with it.
  if (args[2]![i]! & prot.growsDown) start = vmaFrom(space, start)?.start ?? start;
  const hole = firstHole(space, start, end);
  const call = isKey ? "pkey_mprotect" : "mprotect";
  if (result === 0 && hole < end) {
    space.report("contradiction", call, "it worked over a range that is not mapped", hole, end);
  }
  if (result === -errnos.noMemory && hole === end) {
    // Refused for another reason, such as a limit of the process: how far it got is not known.
    space.report("unknown", call, "it failed part of the way", start, end);
    return;
  }
  // A successful call may span a hole that only the model has.
  const reached =
    result === 0 ? end : result === -errnos.access ? refusedAt(space, start, hole, access) : hole;
  setModes(space, start, reached, (mode) => protectedMode(mode, access, pkey, features));
}
