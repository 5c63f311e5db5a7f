/** The scale of the picture's address axis: addresses to heights and back, piecewise linear over bands. */

import { countAtMost } from "./search.ts";

/** [start, end) drawn between the heights `low` and `high`, of a picture from 0 at its foot to 1. */
export interface AddressBand {
  readonly start: number;
  readonly end: number;
  readonly low: number;
  readonly high: number;
  /** Nothing but reserved memory was ever mapped in it: drawn as a narrow fold. */
  readonly isFold: boolean;
}

/** The height of an address. Addresses outside all bands take the nearest band's. */
export function heightOf(bands: readonly AddressBand[], address: number): number {
  const below = countAtMost(bands.length, (i) => bands[i]!.start, address);
  const band = bands[Math.max(0, below - 1)];
  if (band === undefined) return 0;
  const share = (address - band.start) / (band.end - band.start);
  return band.low + (band.high - band.low) * Math.min(1, Math.max(0, share));
}

/** The address at a height. */
export function addressAt(bands: readonly AddressBand[], height: number): number {
  const band = bands.find(({ high }) => height < high) ?? bands[bands.length - 1];
  if (band === undefined) return 0;
  const share = Math.min(1, Math.max(0, (height - band.low) / (band.high - band.low)));
  return band.start + (band.end - band.start) * share;
}
