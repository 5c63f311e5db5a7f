/** The ranges that one process has mapped now, each with the event that mapped it, in columns. */

import { grown } from "../tally/columns.ts";

/**
 * Columns of a range. The numbers of kinds, calls and gains are indexes into the picture's lists.
 */
export interface RangeFacts {
  readonly mapping: number;
  readonly start: number;
  readonly end: number;
  readonly fromNanos: number;
  readonly kind: number;
  readonly bySeq: number;
  readonly call: number;
  readonly gain: number;
  readonly site: number;
}

/**
 * A range is identified by its row. The ranges of a mapping are chained; mappings are numbered
 * consecutively, so an array holds the first row of each. Released rows are reused.
 */
export class OpenRanges {
  start = new Float64Array(64);
  end = new Float64Array(64);
  fromNanos = new Float64Array(64);
  bySeq = new Float64Array(64);
  mapping = new Uint32Array(64);
  site = new Uint32Array(64);
  kind = new Uint8Array(64);
  call = new Uint8Array(64);
  gain = new Uint8Array(64);
  /**
   * Next range of the same mapping: its row plus 1; 0 is none. Of a free row: the next free one.
   */
  #next = new Uint32Array(64);
  /** By mapping, its first row plus 1. */
  #first = new Uint32Array(64);
  #free = 0;
  #used = 0;

  /** Adds a range of a mapping, and returns its row. */
  add(facts: RangeFacts): number {
    const row = this.#allocate();
    this.start[row] = facts.start;
    this.end[row] = facts.end;
    this.fromNanos[row] = facts.fromNanos;
    this.bySeq[row] = facts.bySeq;
    this.mapping[row] = facts.mapping;
    this.site[row] = facts.site;
    this.kind[row] = facts.kind;
    this.call[row] = facts.call;
    this.gain[row] = facts.gain;
    this.#link(row);
    return row;
  }

  has(mapping: number): boolean {
    return (this.#first[mapping] ?? 0) !== 0;
  }

  /**
   * The row of the range of `mapping` that contains [start, end), or -1. While a mapping grows it
   * has its old range and the new one that includes it; then the one that `seq` did not make is
   * meant.
   */
  find(mapping: number, start: number, end: number, seq: number): number {
    let found = -1;
    for (let at = this.#first[mapping] ?? 0; at !== 0; at = this.#next[at - 1]!) {
      const row = at - 1;
      if (this.start[row]! > start || this.end[row]! < end) continue;
      found = row;
      if (this.bySeq[row] !== seq) break;
    }
    return found;
  }

  /**
   * Cuts [start, end) out of the range that `find` finds, and returns it as a row that belongs to
   * no mapping; the caller must release it or put it back. The rest of the old range is kept. -1 if
   * there is none.
   */
  take(mapping: number, start: number, end: number, seq: number): number {
    const row = this.find(mapping, start, end, seq);
    if (row < 0) return -1;
    const [oldStart, oldEnd] = [this.start[row]!, this.end[row]!];
    if (oldStart === start && oldEnd === end) {
      this.#unlink(row);
      return row;
    }
    if (oldStart < start && oldEnd > end) {
      const above = this.#copy(row);
      this.start[above] = end;
      this.#link(above);
      this.end[row] = start;
    } else if (oldStart < start) this.end[row] = start;
    else this.start[row] = end;
    const taken = this.#copy(row);
    this.start[taken] = start;
    this.end[taken] = end;
    return taken;
  }

  /** Returns a taken row to its mapping, as another kind of memory from `fromNanos` on. */
  putBack(row: number, kind: number, fromNanos: number): void {
    this.kind[row] = kind;
    this.fromNanos[row] = fromNanos;
    this.#link(row);
  }

  release(row: number): void {
    this.#next[row] = this.#free;
    this.#free = row + 1;
  }

  /** The rows of all ranges that belong to mappings. */
  *rows(): Iterable<number> {
    for (const first of this.#first) {
      for (let at = first; at !== 0; at = this.#next[at - 1]!) yield at - 1;
    }
  }

  #allocate(): number {
    if (this.#free !== 0) {
      const row = this.#free - 1;
      this.#free = this.#next[row]!;
      return row;
    }
    if (this.#used === this.start.length) this.#grow(2 * this.#used);
    this.#used += 1;
    return this.#used - 1;
  }

  #copy(row: number): number {
    const copy = this.#allocate();
    this.start[copy] = this.start[row]!;
    this.end[copy] = this.end[row]!;
    this.fromNanos[copy] = this.fromNanos[row]!;
    this.bySeq[copy] = this.bySeq[row]!;
    this.mapping[copy] = this.mapping[row]!;
    this.site[copy] = this.site[row]!;
    this.kind[copy] = this.kind[row]!;
    this.call[copy] = this.call[row]!;
    this.gain[copy] = this.gain[row]!;
    return copy;
  }

  #link(row: number): void {
    const mapping = this.mapping[row]!;
    if (mapping >= this.#first.length) this.#first = grown(this.#first, 2 * mapping);
    this.#next[row] = this.#first[mapping]!;
    this.#first[mapping] = row + 1;
  }

  #unlink(row: number): void {
    const mapping = this.mapping[row]!;
    if (this.#first[mapping] === row + 1) {
      this.#first[mapping] = this.#next[row]!;
      return;
    }
    for (let at = this.#first[mapping]!; at !== 0; at = this.#next[at - 1]!) {
      if (this.#next[at - 1] === row + 1) this.#next[at - 1] = this.#next[row]!;
    }
  }

  #grow(capacity: number): void {
    this.start = grown(this.start, capacity);
    this.end = grown(this.end, capacity);
    this.fromNanos = grown(this.fromNanos, capacity);
    this.bySeq = grown(this.bySeq, capacity);
    this.mapping = grown(this.mapping, capacity);
    this.site = grown(this.site, capacity);
    this.kind = grown(this.kind, capacity);
    this.call = grown(this.call, capacity);
    this.gain = grown(this.gain, capacity);
    this.#next = grown(this.#next, capacity);
  }
}
