/**
 * What the page passes to its script: the shape of two data blocks, written here, read by
 * `client/`.
 */

import type { AddressBand } from "../../base/address-scale.ts";

/** A column of `length` numbers, at `offsetBytes` of the packed block. */
export interface PackedColumn {
  readonly name: string;
  readonly type: "Float64" | "Uint32" | "Uint8";
  readonly offsetBytes: number;
  readonly length: number;
}

export interface PageProcess {
  readonly process: number;
  readonly label: string;
  readonly fromNanos: number;
  readonly toNanos: number;
  /** Rows of the columns: [first, last + 1). */
  readonly ranges: readonly [number, number];
  readonly moves: readonly [number, number];
  readonly bands: readonly AddressBand[];
}

/** Block `picture-facts`, as JSON. */
export interface PageFacts {
  readonly processes: readonly PageProcess[];
  readonly kinds: readonly {
    readonly name: string;
    readonly word: string;
    readonly isHollow: boolean;
  }[];
  readonly calls: readonly string[];
  /** How a mapping got a range, and how it lost it, in words. */
  readonly gains: readonly string[];
  readonly losses: readonly string[];
  readonly sites: readonly string[];
  readonly columns: readonly PackedColumn[];
}
