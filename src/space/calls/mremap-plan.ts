/**
 * Predicts the steps of an mremap(2) from the space: mm/mremap.c of Linux 6.17 and later, and of
 * earlier kernels, which unmap the destination before they check.
 */
import { errnos } from "../../events/errno.ts";
import { mremapFlags } from "../../events/flags.ts";
import { kindOfMode, kinds, modes } from "../regions/modes.ts";
import { isFree } from "../state/edits.ts";
import { isAligned, pageUp, unsigned } from "../state/pages.ts";
import { choosePlace } from "../state/placement.ts";
import type { SpaceState } from "../state/state.ts";
import { type Vma, vmaAt, vmaFrom } from "../state/vma.ts";

/** Arguments as registers hold them. */
export interface MremapCall {
  readonly address: number;
  readonly oldLength: number;
  readonly newLength: number;
  readonly flags: number;
  readonly newAddress: number;
}

export type MremapStep =
  | {
      readonly step: "unmap";
      readonly start: number;
      readonly end: number;
      readonly shrinks: boolean;
    }
  | {
      readonly step: "move" | "moveAndKeep" | "duplicate";
      readonly from: number;
      readonly length: number;
      /** undefined: the kernel chooses. */
      readonly to: number | undefined;
      readonly newLength: number;
    }
  | { readonly step: "grow"; readonly end: number; readonly newEnd: number };

export interface MremapPlan {
  /** -errno, the address, or undefined for an address that the kernel chooses. */
  readonly result: number | undefined;
  /** The changes in order, including those made before the call fails. */
  readonly steps: readonly MremapStep[];
}

function fails(result: number, steps: readonly MremapStep[] = []): MremapPlan {
  return { result, steps };
}

export function planMremap(space: SpaceState, call: MremapCall): MremapPlan {
  const { pageBytes, taskSize, moveSeveral } = space.features;
  const { flags } = call;
  const address = unsigned(call.address);
  const newAddress = unsigned(call.newAddress);
  const oldLength = pageUp(call.oldLength, pageBytes);
  const newLength = pageUp(call.newLength, pageBytes);
  if (flags < 0 || flags > 7 || !isAligned(call.address, pageBytes)) return fails(-errnos.invalid);
  if (newLength === 0) return fails(-errnos.invalid);
  const fixed = (flags & mremapFlags.fixed) !== 0;
  const keeps = (flags & mremapFlags.dontUnmap) !== 0;
  if (moveSeveral && newLength > taskSize) return fails(-errnos.invalid);
  if (fixed || keeps) {
    if (newLength > taskSize || newAddress > taskSize - newLength) return fails(-errnos.invalid);
    if (!isAligned(call.newAddress, pageBytes)) return fails(-errnos.invalid);
    if ((flags & mremapFlags.mayMove) === 0) return fails(-errnos.invalid);
    if (keeps && oldLength !== newLength) return fails(-errnos.invalid);
    // The kernel's sum overflows for huge old lengths.
    const oldEnd = (address + oldLength) % 2 ** 64;
    if (oldEnd > newAddress && newAddress + newLength > address) return fails(-errnos.invalid);
  }
  const sized = { ...call, address, newAddress, oldLength, newLength };
  if (fixed && moveSeveral && oldLength === newLength) return planSeveral(space, sized);
  const vma = vmaAt(space, address);
  if (vma === undefined) return fails(-errnos.fault);
  if (fixed || keeps) return planTo(space, sized, vma);
  return planAt(space, sized, vma);
}

/** remap_is_valid, or the part of check_prep_vma that can refuse a call. 0 is success. */
function refusal(space: SpaceState, call: MremapCall, vma: Vma, oldLength: number): number {
  const keeps = (call.flags & mremapFlags.dontUnmap) !== 0;
  if (oldLength === 0 && (vma.mode & modes.shared) === 0) return -errnos.invalid;
  if (keeps && vma.mode & modes.fixedSize) return -errnos.invalid;
  const anonymous = kindOfMode(vma.mode) === kinds.anonymous;
  if (keeps && !space.features.dontUnmapAny && !anonymous) return -errnos.invalid;
  if (oldLength > vma.end - call.address) return -errnos.fault;
  if (oldLength !== call.newLength && vma.mode & modes.fixedSize) return -errnos.fault;
  return 0;
}

