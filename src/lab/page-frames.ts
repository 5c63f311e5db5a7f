/** The physical pages behind addresses, when this user may see them. */

import { closeSync, openSync, readSync } from "node:fs";
import { pageBytes } from "./arena.ts";

const entryBytes = 8;
const frameMask = (1n << 55n) - 1n;

/**
 * Frame numbers of `count` pages from `at` on, by Documentation/admin-guide/mm/pagemap.rst; undefined
 * where the kernel hides them, as it does from all who lack CAP_SYS_ADMIN.
 */
export function framesOf(at: number, count: number): readonly bigint[] | undefined {
  let fd: number;
  try {
    fd = openSync("/proc/self/pagemap", "r");
  } catch {
    return undefined;
  }
  try {
    const entries = Buffer.alloc(count * entryBytes);
    const got = readSync(fd, entries, 0, entries.length, (at / pageBytes) * entryBytes);
    if (got !== entries.length) return undefined;
    const frames = Array.from(
      { length: count },
      (_, i) => entries.readBigUInt64LE(i * entryBytes) & frameMask,
    );
    return frames.some((frame) => frame === 0n) ? undefined : frames;
  } catch {
    return undefined;
  } finally {
    closeSync(fd);
  }
}

/**
 * Compares frames before and after a move. One of them may have changed for another reason
 * (compaction moves pages at any time); a copy would have changed them all.
 */
export function sameFrames(
  before: readonly bigint[] | undefined,
  after: readonly bigint[] | undefined,
): string | undefined {
  if (before === undefined || after === undefined) return undefined;
  const same = before.filter((frame, i) => frame === after[i]).length;
  return 2 * same > before.length ? "the same, not copies" : `${same} of ${before.length} the same`;
}
