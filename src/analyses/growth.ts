/**
 * What became of each call that asked for more memory: mremap and brk, told from arguments and result.
 * It rests on events alone; what stood in the way of a move is not known here.
 */

import { type EventBatch, eventFlags } from "../events/batch.ts";
import { errnoOf } from "../events/errno.ts";
import { memoryCalls } from "../events/kinds.ts";

/**
 * inPlace: longer at the same address. moved: the kernel chose another one. relocated: the program
 * chose it (MREMAP_FIXED) or kept the old range (MREMAP_DONTUNMAP). refused: the call failed, for
 * want of MREMAP_MAYMOVE or for another reason. Beside growth: shrunk, unchanged, and duplicated
 * (old size 0 makes a second mapping of the same shared pages).
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
   * How much more was asked for, granted or not; how much was given back when shrunk; the size of
   * the second mapping when duplicated. In whole pages.
   */
  readonly bytes: number;
}

const mayBeElsewhere = 2 | 4; // MREMAP_FIXED, MREMAP_DONTUNMAP

/** A call's length in whole pages. Lengths pass 2^32, so this is no bit operation. */
function pages(bytes: number, pageBytes: number): number {
  return Math.ceil(bytes / pageBytes) * pageBytes;
}

/**
 * mremap(2), by the rules of mm/mremap.c: lengths round up to pages first; without FIXED and
 * DONTUNMAP an equal length is a no-op and a smaller one never moves. `result` is raw (-errno).
 */
export function classifyMremap(
  call: { oldAddress: number; oldBytes: number; newBytes: number; flags: number; result: number },
  pageBytes: number,
): Growth {
  const before = pages(call.oldBytes, pageBytes);
  const after = pages(call.newBytes, pageBytes);
  const more = Math.max(0, after - before);
  if (errnoOf(call.result) !== 0) return { outcome: "refused", bytes: more };
  if (before === 0) return { outcome: "duplicated", bytes: after };
  if ((call.flags & mayBeElsewhere) !== 0) return { outcome: "relocated", bytes: more };
  if (after < before) return { outcome: "shrunk", bytes: before - after };
  if (after === before) return { outcome: "unchanged", bytes: 0 };
  return { outcome: call.result === call.oldAddress ? "inPlace" : "moved", bytes: more };
}

/**
 * brk(2): the kernel answers with the break as it then is, so a refusal is an answer other than
 * what was asked. brk(0) and any address below the heap are questions: undefined. So is a change
 * whose direction cannot be told because the break before it was never seen.
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

/** Classifies events in history order; remembers the break of each process for brk. */
export class GrowthClassifier {
  readonly #breaks = new Map<number, number>();
  readonly #pageBytes: number;

  constructor(pageBytes = 4096) {
    this.#pageBytes = pageBytes;
  }

  /** The break as an observation tells it: the end of `[heap]`, or the parent's at a fork. */
  setBreak(process: number, address: number): void {
    this.#breaks.set(process, address);
  }

  breakOf(process: number): number | undefined {
    return this.#breaks.get(process);
  }

  /** The growth at `row`; undefined for other calls and for calls that never came back. */
  classify(batch: EventBatch, row: number): Growth | undefined {
    const kind = batch.kind[row];
    if (kind !== memoryCalls.mremap && kind !== memoryCalls.brk) return undefined;
    if (((batch.flags[row] ?? 0) & eventFlags.resultUnknown) !== 0) return undefined;
    const [first, second, third, fourth] = batch.args;
    const address = first?.[row] ?? 0;
    const result = batch.result[row] ?? 0;
    if (kind === memoryCalls.brk) {
      const process = batch.process[row] ?? 0;
      const before = this.#breaks.get(process);
      this.#breaks.set(process, result);
      return classifyBrk({ requested: address, result, before }, this.#pageBytes);
    }
    const call = {
      oldAddress: address,
      oldBytes: second?.[row] ?? 0,
      newBytes: third?.[row] ?? 0,
      flags: fourth?.[row] ?? 0,
      result,
    };
    return classifyMremap(call, this.#pageBytes);
  }
}
