/** The default page size, and rounding to whole pages. */

/**
 * The page of x86-64. A recording's own page size is in the start of each process (`pageBytes`) and
 * takes precedence: kernels of other processors have pages of up to 64 KiB.
 */
export const defaultPageBytes = 4096;

/**
 * Rounds up to whole pages. Arithmetic, not bit operations: lengths pass 2^32. A length just below 0,
 * which a register can hold, becomes 0 and not -0.
 */
export function roundUpToPages(bytes: number, pageBytes: number): number {
  return Math.ceil(bytes / pageBytes) * pageBytes + 0;
}
