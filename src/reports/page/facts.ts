/** What the page hands to its script: the shape of two data blocks, written here and read by `client/`. */

import type { AddressBand } from "../../base/address-scale.ts";

/** Columns of one name stand at `offsetBytes` of the packed block, `length` numbers each. */
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
  /** Rows of the columns: [first, behind the last). */
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
  /** Words for how a mapping came to a range, and how it left. */
  readonly gains: readonly string[];
  readonly losses: readonly string[];
  readonly sites: readonly string[];
  readonly columns: readonly PackedColumn[];
}
