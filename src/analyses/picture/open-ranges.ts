/** The ranges that the mappings of one process live in now, each with what gave it, in columns. */

import { grown } from "../tally/columns.ts";

/** What a range is told by. Numbers of kinds, calls and gains are the picture's. */
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
 * Ranges are known by their row. Those of one mapping are chained; mappings are numbered one by one,
 * so the first row of each stands in an array. Rows that are released are used again.
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
  /** Row of the next range of the same mapping, plus 1; 0 is none. In free rows: of the next free one. */
  #next = new Uint32Array(64);
  /** By mapping: its first row plus 1. */
  #first = new Uint32Array(64);
  #free = 0;
  #used = 0;

  /** The row of a new range of a mapping. */
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
   * The row of the range of `mapping` that holds [start, end), or -1. A mapping that grows holds its
   * old range twice for a moment; then the one that did not begin with `seq` is meant.
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
   * Takes [start, end) out of the range that `find` finds, and gives it as a row that belongs to no
   * mapping: to be released, or linked again. What is left of the old range stays. -1 when there is none.
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

  /** Gives a taken row back to its mapping, as another kind of memory from `fromNanos` on. */
  putBack(row: number, kind: number, fromNanos: number): void {
    this.kind[row] = kind;
    this.fromNanos[row] = fromNanos;
    this.#link(row);
  }

  release(row: number): void {
    this.#next[row] = this.#free;
    this.#free = row + 1;
  }

  /** Rows of all ranges that mappings have. */
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
