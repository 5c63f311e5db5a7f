/** Every call that asked for more or less, a row each: what the analyses of growth are made from. */

import { grown } from "./columns.ts";
import { type GrowthOutcome, growthOutcomes } from "./growth.ts";

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

export interface GrowthRow {
  readonly seq: number;
  readonly process: number;
  readonly tid: number;
  readonly site: number;
  /** Number in `lineages`, from 1; 0 where the mapping is not known. */
  readonly lineage: number;
  readonly outcome: number;
  readonly isBrk: boolean;
  /** Both in whole pages. For brk the heap's part above its first known break is all that is told. */
  readonly oldBytes: number;
  readonly newBytes: number;
  /** Growth.bytes. */
  readonly bytes: number;
  /** 0 where the call's end was not seen. */
  readonly nanos: number;
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

  /** The row's number, or -1 when it is not kept. */
  add(row: GrowthRow): number {
    const { outcome } = row;
    this.counts[outcome]! += 1;
    this.bytesBy[outcome]! += row.bytes;
    this.nanosBy[outcome]! += row.nanos;
    const at = this.#next();
    if (at < 0) return at;
    this.seq[at] = row.seq;
    this.process[at] = row.process;
    this.tid[at] = row.tid;
    this.site[at] = row.site;
    this.lineage[at] = row.lineage;
    this.outcome[at] = outcome;
    this.isBrk[at] = row.isBrk ? 1 : 0;
    this.oldBytes[at] = row.oldBytes;
    this.newBytes[at] = row.newBytes;
    this.nanos[at] = row.nanos;
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
    const code = this.outcome[row]!;
    const more = this.newBytes[row]! - this.oldBytes[row]!;
    if (code === outcomeCodes.duplicated) return this.newBytes[row]!;
    return code === outcomeCodes.shrunk ? -more : Math.max(0, more);
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
