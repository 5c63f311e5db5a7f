/** The realloc calls of the recorded child, and the results that it writes. */

import { AssertionError } from "../base/assert.ts";
import { reallocate, release } from "../ffi/heap.ts";
import { control, fill, minorFaults } from "../ffi/own-memory.ts";

const MiB = 1024 ** 2;

/** A block of `first` bytes is doubled `count` times, to `last`: far above M_MMAP_THRESHOLD's 128 KiB. */
export const reallocSteps = { first: MiB, last: 64 * MiB, count: 6 } as const;

export interface ReallocStep {
  readonly oldAddress: number;
  readonly newAddress: number;
  readonly oldBytes: number;
  readonly newBytes: number;
  /** Page faults of the thread during realloc and a look at the first and the last old byte. */
  readonly faults: number;
}

const disableHugePages = 41; // PR_SET_THP_DISABLE: a huge page would hide 511 of 512 faults

/** Every page is written before it is moved. */
export function doReallocSteps(): ReallocStep[] {
  control(disableHugePages, 1);
  const steps: ReallocStep[] = [];
  let at = reallocate(0, reallocSteps.first);
  fill(at, 5, reallocSteps.first);
  for (let size: number = reallocSteps.first; size < reallocSteps.last; size *= 2) {
    const before = minorFaults();
    const newAddress = reallocate(at, 2 * size);
    const faults = minorFaults() - before;
    steps.push({ oldAddress: at, newAddress, oldBytes: size, newBytes: 2 * size, faults });
    at = newAddress;
    fill(at + size, 5, size);
  }
  release(at);
  return steps;
}

/** Parses the child's results; anything unexpected is a bug. */
export function parseReallocSteps(text: string): readonly ReallocStep[] {
  const value: unknown = JSON.parse(text);
  if (!Array.isArray(value) || !value.every(isStep)) {
    throw new AssertionError(`the child of realloc wrote ${text.slice(0, 80)}`);
  }
  return value;
}

function isStep(value: unknown): value is ReallocStep {
  if (typeof value !== "object" || value === null) return false;
  const names = ["oldAddress", "newAddress", "oldBytes", "newBytes", "faults"];
  const entries = new Map<string, unknown>(Object.entries(value));
  return names.every((name) => typeof entries.get(name) === "number");
}
