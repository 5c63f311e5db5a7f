/** Lengths in whole pages, as the kernel rounds them: unsigned 64-bit, with its overflow. */

import { defaultPageBytes } from "../../base/pages.ts";

const twoTo64 = 2 ** 64;

/**
 * PAGE_ALIGN of a length as a register holds it (signed). The last page of the range overflows to 0.
 * Lengths above 2^53 are as near as a double gets, which is enough: no such range can exist.
 */
export function pageUp(length: number, pageBytes: number): number {
  // By far the most common case, and multiplying is several times faster than dividing.
  if (pageBytes === defaultPageBytes && length >= 0) {
    return Math.ceil(length * (1 / defaultPageBytes)) * defaultPageBytes;
  }
  if (length >= 0) return Math.ceil(length / pageBytes) * pageBytes;
  if (length > -pageBytes) return 0;
  return twoTo64 + length;
}

/** Of a register as it is: the nearest double of the unsigned value would be aligned too often. */
export function isAligned(address: number, pageBytes: number): boolean {
  return address % pageBytes === 0;
}

/** A register's value as the unsigned number that the kernel compares. */
export function unsigned(value: number): number {
  return value < 0 ? twoTo64 + value : value;
}
