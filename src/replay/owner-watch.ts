/** Watches one address: which mapping took it, how it lost it, and where it went. */

import type { Gain, LineageListener, Loss } from "../space/state/lineage.ts";

/** A mapping's hold on the address: events from <= seq < to. */
export interface Hold {
  readonly mapping: number;
  readonly from: number;
  readonly gain: Gain;
  /** The mapping that it was duplicated from; 0 is none. */
  readonly parent: number;
  /** Bits of modes.ts and the backing, when it took the address. */
  readonly mode: number;
  readonly backing: number;
  /** The range around the address; grows with the mapping. */
  start: number;
  end: number;
  /** Undefined while it holds the address. */
  to?: number;
  loss?: Loss;
  /** Where the address's contents moved to. */
  movedTo?: number;
}

export class OwnerWatch implements LineageListener {
  /** In the order of events. */
  readonly holds: Hold[] = [];
  readonly #address: number;
  /** The current event's move, and where its first piece was. */
  #moveSeq = -1;
  #moveStart = 0;
  #waiting: Hold | undefined;

  constructor(address: number) {
    this.#address = address;
  }

  took(
    seq: number,
    mapping: number,
    start: number,
    end: number,
    how: Gain,
    parent: number,
    mode: number,
    backing: number,
  ): void {
    // All pieces of a move have the same distance, which the first one to arrive shows.
    if (this.#waiting !== undefined && how === "moved" && seq === this.#moveSeq) {
      this.#waiting.movedTo = this.#address + start - this.#moveStart;
      this.#waiting = undefined;
    }
    if (this.#address < start || this.#address >= end) return;
    const last = this.holds[this.holds.length - 1];
    if (last !== undefined && last.to === undefined && last.mapping === mapping) {
      last.start = start;
      last.end = end;
      return;
    }
    this.holds.push({ mapping, from: seq, gain: how, parent, mode, backing, start, end });
  }

  left(seq: number, mapping: number, start: number, end: number, _since: number, how: Loss): void {
    if (how === "moved" && seq !== this.#moveSeq) {
      this.#moveSeq = seq;
      this.#moveStart = start;
    }
    // A growth arrives as a new range that replaces the old one.
    if (how === "grown" || this.#address < start || this.#address >= end) return;
    const last = this.holds[this.holds.length - 1];
    if (last === undefined || last.to !== undefined || last.mapping !== mapping) return;
    last.to = seq;
    last.loss = how;
    if (how === "moved") this.#waiting = last;
  }
}
