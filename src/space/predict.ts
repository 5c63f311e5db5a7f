/** Predicts the kernel's result of a call from the space alone. Changes nothing. */
import { errnos } from "../events/errno.ts";
import { advices, prot } from "../events/flags.ts";
import { memoryCalls } from "../events/kinds.ts";
import { advisedMode, isKept } from "./calls/madvise.ts";
import { firstHole } from "./calls/mprotect.ts";
import { planMremap } from "./calls/mremap-plan.ts";
import { type DescriptorFacts, predictMmap, predictRemapFilePages } from "./calls/predict-mmap.ts";
import { kindOfMode, kinds, modes } from "./regions/modes.ts";
import { isAligned, pageUp, unsigned } from "./state/pages.ts";
import type { SpaceState } from "./state/state.ts";

/** Facts outside a space that a result can depend on. */
export interface Surroundings {
  /** The file behind the descriptor of an mmap. */
  descriptor(fd: number): DescriptorFacts | undefined;
}

const grows = prot.growsDown | prot.growsUp;
const allAccess = prot.read | prot.write | prot.exec | prot.sem;

/**
 * The raw result: -errno, 0 or the address; undefined when it cannot be predicted: the
 * kernel's choice of an address (without KernelFeatures.placeBelow), or what depends on touched pages.
 * @param args as registers hold them, signed.
 */
export function predict(
  space: SpaceState,
  kind: number,
  args: readonly number[],
  around: Surroundings,
): number | undefined {
  switch (kind) {
    case memoryCalls.mmap:
      return predictMmap(space, args, around.descriptor((args[4] ?? 0) | 0));
    case memoryCalls.munmap:
      return predictMunmap(space, args);
    case memoryCalls.mremap: {
      const [address = 0, oldLength = 0, newLength = 0, flags = 0, newAddress = 0] = args;
      return planMremap(space, { address, oldLength, newLength, flags, newAddress }).result;
    }
    case memoryCalls.mprotect:
      return predictMprotect(space, args, -1);
    case memoryCalls.pkey_mprotect:
      return predictMprotect(space, args, (args[3] ?? 0) | 0);
    case memoryCalls.madvise:
      return predictMadvise(space, args);
    case memoryCalls.remap_file_pages:
      return predictRemapFilePages(space, args);
    default:
      return undefined;
  }
}

function predictMunmap(space: SpaceState, args: readonly number[]): number {
  const { pageBytes, taskSize } = space.features;
  const start = unsigned(args[0] ?? 0);
  const length = args[1] ?? 0;
  if (!isAligned(args[0] ?? 0, pageBytes) || start > taskSize) return -errnos.invalid;
  if (unsigned(length) > taskSize - start) return -errnos.invalid;
  return pageUp(length, pageBytes) === 0 ? -errnos.invalid : 0;
}

function predictMprotect(
  space: SpaceState,
  args: readonly number[],
  pkey: number,
): number | undefined {
  const { pageBytes, pkeys } = space.features;
  const start = unsigned(args[0] ?? 0);
  const length = args[1] ?? 0;
  const access = args[2] ?? 0;
  if ((access & grows) === grows || !isAligned(args[0] ?? 0, pageBytes)) return -errnos.invalid;
  if (length === 0) return 0;
  const end = start + pageUp(length, pageBytes);
  if (end <= start || end >= 2 ** 64) return -errnos.noMemory;
  if (unsigned(access) >= 2 ** 32 || access & ~(allAccess | grows)) return -errnos.invalid;
  if (pkey !== -1 && !(pkeys && pkey === 0)) return -errnos.invalid;
  const { map } = space;
  const row = map.find(start);
  if (row < 0 || map.start >= end) return -errnos.noMemory;
  if (access & grows) {
    if (access & prot.growsDown) return undefined;
    return map.start > start ? -errnos.noMemory : -errnos.invalid;
  }
  const hole = firstHole(space, start, end);
  if ((access & prot.write) !== 0 && refuses(space, start, hole)) return -errnos.access;
  return hole < end ? -errnos.noMemory : 0;
}

/** Whether something in [start, end) can never be writable. */
function refuses(space: SpaceState, start: number, end: number): boolean {
  const { map } = space;
  for (let row = map.find(start); row >= 0 && map.start < end; row = map.next()) {
    if (map.columns.mode[row]! & modes.neverWrite) return true;
  }
  return false;
}

/** Those that damage pages on purpose need privileges and a kernel built for it. */
const damaging: ReadonlySet<number> = new Set([advices.hwPoison, advices.softOffline]);
const knownAdvices: ReadonlySet<number> = new Set(
  Object.values(advices).filter((advice) => !damaging.has(advice)),
);
const huge: ReadonlySet<number> = new Set([advices.hugePage, advices.noHugePage, advices.collapse]);
const merging: ReadonlySet<number> = new Set([advices.mergeable, advices.unmergeable]);
const guard: ReadonlySet<number> = new Set([advices.guardInstall, advices.guardRemove]);
/** Advices whose result depends on more than the regions. */
const unforetold: ReadonlySet<number> = new Set([
  advices.remove,
  advices.populateRead,
  advices.populateWrite,
  advices.collapse,
  ...guard,
]);

function isKnown(space: SpaceState, advice: number): boolean {
  const { hugeAdvice, mergeAdvice, guardAdvice } = space.features;
  if (huge.has(advice)) return hugeAdvice;
  if (merging.has(advice)) return mergeAdvice;
  if (guard.has(advice)) return guardAdvice;
  return knownAdvices.has(advice);
}

/** 0 when a region accepts the advice, else -errno. */
function refusalOfAdvice(mode: number, advice: number): number {
  const kind = kindOfMode(mode);
  if (isKept(advice)) return advisedMode(mode, advice) === -1 ? -errnos.invalid : 0;
  const locked = (mode & modes.locked) !== 0;
  switch (advice) {
    case advices.free:
      return kind === kinds.anonymous && !locked ? 0 : -errnos.invalid;
    case advices.dontNeed:
    case advices.cold:
    case advices.pageOut:
      return locked ? -errnos.invalid : 0;
    default:
      return 0;
  }
}

function predictMadvise(space: SpaceState, args: readonly number[]): number | undefined {
  const { pageBytes } = space.features;
  const start = unsigned(args[0] ?? 0);
  const advice = args[2] ?? 0;
  const bytes = pageUp(args[1] ?? 0, pageBytes);
  if (!isKnown(space, advice) || !isAligned(args[0] ?? 0, pageBytes)) return -errnos.invalid;
  if (bytes === 0) return args[1] === 0 ? 0 : -errnos.invalid;
  const end = start + bytes;
  if (end >= 2 ** 64) return -errnos.invalid;
  if (unforetold.has(advice)) return undefined;
  const { map } = space;
  let at = start;
  for (let row = map.find(start); row >= 0 && map.start < end; row = map.next()) {
    const refused = refusalOfAdvice(map.columns.mode[row]!, advice);
    if (refused !== 0) return refused;
    if (map.start <= at) at = map.columns.end[row]!;
  }
  return at < end ? -errnos.noMemory : 0;
}