/** With MREMAP_FIXED or MREMAP_DONTUNMAP: mremap_to. */
function planTo(space: SpaceState, call: MremapCall, vma: Vma): MremapPlan {
  const { taskSize, moveSeveral } = space.features;
  const { address, oldLength, newLength, newAddress, flags } = call;
  const shrinks = newLength < oldLength;
  const length = shrinks ? newLength : oldLength;
  const refused = refusal(space, call, vma, length);
  if (moveSeveral && refused !== 0) return fails(refused);
  const steps: MremapStep[] = [];
  const fixed = (flags & mremapFlags.fixed) !== 0;
  if (fixed) {
    const end = newAddress + newLength;
    steps.push({ step: "unmap", start: newAddress, end, shrinks: false });
    // The destination can overlap the source only with an old size of 0.
    if (newAddress <= address && address < end) return fails(-errnos.fault, steps);
  }
  if (shrinks) {
    const end = address + oldLength;
    if (end > taskSize) return fails(-errnos.invalid, steps);
    steps.push({ step: "unmap", start: address + newLength, end, shrinks: true });
  }
  if (refused !== 0) return fails(refused, steps);
  const to = fixed ? newAddress : choosePlace(space, newAddress, newLength);
  if (to === -1) return fails(-errnos.noMemory, steps);
  steps.push(movement(call, address, length, to));
  return { result: to, steps };
}

function movement(
  call: MremapCall,
  from: number,
  length: number,
  to: number | undefined,
): MremapStep {
  const keeps = (call.flags & mremapFlags.dontUnmap) !== 0;
  const step = length === 0 ? "duplicate" : keeps ? "moveAndKeep" : "move";
  return { step, from, length, to, newLength: call.newLength };
}

/** Without either: mremap_at, in place if possible. */
function planAt(space: SpaceState, call: MremapCall, vma: Vma): MremapPlan {
  const { taskSize } = space.features;
  const { address, oldLength, newLength, flags } = call;
  if (oldLength === newLength) return { result: address, steps: [] };
  if (newLength < oldLength) {
    const end = address + oldLength;
    if (end > taskSize) return fails(-errnos.invalid);
    const start = address + newLength;
    return { result: address, steps: [{ step: "unmap", start, end, shrinks: true }] };
  }
  const refused = refusal(space, call, vma, oldLength);
  if (refused !== 0) return fails(refused);
  const newEnd = vma.end + newLength - oldLength;
  const atEnd = vma.end - address === oldLength;
  if (atEnd && newEnd <= taskSize && isFree(space, vma.end, newEnd)) {
    return { result: address, steps: [{ step: "grow", end: vma.end, newEnd }] };
  }
  if ((flags & mremapFlags.mayMove) === 0) return fails(-errnos.noMemory);
  const to = choosePlace(space, 0, newLength);
  if (to === -1) return fails(-errnos.noMemory);
  return { result: to, steps: [movement(call, address, oldLength, to)] };
}

/** MREMAP_FIXED of an unchanged size, from Linux 6.17: remap_move, VMA by VMA. */
function planSeveral(space: SpaceState, call: MremapCall): MremapPlan {
  const { address, oldLength, newAddress, flags } = call;
  const end = address + oldLength;
  const steps: MremapStep[] = [];
  const keeps = (flags & mremapFlags.dontUnmap) !== 0;
  let at = address;
  for (
    let vma = vmaFrom(space, at);
    vma !== undefined && vma.start < end;
    vma = vmaFrom(space, at)
  ) {
    if (at === address && vma.start > address) return fails(-errnos.fault);
    // vma_multi_allowed: such a VMA moves alone or not at all.
    const alone = kindOfMode(vma.mode) === kinds.sysv || kindOfMode(vma.mode) === kinds.aio;
    if (alone && (at !== address || vma.end < end)) return fails(-errnos.fault, steps);
    const from = Math.max(vma.start, address);
    const length = Math.min(vma.end, end) - from;
    if (keeps && vma.mode & modes.fixedSize) return fails(-errnos.invalid, steps);
    const to = newAddress + (from - address);
    steps.push({ step: "unmap", start: to, end: to + length, shrinks: false });
    const step = keeps ? "moveAndKeep" : "move";
    steps.push({ step, from, length, to, newLength: length });
    at = vma.end;
  }
  return steps.length === 0 ? fails(-errnos.fault) : { result: newAddress, steps };
}
