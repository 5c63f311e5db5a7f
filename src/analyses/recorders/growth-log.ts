/** A row for every call that asked for more or less: the input of the growth analyses. */

import type { EventBatch } from "../../events/batch.ts";
import { memoryCalls } from "../../events/kinds.ts";
import { grown } from "../tally/columns.ts";
import { type GrowthOutcome, growthBytes, growthOutcomes } from "./growth.ts";

/** Codes in GrowthLog.outcome. */
export const outcomeCodes = Object.fromEntries(
  growthOutcomes.map((outcome, code) => [outcome, code]),
) as Readonly<Record<GrowthOutcome, number>>;

/** GrowthLog.outcome of a row that is not a call: the lineage lost its last range. */
export const lineageGone = growthOutcomes.length;

/**
 * Rows beyond this are counted but not kept: about 60 bytes a row, so 250 MB. Totals by outcome
 * stay exact; figures by site, thread and lineage and the quantiles then cover only the kept rows.
 */
const mostRows = 1 << 22;

function bytesBy(outcome: number, oldBytes: number, newBytes: number): number {
  return growthBytes(growthOutcomes[outcome]!, oldBytes, newBytes);
}

export class GrowthLog {
  length = 0;
  /** Rows that were not kept. */
  dropped = 0;
  /** By outcome, over all rows, kept or not. */
  readonly counts = new Float64Array(growthOutcomes.length);
  readonly bytesBy = new Float64Array(growthOutcomes.length);
  readonly nanosBy = new Float64Array(growthOutcomes.length);
  seq: Float64Array;
  process: Uint32Array;
  tid: Uint32Array;
  site: Uint32Array;
  lineage: Uint32Array;
  outcome: Uint8Array;
  isBrk: Uint8Array;
  oldBytes: Float64Array;
  newBytes: Float64Array;
  nanos: Float64Array;
  /** The number of lineages that have grown; they are numbered from 1. */
  lineages = 0;
  readonly #capacity: number;

  /**
   * Allocates `expectedRows` at once: untouched pages cost no memory, while repeated copying into
   * larger columns costs time.
   */
  constructor(expectedRows = 256, capacity = mostRows) {
    this.#capacity = capacity;
    const room = Math.max(16, Math.min(capacity, expectedRows));
    this.seq = new Float64Array(room);
    this.process = new Uint32Array(room);
    this.tid = new Uint32Array(room);
    this.site = new Uint32Array(room);
    this.lineage = new Uint32Array(room);
    this.outcome = new Uint8Array(room);
    this.isBrk = new Uint8Array(room);
    this.oldBytes = new Float64Array(room);
    this.newBytes = new Float64Array(room);
    this.nanos = new Float64Array(room);
  }

  /**
   * Adds a call: its columns of the batch, the event's site, and its mapping's size before and
   * after in whole pages (of a heap, its length). Returns the row, or -1 if it is not kept. Numbers
   * are passed in objects, because V8 would allocate each one that is not a small integer.
   */
  add(
    batch: EventBatch,
    row: number,
    { seq, site }: { readonly seq: number; readonly site: number },
    sizes: { readonly oldBytes: number; readonly newBytes: number },
    outcome: number,
    lineage: number,
  ): number {
    const { oldBytes, newBytes } = sizes;
    const nanos = Math.max(0, batch.duration[row]!);
    this.counts[outcome]! += 1;
    this.bytesBy[outcome]! += bytesBy(outcome, oldBytes, newBytes);
    this.nanosBy[outcome]! += nanos;
    const at = this.#next();
    if (at < 0) return at;
    this.seq[at] = seq;
    this.process[at] = batch.process[row]!;
    this.tid[at] = batch.tid[row]!;
    this.site[at] = site;
    this.lineage[at] = lineage;
    this.outcome[at] = outcome;
    this.isBrk[at] = batch.kind[row] === memoryCalls.brk ? 1 : 0;
    this.oldBytes[at] = oldBytes;
    this.newBytes[at] = newBytes;
    this.nanos[at] = nanos;
    return at;
  }

  /** Notes that the lineage ended at event `seq`. */
  end(seq: number, lineage: number): void {
    const at = this.#next();
    if (at < 0) return;
    this.seq[at] = seq;
    this.lineage[at] = lineage;
    this.outcome[at] = lineageGone;
  }

  /**
   * Growth.bytes of a row: bytes asked for beyond the old size, given back, or mapped a second
   * time.
   */
  bytesOf(row: number): number {
    return bytesBy(this.outcome[row]!, this.oldBytes[row]!, this.newBytes[row]!);
  }

  #next(): number {
    if (this.length === this.#capacity) {
      this.dropped += 1;
      return -1;
    }
    if (this.length === this.seq.length) this.#grow(this.length * 2);
    this.length += 1;
    return this.length - 1;
  }

  #grow(capacity: number): void {
    this.seq = grown(this.seq, capacity);
    this.process = grown(this.process, capacity);
    this.tid = grown(this.tid, capacity);
    this.site = grown(this.site, capacity);
    this.lineage = grown(this.lineage, capacity);
    this.outcome = grown(this.outcome, capacity);
    this.isBrk = grown(this.isBrk, capacity);
    this.oldBytes = grown(this.oldBytes, capacity);
    this.newBytes = grown(this.newBytes, capacity);
    this.nanos = grown(this.nanos, capacity);
  }
}

/** Events of an outcome, the longest calls first. */
export function slowest(log: GrowthLog, code: number, most: number): number[] {
  const { length, outcome, nanos } = log;
  let rows: number[] = [];
  let limit = -1;
  const trim = (): void => {
    rows.sort((a, b) => nanos[b]! - nanos[a]! || a - b);
    rows = rows.slice(0, most);
    if (rows.length === most) limit = nanos[rows[most - 1]!]!;
  };
  for (let row = 0; row < length; row += 1) {
    if (outcome[row] !== code || nanos[row]! <= limit) continue;
    rows.push(row);
    if (rows.length > 4 * most) trim();
  }
  trim();
  return rows.map((row) => log.seq[row]!);
}
