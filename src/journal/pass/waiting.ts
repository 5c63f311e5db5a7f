/** Calls that were read and wait for their place in history, and the rule that orders them. */
import type { DamageLog } from "../wire/damage.ts";
import { recordWords } from "../wire/words.ts";
import type { CallRanges } from "./ranges.ts";

/** Real chains, where each call freed a range that the next one took, are a few calls long; the bound is for damaged journals. */
const deepestChain = 200;

/**
 * Linearises calls by one rule: a range is free from the begin stamp of the call that frees it, and
 * taken from the end stamp of the call that takes it.
 *
 * Calls are placed in the order of their end stamps (ties: end time, then slot), except that a call
 * that took a range is preceded by each call that freed a part of it and began before it ended. Of two calls that do
 * not overlap in time, the one that ended first is always placed first.
 *
 * Once all slots below p are final, every call with an end stamp up to p can be placed. So only
 * calls that were running while another began wait here: about one per thread.
 */
export class WaitingCalls {
  u32: Uint32Array;
  i32: Int32Array;
  slot: Float64Array;
  end: Float64Array;
  #ticks: Float64Array;
  #ranges: Float64Array;
  /** Ids of calls that wait, unordered. */
  readonly live: number[] = [];
  /** Ids of placed calls, in order, at [readyFrom, readyTo). The array is reused and never shrinks. */
  readonly #ready: number[] = [];
  #readyFrom = 0;
  #readyTo = 0;
  /** Least end stamp among the waiting calls. */
  minEnd = Number.POSITIVE_INFINITY;
  readonly #free: number[] = [];
  #capacity = 16;

  constructor() {
    this.u32 = new Uint32Array(this.#capacity * recordWords);
    this.i32 = new Int32Array(this.u32.buffer);
    this.slot = new Float64Array(this.#capacity);
    this.end = new Float64Array(this.#capacity);
    this.#ticks = new Float64Array(this.#capacity);
    this.#ranges = new Float64Array(this.#capacity * 6);
    this.#fillFree(0);
  }

  #fillFree(from: number): void {
    for (let id = this.#capacity - 1; id >= from; id--) this.#free.push(id);
  }

  #grow(): void {
    const before = this.#capacity;
    this.#capacity *= 2;
    const wider = (old: Float64Array): Float64Array => {
      const column = new Float64Array(old.length * 2);
      column.set(old);
      return column;
    };
    const words = new Uint32Array(this.#capacity * recordWords);
    words.set(this.u32);
    this.u32 = words;
    this.i32 = new Int32Array(words.buffer);
    this.slot = wider(this.slot);
    this.end = wider(this.end);
    this.#ticks = wider(this.#ticks);
    this.#ranges = wider(this.#ranges);
    this.#fillFree(before);
  }

  /** Copies a record, without queueing it yet. The id is valid until `release`. */
  hold(u32: Uint32Array, base: number, slot: number): number {
    if (this.#free.length === 0) this.#grow();
    const id = this.#free.pop()!;
    this.slot[id] = slot;
    const target = this.u32;
    const to = id * recordWords;
    for (let word = 0; word < recordWords; word++) target[to + word] = u32[base + word]!;
    return id;
  }

  /** Queues a held call for placement. */
  enter(id: number, end: number, endTicks: number, ranges: CallRanges): void {
    this.end[id] = end;
    this.#ticks[id] = endTicks;
    const at = id * 6;
    this.#ranges[at] = ranges.takeLo;
    this.#ranges[at + 1] = ranges.takeHi;
    this.#ranges[at + 2] = ranges.freeLo;
    this.#ranges[at + 3] = ranges.freeHi;
    this.#ranges[at + 4] = ranges.alsoLo;
    this.#ranges[at + 5] = ranges.alsoHi;
    this.live.push(id);
    if (end < this.minEnd) this.minEnd = end;
  }

  /** Whether a waiting call freed a part of [lo, hi). */
  frees(lo: number, hi: number): boolean {
    if (lo >= hi) return false;
    for (const id of this.live) if (this.#overlaps(id, lo, hi)) return true;
    return false;
  }

  #overlaps(id: number, lo: number, hi: number): boolean {
    const at = id * 6;
    return (
      (this.#ranges[at + 2]! < hi && this.#ranges[at + 3]! > lo) ||
      (this.#ranges[at + 4]! < hi && this.#ranges[at + 5]! > lo)
    );
  }

  /** Places all calls that ended at or before `stamp`; every slot below it must be final. */
  placeUpTo(stamp: number): void {
    while (this.live.length > 0 && this.minEnd <= stamp) this.#place(this.#first(), 0);
  }

  /** Places all calls. End stamps above `reserved`, the end of the journal, are damage. */
  placeAll(reserved: number, damage: DamageLog): void {
    for (const id of this.live) {
      if (this.end[id]! > reserved)
        damage.add(this.slot[id]!, `end stamp ${this.end[id]} lies beyond the journal`);
    }
    this.placeUpTo(Number.POSITIVE_INFINITY);
  }

  /** Slots of the calls that wait, or are placed but not taken. */
  slots(): number[] {
    return [...this.live, ...this.#ready.slice(this.#readyFrom, this.#readyTo)].map(
      (id) => this.slot[id]!,
    );
  }

  /** No call waits, and none is placed but not taken. */
  get isEmpty(): boolean {
    return this.live.length === 0 && !this.hasReady;
  }

  /** Places a held call at once, without queueing it: nothing that waits can precede it. */
  placeHeld(id: number): void {
    this.#append(id);
  }

  #append(id: number): void {
    this.#ready[this.#readyTo] = id;
    this.#readyTo += 1;
  }

  #first(): number {
    let best = this.live[0]!;
    for (const id of this.live) if (this.#before(id, best)) best = id;
    return best;
  }

  #before(a: number, b: number): boolean {
    const byEnd = this.end[a]! - this.end[b]!;
    if (byEnd !== 0) return byEnd < 0;
    const byTicks = this.#ticks[a]! - this.#ticks[b]!;
    if (byTicks !== 0) return byTicks < 0;
    return this.slot[a]! < this.slot[b]!;
  }

  #place(id: number, depth: number): void {
    this.#remove(id);
    const lo = this.#ranges[id * 6]!;
    const hi = this.#ranges[id * 6 + 1]!;
    if (lo < hi && depth < deepestChain) {
      for (;;) {
        let next = -1;
        for (const other of this.live) {
          if (this.#overlaps(other, lo, hi) && (next < 0 || this.#before(other, next)))
            next = other;
        }
        if (next < 0) break;
        this.#place(next, depth + 1);
      }
    }
    this.#append(id);
  }

  #remove(id: number): void {
    const last = this.live.pop()!;
    if (last !== id) this.live[this.live.indexOf(id)] = last;
    let least = Number.POSITIVE_INFINITY;
    for (const other of this.live) if (this.end[other]! < least) least = this.end[other]!;
    this.minEnd = least;
  }

  get hasReady(): boolean {
    return this.#readyTo > this.#readyFrom;
  }

  /** Takes the next placed call; -1 when there is none. The caller must `release` it. */
  shift(): number {
    if (!this.hasReady) return -1;
    const id = this.#ready[this.#readyFrom]!;
    this.#readyFrom += 1;
    if (this.#readyFrom === this.#readyTo) this.#readyFrom = this.#readyTo = 0;
    return id;
  }

  release(id: number): void {
    this.#free.push(id);
  }
}
