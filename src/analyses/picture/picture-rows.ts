/** Orders the kept rows of a picture by process, and puts them into its final columns. */

import { memoryKinds } from "../../base/kinds.ts";
import { kindOf } from "../../events/kinds.ts";
import type { Gain, Loss } from "../../space/state/lineage.ts";
import { bandsOf } from "./address-bands.ts";
import type { LargestRows } from "./largest-rows.ts";
import type { Picture, PictureMoves, PictureRanges, ProcessPicture } from "./picture.ts";

export const gains: readonly Gain[] = [
  "found",
  "mapped",
  "grown",
  "moved",
  "duplicated",
  "left behind",
];

/**
 * A range's losses, and two more ends: mapped when the recording ended, or now another kind of
 * memory.
 */
export const losses: readonly (Loss | "lives on" | "protected")[] = [
  "unmapped",
  "replaced",
  "shrunk",
  "moved",
  "grown",
  "not found",
  "ended",
  "lives on",
  "protected",
];

export interface KnownProcess {
  readonly process: number;
  readonly pid: number;
  readonly program: string;
  readonly fromNanos: number;
  /** Undefined if its end was not seen. */
  readonly toNanos: number | undefined;
}

interface Facts {
  readonly durationNanos: number;
  readonly processes: readonly KnownProcess[];
  readonly counts: ReadonlyMap<number, { readonly rangeCount: number; readonly moveCount: number }>;
  siteName(site: number): string;
}

const hollow = memoryKinds.indexOf("reserved");

export function makePicture(ranges: LargestRows, moves: LargestRows, facts: Facts): Picture {
  const sites = new SiteTable(facts.siteName);
  const rangeColumns = rangesOf(ranges, sites);
  const moveColumns = movesOf(moves, sites);
  const processes = facts.processes
    .map((one) => processPicture(one, rangeColumns, moveColumns, facts))
    .filter(({ rangeCount }) => rangeCount > 0)
    .sort((a, b) => b.moveCount - a.moveCount || b.rangeCount - a.rangeCount);
  return {
    durationNanos: facts.durationNanos,
    ranges: rangeColumns,
    moves: moveColumns,
    rangeCount: ranges.offered,
    moveCount: moves.offered,
    processes,
    kinds: memoryKinds,
    calls: Array.from({ length: 64 }, (_, code) => (code === 0 ? "" : (kindOf(code) ?? ""))),
    gains,
    losses,
    sites: sites.names,
  };
}

/** Numbers the names of the sites in the picture, each once. */
class SiteTable {
  readonly names: string[] = [""];
  readonly #index = new Map<number, number>([[0, 0]]);
  readonly #nameOf: (site: number) => string;

  constructor(nameOf: (site: number) => string) {
    this.#nameOf = nameOf;
  }

  index(site: number): number {
    let index = this.#index.get(site);
    if (index === undefined) {
      index = this.names.length;
      this.names.push(this.#nameOf(site));
      this.#index.set(site, index);
    }
    return index;
  }
}

/** Row numbers ordered by process, then by `then`. */
function orderOf(rows: LargestRows, then: Float64Array): Uint32Array {
  const process = rows.columns[0]!;
  const order = Uint32Array.from({ length: rows.length }, (_, i) => i);
  return order.sort((a, b) => process[a]! - process[b]! || then[a]! - then[b]!);
}

/** A loop, because `Float64Array.from` with a function takes ten times as long. */
function picked(column: Float64Array, order: Uint32Array): Float64Array {
  const values = new Float64Array(order.length);
  for (let i = 0; i < order.length; i++) values[i] = column[order[i]!]!;
  return values;
}

function rangesOf(rows: LargestRows, sites: SiteTable): PictureRanges {
  const [process, start, end, from, to, kind, mapping, seq, call, gain, loss, site] =
    rows.columns as Float64Array[];
  const order = orderOf(rows, to!);
  const pick = (column: Float64Array | undefined): Float64Array => picked(column!, order);
  return {
    length: rows.length,
    process: Uint32Array.from(pick(process)),
    start: pick(start),
    end: pick(end),
    fromNanos: pick(from),
    toNanos: pick(to),
    kind: Uint8Array.from(pick(kind)),
    mapping: Uint32Array.from(pick(mapping)),
    bySeq: pick(seq),
    call: Uint8Array.from(pick(call)),
    gain: Uint8Array.from(pick(gain)),
    loss: Uint8Array.from(pick(loss)),
    site: Uint32Array.from(pick(site), (one) => sites.index(one)),
  };
}

function movesOf(rows: LargestRows, sites: SiteTable): PictureMoves {
  const [process, seq, at, duration, from, to, oldBytes, newBytes, site] =
    rows.columns as Float64Array[];
  const order = orderOf(rows, seq!);
  const pick = (column: Float64Array | undefined): Float64Array => picked(column!, order);
  return {
    length: rows.length,
    process: Uint32Array.from(pick(process)),
    seq: pick(seq),
    atNanos: pick(at),
    durationNanos: pick(duration),
    from: pick(from),
    to: pick(to),
    oldBytes: pick(oldBytes),
    newBytes: pick(newBytes),
    site: Uint32Array.from(pick(site), (one) => sites.index(one)),
  };
}

/** Rows of a process: [first, last + 1). */
function rowsOf(column: Uint32Array, process: number): readonly [number, number] {
  const first = column.indexOf(process);
  return first < 0 ? [0, 0] : [first, column.lastIndexOf(process) + 1];
}

function processPicture(
  known: KnownProcess,
  ranges: PictureRanges,
  moves: PictureMoves,
  facts: Facts,
): ProcessPicture {
  const { process, pid, program, fromNanos } = known;
  const rows = rowsOf(ranges.process, process);
  const { rangeCount = 0, moveCount = 0 } = facts.counts.get(process) ?? {};
  return {
    process,
    pid,
    program,
    fromNanos,
    toNanos: known.toNanos ?? facts.durationNanos,
    rangeCount,
    moveCount,
    ranges: rows,
    moves: rowsOf(moves.process, process),
    bands: bandsOfRows(ranges, rows),
  };
}

/** Reserved memory gets no room, unless there is nothing else. */
function bandsOfRows(ranges: PictureRanges, [first, last]: readonly [number, number]) {
  const solid = { starts: [] as number[], ends: [] as number[] };
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let row = first; row < last; row++) {
    const start = ranges.start[row]!;
    const end = ranges.end[row]!;
    low = Math.min(low, start);
    high = Math.max(high, end);
    if (ranges.kind[row] === hollow) continue;
    solid.starts.push(start);
    solid.ends.push(end);
  }
  if (first === last) return [];
  const all = solid.starts.length === 0;
  const starts = all ? ranges.start.slice(first, last) : Float64Array.from(solid.starts);
  const ends = all ? ranges.end.slice(first, last) : Float64Array.from(solid.ends);
  return bandsOf(starts, ends, low, high);
}
