/** Words for results, the same in every claim. */

import { errnoName, errnoOf } from "../events/errno.ts";
import type { Arena } from "./arena.ts";

export const sameAddress = "the same address";
export const anotherAddress = "another address";
export const theTarget = "the target";
export const kept = "kept";
export const asItWas = "as it was";
export const isUnmapped = "unmapped";
export const isMappedStill = "mapped";

/** A raw result of mremap: where it is seen from `from`, the old address, and `target`. */
export function place(result: number, from: number, target?: number): string {
  const errno = errnoOf(result);
  if (errno !== 0) return errnoName(errno);
  if (result === target) return theTarget;
  return result === from ? sameAddress : anotherAddress;
}

/** A raw result of a call that gives 0. */
export function ended(result: number): string {
  const errno = errnoOf(result);
  return errno === 0 ? "done" : errnoName(errno);
}

export function content(isKept: boolean, word = kept): string {
  return isKept ? word : "changed";
}

export function mappedness(arena: Arena, at: number): string {
  return arena.isMapped(at) ? isMappedStill : isUnmapped;
}

/** How a read of the byte at `at` would end. */
export function readOf(arena: Arena, at: number): string {
  const value = arena.peek(at);
  return value === undefined ? "faults" : `reads ${value}`;
}
