/**
 * Classifies calls that asked for more memory, mremap and brk, by their arguments and result. Uses
 * events alone, so the cause of a move is not known here.
 */

import { defaultPageBytes } from "../../base/pages.ts";
import { type EventBatch, eventFlags } from "../../events/batch.ts";
import { errnoOf } from "../../events/errno.ts";
import { memoryCalls } from "../../events/kinds.ts";

/**
 * inPlace: longer at the same address. moved: the kernel chose another address. relocated: the
 * program chose it (MREMAP_FIXED) or kept the old range (MREMAP_DONTUNMAP). refused: the call
 * failed, for lack of MREMAP_MAYMOVE or for another reason. Not growths: shrunk, unchanged, and
 * duplicated (old size 0 makes a second mapping of the same shared pages).
 */
export type GrowthOutcome =
  | "inPlace"
  | "moved"
  | "relocated"
  | "refused"
  | "shrunk"
  | "unchanged"
  | "duplicated";

export const growthOutcomes: readonly GrowthOutcome[] = [
  "inPlace",
  "moved",
  "relocated",
  "refused",
  "shrunk",
  "unchanged",
  "duplicated",
];

export interface Growth {
  readonly outcome: GrowthOutcome;
  /**
   * Bytes asked for beyond the old size, granted or not; bytes given back if shrunk; the size of
   * the second mapping if duplicated. In whole pages.
   */
  readonly bytes: number;
}

const mayBeElsewhere = 2 | 4; // MREMAP_FIXED, MREMAP_DONTUNMAP
const noMemory = 12; // ENOMEM

/** A call's length in whole pages. Lengths can exceed 2^32, so bit operations would not do. */
function pages(bytes: number, pageBytes: number): number {
  return Math.ceil(bytes / pageBytes) * pageBytes;
}

/** Growth.bytes of a call that changed the size from `before` to `after`, both in whole pages. */
export function growthBytes(outcome: GrowthOutcome, before: number, after: number): number {
  if (outcome === "duplicated") return after;
  return outcome === "shrunk" ? before - after : Math.max(0, after - before);
}

/**
 * mremap(2), by the rules of mm/mremap.c: lengths round up to pages first; without FIXED and
 * DONTUNMAP an equal length is a no-op and a smaller one never moves. `result` is raw (-errno),
 * `before` and `after` are in whole pages.
 */
function mremapOutcome(
  oldAddress: number,
  before: number,
  after: number,
  flags: number,
  result: number,
): GrowthOutcome {
  if (errnoOf(result) !== 0) return "refused";
  if (before === 0) return "duplicated";
  if ((flags & mayBeElsewhere) !== 0) return "relocated";
  if (after < before) return "shrunk";
  if (after === before) return "unchanged";
  return result === oldAddress ? "inPlace" : "moved";
}

/** Classifies one mremap. */
export function classifyMremap(
  call: { oldAddress: number; oldBytes: number; newBytes: number; flags: number; result: number },
  pageBytes: number,
): Growth {
  const before = pages(call.oldBytes, pageBytes);
  const after = pages(call.newBytes, pageBytes);
  const outcome = mremapOutcome(call.oldAddress, before, after, call.flags, call.result);
  return { outcome, bytes: growthBytes(outcome, before, after) };
}

/**
 * brk(2): the raw call returns the break that is then in force, so a refused call returns another
 * address than was asked for. brk(0) and addresses below the heap are queries: undefined. So are
 * changes whose direction is unknown because the break before was never seen.
 */
export function classifyBrk(
  call: { requested: number; result: number; before: number | undefined },
  pageBytes: number,
): Growth | undefined {
  const { requested, result, before } = call;
  if (result !== requested) {
    if (requested <= result) return undefined;
    return { outcome: "refused", bytes: pages(requested, pageBytes) - pages(result, pageBytes) };
  }
  if (before === undefined) return undefined;
  const difference = pages(result, pageBytes) - pages(before, pageBytes);
  if (difference === 0) return { outcome: "unchanged", bytes: 0 };
  return { outcome: difference > 0 ? "inPlace" : "shrunk", bytes: Math.abs(difference) };
}

/**
 * Whether the growth lacked room: it moved, or was refused with ENOMEM. A refused brk has no error
 * number. `result` is raw (-errno).
 */
export function lackedRoom(outcome: GrowthOutcome, isBrk: boolean, result: number): boolean {
  if (outcome === "moved") return true;
  return outcome === "refused" && (isBrk || errnoOf(result) === noMemory);
}

/** Classifies events in order; keeps the break of each process for brk. */
export class GrowthClassifier {
  /**
   * Sizes before and after the last classified call, in whole pages; for brk, addresses of the
   * break.
   */
  oldBytes = 0;
  newBytes = 0;
  readonly #breaks = new Map<number, number>();
  readonly #pageBytes: number;

  constructor(pageBytes = defaultPageBytes) {
    this.#pageBytes = pageBytes;
  }

  /** Sets the break from an observation: the end of `[heap]`, or the parent's break at a fork. */
  setBreak(process: number, address: number): void {
    this.#breaks.set(process, address);
  }

  breakOf(process: number): number | undefined {
    return this.#breaks.get(process);
  }

  /** The growth at `row`; undefined for other calls and for calls that never returned. */
  classify(batch: EventBatch, row: number): Growth | undefined {
    const outcome = this.outcomeAt(batch, row);
    if (outcome === undefined) return undefined;
    return { outcome, bytes: growthBytes(outcome, this.oldBytes, this.newBytes) };
  }

  /** Like `classify`, but allocates nothing: the sizes are in `oldBytes` and `newBytes`. */
  outcomeAt(batch: EventBatch, row: number): GrowthOutcome | undefined {
    const kind = batch.kind[row];
    if (kind !== memoryCalls.mremap && kind !== memoryCalls.brk) return undefined;
    if (((batch.flags[row] ?? 0) & eventFlags.resultUnknown) !== 0) return undefined;
    if (kind === memoryCalls.brk) return this.#brkOutcome(batch, row);
    const { args } = batch;
    this.oldBytes = pages(args[1]![row]!, this.#pageBytes);
    this.newBytes = pages(args[2]![row]!, this.#pageBytes);
    const result = batch.result[row]!;
    return mremapOutcome(args[0]![row]!, this.oldBytes, this.newBytes, args[3]![row]!, result);
  }

  #brkOutcome(batch: EventBatch, row: number): GrowthOutcome | undefined {
    const process = batch.process[row]!;
    const requested = batch.args[0]![row]!;
    const result = batch.result[row]!;
    const before = this.#breaks.get(process);
    this.#breaks.set(process, result);
    const growth = classifyBrk({ requested, result, before }, this.#pageBytes);
    const isRefused = growth?.outcome === "refused";
    this.oldBytes = pages(isRefused ? result : (before ?? result), this.#pageBytes);
    this.newBytes = pages(isRefused ? requested : result, this.#pageBytes);
    return growth?.outcome;
  }
}
