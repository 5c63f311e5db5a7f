/** The picture of address spaces over time: every range that a mapping lived in, as a rectangle. */

import type { AddressBand } from "../../base/address-scale.ts";
import type { MemoryKind } from "../../base/kinds.ts";

/**
 * Ranges that mappings lived in, in columns, the ranges of one process together and in the order
 * in which they ended. A mapping that grew, moved, or was cut or protected in part has several. Within one process no two share both an
 * address and a moment.
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
  /** The event by which the mapping came to the range; 0 is older than the recording. */
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

/** Mappings that went elsewhere, by the kernel's choice or the program's, in columns. */
export interface PictureMoves {
  readonly length: number;
  readonly process: Uint32Array;
  readonly seq: Float64Array;
  readonly atNanos: Float64Array;
  /** What the call took; -1 when it is not known. */
  readonly durationNanos: Float64Array;
  /** First addresses before and after. */
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
  /** Ranges and moves that there were, drawn or not. */
  readonly rangeCount: number;
  readonly moveCount: number;
  /** Rows of PictureRanges and PictureMoves: [first, behind the last). */
  readonly ranges: readonly [number, number];
  readonly moves: readonly [number, number];
  /** How addresses become heights, ascending. */
  readonly bands: readonly AddressBand[];
}

export interface Picture {
  /** The end of the last event. */
  readonly durationNanos: number;
  readonly ranges: PictureRanges;
  readonly moves: PictureMoves;
  /** All that there were; `ranges` and `moves` hold the largest. */
  readonly rangeCount: number;
  readonly moveCount: number;
  /** Those with the most moves and the most ranges first. */
  readonly processes: readonly ProcessPicture[];
  readonly kinds: readonly MemoryKind[];
  readonly calls: readonly string[];
  readonly gains: readonly string[];
  readonly losses: readonly string[];
  /** Sites by index; 0 is unknown, an empty text. */
  readonly sites: readonly string[];
}
