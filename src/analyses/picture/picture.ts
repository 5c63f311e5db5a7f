/** The picture of address spaces over time: every range that was mapped, as a rectangle. */

import type { AddressBand } from "../../base/address-scale.ts";
import type { MemoryKind } from "../../base/kinds.ts";

/**
 * Ranges that mappings occupied, in columns, grouped by process and ordered by their end. A mapping
 * that grew, moved, or was partly unmapped or protected has several. No two ranges of a process
 * share both an address and a moment.
 */
export interface PictureRanges {
  readonly length: number;
  /** Number of the process in the recording. */
  readonly process: Uint32Array;
  /** Bytes: [start, end). */
  readonly start: Float64Array;
  readonly end: Float64Array;
  /** Nanoseconds since the start of the recording. */
  readonly fromNanos: Float64Array;
  readonly toNanos: Float64Array;
  /** Index into Picture.kinds. */
  readonly kind: Uint8Array;
  /** Number of the mapping in its process. */
  readonly mapping: Uint32Array;
  /** The event that mapped the range; 0 predates the recording. */
  readonly bySeq: Float64Array;
  /** Index into Picture.calls: the call of that event. */
  readonly call: Uint8Array;
  /** Index into Picture.gains. */
  readonly gain: Uint8Array;
  /** Index into Picture.losses. */
  readonly loss: Uint8Array;
  /** Index into Picture.sites. */
  readonly site: Uint32Array;
}

/** Moves of mappings, by the kernel's choice or the program's, in columns. */
export interface PictureMoves {
  readonly length: number;
  readonly process: Uint32Array;
  readonly seq: Float64Array;
  readonly atNanos: Float64Array;
  /** Duration of the call; -1 if unknown. */
  readonly durationNanos: Float64Array;
  /** Start addresses before and after. */
  readonly from: Float64Array;
  readonly to: Float64Array;
  readonly oldBytes: Float64Array;
  readonly newBytes: Float64Array;
  /** Index into Picture.sites. */
  readonly site: Uint32Array;
}

/** One address space. */
export interface ProcessPicture {
  readonly process: number;
  readonly pid: number;
  readonly program: string;
  readonly fromNanos: number;
  readonly toNanos: number;
  /** All ranges and moves of the process, including those not kept. */
  readonly rangeCount: number;
  readonly moveCount: number;
  /** Rows of PictureRanges and PictureMoves: [first, last + 1). */
  readonly ranges: readonly [number, number];
  readonly moves: readonly [number, number];
  /** Maps addresses to heights, ascending. */
  readonly bands: readonly AddressBand[];
}

export interface Picture {
  /** The end of the last event. */
  readonly durationNanos: number;
  readonly ranges: PictureRanges;
  readonly moves: PictureMoves;
  /** All there were; `ranges` and `moves` hold the largest. */
  readonly rangeCount: number;
  readonly moveCount: number;
  /** By moves, then by ranges, descending. */
  readonly processes: readonly ProcessPicture[];
  readonly kinds: readonly MemoryKind[];
  readonly calls: readonly string[];
  readonly gains: readonly string[];
  readonly losses: readonly string[];
  /** Sites by index; 0 is the unknown site, an empty string. */
  readonly sites: readonly string[];
}
