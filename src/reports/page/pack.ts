/** Packs the picture's columns into one block of bytes, with the facts needed to read it. */

import type { Picture, ProcessPicture } from "../../analyses/picture/picture.ts";
import { kindLooks } from "../../base/kinds.ts";
import type { PackedColumn, PageFacts } from "./facts.ts";

type Column = Float64Array | Uint32Array | Uint8Array;

export interface PackedPicture {
  readonly facts: PageFacts;
  readonly bytes: Uint8Array;
}

const typeOf = (column: Column): PackedColumn["type"] => {
  if (column instanceof Float64Array) return "Float64";
  return column instanceof Uint32Array ? "Uint32" : "Uint8";
};

export function packPicture(
  picture: Picture,
  labelOf: (one: ProcessPicture) => string,
): PackedPicture {
  const named = columnsOf(picture);
  // The widest numbers first, so that every typed array is aligned.
  named.sort(([, a], [, b]) => b.BYTES_PER_ELEMENT - a.BYTES_PER_ELEMENT);
  const bytes = new Uint8Array(named.reduce((sum, [, column]) => sum + column.byteLength, 0));
  const columns: PackedColumn[] = [];
  let at = 0;
  for (const [name, column] of named) {
    bytes.set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength), at);
    columns.push({ name, type: typeOf(column), offsetBytes: at, length: column.length });
    at += column.byteLength;
  }
  const facts: PageFacts = {
    processes: picture.processes.map((one) => ({
      process: one.process,
      label: labelOf(one),
      fromNanos: one.fromNanos,
      toNanos: one.toNanos,
      ranges: one.ranges,
      moves: one.moves,
      bands: one.bands,
    })),
    kinds: picture.kinds.map((name) => ({
      name,
      word: kindLooks[name].word,
      isHollow: kindLooks[name].isHollow === true,
    })),
    calls: picture.calls,
    gains: picture.gains,
    losses: picture.losses.map((loss) => lossWords[loss] ?? loss),
    sites: picture.sites,
    columns,
  };
  return { facts, bytes };
}

/** The range's fate, in words that follow its lifetime. */
const lossWords: Readonly<Record<string, string>> = {
  unmapped: "then unmapped",
  replaced: "then mapped over",
  shrunk: "then given back by a shrink",
  moved: "then moved away",
  grown: "then grown",
  "not found": "then gone without a call",
  ended: "until its process ended",
  "lives on": "still there at the end",
  protected: "then of another protection",
};

function columnsOf({ ranges, moves }: Picture): [string, Column][] {
  const { start, end, fromNanos, toNanos, bySeq, mapping, site, kind, call, gain, loss } = ranges;
  const columns = { start, end, fromNanos, toNanos, bySeq, mapping, site, kind, call, gain, loss };
  const { length: _length, process: _process, ...rest } = moves;
  return [
    ...Object.entries<Column>(columns),
    ...Object.entries<Column>(rest).map(([name, column]): [string, Column] => [
      `move.${name}`,
      column,
    ]),
  ];
}
