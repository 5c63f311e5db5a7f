/** Every call that asked for more or less, a row each: what the analyses of growth are made from. */

import type { EventBatch } from "../../events/batch.ts";
import { memoryCalls } from "../../events/kinds.ts";
import { grown } from "../tally/columns.ts";
import { type GrowthOutcome, growthBytes, growthOutcomes } from "./growth.ts";

/** Number of an outcome in GrowthLog.outcome. */
export const outcomeCodes = Object.fromEntries(
  growthOutcomes.map((outcome, code) => [outcome, code]),
) as Readonly<Record<GrowthOutcome, number>>;

/** GrowthLog.outcome of a row that is no call: the lineage has lost its last range. */
export const lineageGone = growthOutcomes.length;

/**
 * Rows beyond this are counted and not kept: some 60 bytes a row, so 250 MB. Totals by outcome stay
 * exact; figures by site, thread and lineage and the quantiles then rest on the rows that are kept.
 */
const mostRows = 1 << 22;

function bytesBy(outcome: number, oldBytes: number, newBytes: number): number {
  return growthBytes(growthOutcomes[outcome]!, oldBytes, newBytes);
}

export class GrowthLog {
  length = 0;
  /** Rows that were not kept. */
  dropped = 0;
  /** By outcome, all rows, kept or not. */
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
  /** Lineages that have grown, from 1: how many. */
  lineages = 0;
  readonly #capacity: number;

  /**
   * `expectedRows` is room to begin with: memory that is not touched costs nothing, and copying it
   * into larger columns again and again does.
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
   * Adds a call: its columns of the batch, the event's site, and what its mapping went from and to
   * in whole pages (of a heap, its length). The row's number, or -1 when it is not kept. Numbers
   * come in objects and not one by one: each that is no small integer would be an object of its own.
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

  /** The lineage has ended at event `seq`. */
  end(seq: number, lineage: number): void {
    const at = this.#next();
    if (at < 0) return;
    this.seq[at] = seq;
    this.lineage[at] = lineage;
    this.outcome[at] = lineageGone;
  }

  /** Growth.bytes of a row: what it asked for more, gave back, or mapped a second time. */
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

/** Events of an outcome, those that took longest first. */
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
