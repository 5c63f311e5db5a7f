/** mremap(2): the recorded result shows whether it grew in place, moved or failed. */
import type { EventBatch } from "../../events/batch.ts";
import { errnoOf } from "../../events/errno.ts";
import { mremapFlags } from "../../events/flags.ts";
import { modes } from "../regions/modes.ts";
import { isFree, place, unmap } from "../state/edits.ts";
import { duplicate, growAt, move, moveAndKeep } from "../state/moves.ts";
import { pageUp } from "../state/pages.ts";
import type { SpaceState } from "../state/state.ts";
import { type MremapStep, planMremap } from "./mremap-plan.ts";

const { fixed, dontUnmap } = mremapFlags;

export function applyMremap(space: SpaceState, batch: EventBatch, i: number): void {
  const { args } = batch;
  const address = args[0]![i]!;
  const flags = args[3]![i]! | 0;
  const result = batch.result[i]!;
  if (errnoOf(result) !== 0) {
    if ((flags & fixed) === 0) return;
    applyFailure(space, result, {
      address,
      oldLength: args[1]![i]!,
      newLength: args[2]![i]!,
      flags: args[3]![i]!,
      newAddress: args[4]![i]!,
    });
    return;
  }
  const { pageBytes } = space.features;
  const oldLength = pageUp(args[1]![i]!, pageBytes);
  const newLength = pageUp(args[2]![i]!, pageBytes);
  if (flags & (fixed | dontUnmap)) relocate(space, address, oldLength, newLength, flags, result);
  else if (result !== address) {
    claim(space, result, newLength);
    depart(space, address, oldLength, result, newLength, false);
  } else if (newLength < oldLength) {
    unmap(space, address + newLength, address + oldLength, "shrunk");
  } else if (newLength > oldLength) {
    grow(space, address + oldLength, address + newLength);
  }
}

/** Frees a range that the kernel chose; anything mapped there contradicts the recording. */
function claim(space: SpaceState, start: number, length: number): void {
  if (isFree(space, start, start + length)) return;
  const reason = "the kernel moved a mapping over a range that is still mapped";
  space.report("contradiction", "mremap", reason, start, start + length);
  unmap(space, start, start + length, "replaced");
}

function grow(space: SpaceState, end: number, newEnd: number): void {
  if (!isFree(space, end, newEnd)) {
    const reason = "a mapping grew over a range that is still mapped";
    space.report("contradiction", "mremap", reason, end, newEnd);
    unmap(space, end, newEnd, "replaced");
  }
  if (growAt(space, end, newEnd)) return;
  const reason = "no mapping ends where one is said to have grown";
  space.report("contradiction", "mremap", reason, end, newEnd);
  place(space, end, newEnd, modes.read | modes.write, 0, 0, "mapped");
}

function depart(
  space: SpaceState,
  from: number,
  length: number,
  to: number,
  newLength: number,
  keeps: boolean,
): void {
  const done =
    length === 0
      ? duplicate(space, from, to, newLength)
      : keeps
        ? moveAndKeep(space, from, length, to)
        : move(space, from, length, to, newLength);
  if (done) return;
  const reason = "nothing is mapped where a mapping is said to have moved from";
  space.report("contradiction", "mremap", reason, from, from + length);
  place(space, to, to + newLength, modes.read | modes.write, 0, 0, "mapped");
}

/** A successful call with MREMAP_FIXED or MREMAP_DONTUNMAP. */
function relocate(
  space: SpaceState,
  from: number,
  oldLength: number,
  newLength: number,
  flags: number,
  to: number,
): void {
  const keeps = (flags & dontUnmap) !== 0;
  if ((flags & fixed) === 0) claim(space, to, newLength);
  else if (oldLength === newLength) clearPieces(space, from, oldLength, to);
  else unmap(space, to, to + newLength, "replaced");
  if (newLength < oldLength) unmap(space, from + newLength, from + oldLength, "shrunk");
  depart(space, from, Math.min(oldLength, newLength), to, newLength, keeps);
}

/** Several VMAs keep their gaps when they move, and mappings at a gap's destination survive. */
function clearPieces(space: SpaceState, from: number, length: number, to: number): void {
  const { map } = space;
  const end = from + length;
  let at = from;
  for (let row = map.find(at); row >= 0 && map.start < end; row = map.find(at)) {
    const start = Math.max(map.start, from);
    at = Math.min(map.columns.end[row]!, end);
    unmap(space, start - from + to, at - from + to, "replaced");
    if (at === end) return;
  }
}

/** A failing call with MREMAP_FIXED may have unmapped its destination, or moved some VMAs. */
function applyFailure(
  space: SpaceState,
  result: number,
  call: Parameters<typeof planMremap>[1],
): void {
  const plan = planMremap(space, call);
  if (plan.result === result) {
    for (const step of plan.steps) perform(space, step);
  } else if (plan.result === undefined || plan.result >= 0 || plan.steps.length > 0) {
    const { newAddress, newLength } = call;
    const reason = "it failed, and may have unmapped its destination";
    space.report("unknown", "mremap", reason, newAddress, newAddress + newLength);
  }
}

function perform(space: SpaceState, step: MremapStep): void {
  if (step.step === "unmap") {
    unmap(space, step.start, step.end, step.shrinks ? "shrunk" : "replaced");
  } else if (step.step === "grow") growAt(space, step.end, step.newEnd);
  else if (step.to !== undefined) {
    const keeps = step.step === "moveAndKeep";
    depart(space, step.from, step.length, step.to, step.newLength, keeps);
  }
}
