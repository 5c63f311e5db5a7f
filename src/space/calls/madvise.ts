/** madvise(2): the advices that become a part of a region's mode and can split it. None maps or unmaps. */
import type { EventBatch } from "../../events/batch.ts";
import { errnos } from "../../events/errno.ts";
import { advices } from "../../events/flags.ts";
import { kindOfMode, kinds, modes } from "../regions/modes.ts";
import { setModes } from "../state/edits.ts";
import { pageUp } from "../state/pages.ts";
import type { SpaceState } from "../state/state.ts";

const changes: Record<number, { readonly set: number; readonly clear: number }> = {
  [advices.normal]: { set: 0, clear: modes.random | modes.sequential },
  [advices.random]: { set: modes.random, clear: modes.sequential },
  [advices.sequential]: { set: modes.sequential, clear: modes.random },
  [advices.dontFork]: { set: modes.dontFork, clear: 0 },
  [advices.doFork]: { set: 0, clear: modes.dontFork },
  [advices.mergeable]: { set: modes.mergeable, clear: 0 },
  [advices.unmergeable]: { set: 0, clear: modes.mergeable },
  [advices.hugePage]: { set: modes.hugePage, clear: modes.noHugePage },
  [advices.noHugePage]: { set: modes.noHugePage, clear: modes.hugePage },
  [advices.dontDump]: { set: modes.dontDump, clear: 0 },
  [advices.doDump]: { set: 0, clear: modes.dontDump },
  [advices.wipeOnFork]: { set: modes.wipeOnFork, clear: 0 },
  [advices.keepOnFork]: { set: 0, clear: modes.wipeOnFork },
};

const kept = Uint8Array.from({ length: 256 }, (_, advice) => (changes[advice] ? 1 : 0));

/** Whether the advice becomes a part of the region's mode. */
export function isKept(advice: number): boolean {
  return kept[advice] === 1;
}

/** The mode after the advice, or -1 where the kernel refuses it with EINVAL. */
export function advisedMode(mode: number, advice: number): number {
  const change = changes[advice];
  if (change === undefined) return mode;
  const kind = kindOfMode(mode);
  if (advice === advices.wipeOnFork && (kind !== kinds.anonymous || mode & modes.shared)) return -1;
  const merging = advice === advices.mergeable || advice === advices.unmergeable;
  if (merging && mode & modes.shared) return mode;
  return ((mode | change.set) & ~change.clear) >>> 0;
}

export function applyMadvise(space: SpaceState, batch: EventBatch, i: number): void {
  const { args } = batch;
  const result = batch.result[i]!;
  const advice = args[2]![i]!;
  const start = args[0]![i]!;
  if (!isKept(advice) || !Number.isSafeInteger(start) || start < 0) return;
  // ENOMEM: there was a hole, and mapped ranges have the advice all the same. EINVAL: a region refused, those below it have it.
  if (result < 0 && result !== -errnos.noMemory && advice !== advices.wipeOnFork) return;
  const { pageBytes } = space.features;
  if (start % pageBytes !== 0) return;
  const end = start + pageUp(args[1]![i]!, pageBytes);
  if (end >= 2 ** 64) return;
  setModes(space, start, end, (mode) => advisedMode(mode, advice));
}
