/** What became of freed ranges, in counts: how many, how soon they were taken again, by which sites. */
import { grown, roomFor } from "../tally/columns.ts";
import { Histogram } from "../tally/histogram.ts";
import { freedBy, type ReuseListener, veryMany } from "./freed-ranges.ts";
import type { CurrentEvent } from "./track.ts";

/** A range that a move left and that something else took. */
export interface Reuse {
  readonly process: number;
  readonly freedSeq: number;
  readonly takenSeq: number;
  readonly start: number;
  readonly bytes: number;
  readonly afterNanos: number;
  readonly takerSite: number;
}

/** Reuses of ranges that moves left, kept one by one: the soonest of them. */
const mostReuses = 200;

/**
 * Once a process has freed very many ranges, one in eight is followed: the share that is taken again
 * is as well known then, and the pass stays fast.
 */
const oneIn = 8;

export class ReuseLog implements ReuseListener {
  /** By freedBy: ranges and bytes freed, and ranges of them that were taken again. */
  readonly freed = new Float64Array(4);
  readonly freedBytes = new Float64Array(4);
  /** By freedBy: the freed ranges that are followed. */
  readonly followed = new Float64Array(4);
  readonly retaken = new Float64Array(4);
  readonly bySameSite = new Float64Array(4);
  /** Nanoseconds until a range was taken, by freedBy. */
  readonly delays = [0, 1, 2, 3].map(() => new Histogram());
  /** By site: ranges left by moves that it took. */
  takers = new Float64Array(64);
  reuses: Reuse[] = [];
  process = 0;
  readonly #event: CurrentEvent;

  constructor(event: CurrentEvent) {
    this.#event = event;
  }

  /** Whether the range is to be followed. `before` counts the process's freed ranges. */
  noteFreed(how: number, before: number): boolean {
    this.freed[how]! += 1;
    if (before > veryMany && before % oneIn !== 0) return false;
    this.followed[how]! += 1;
    return true;
  }

  reused(
    how: number,
    freedSeq: number,
    freedAtNanos: number,
    bytes: number,
    ownerSite: number,
    start: number,
  ): void {
    const { atNanos, site, seq } = this.#event;
    const afterNanos = Math.max(0, atNanos - freedAtNanos);
    this.retaken[how]! += 1;
    this.delays[how]!.add(afterNanos);
    if (site !== 0 && site === ownerSite) this.bySameSite[how]! += 1;
    if (how !== freedBy.moved) return;
    if (site >= this.takers.length)
      this.takers = grown(this.takers, roomFor(site, this.takers.length));
    this.takers[site]! += 1;
    const last = this.reuses[this.reuses.length - 1];
    const isFull = this.reuses.length >= 2 * mostReuses;
    if (isFull) this.#trim();
    else if (last !== undefined && this.#limit <= afterNanos) return;
    const { process } = this;
    this.reuses.push({
      process,
      freedSeq,
      takenSeq: seq,
      start,
      bytes,
      afterNanos,
      takerSite: site,
    });
  }

  /** The soonest first. */
  soonest(): readonly Reuse[] {
    this.#trim();
    return this.reuses;
  }

  /** Later than this is not among the soonest. */
  #limit = Number.POSITIVE_INFINITY;

  #trim(): void {
    this.reuses.sort((a, b) => a.afterNanos - b.afterNanos || a.takenSeq - b.takenSeq);
    this.reuses = this.reuses.slice(0, mostReuses);
    if (this.reuses.length === mostReuses) this.#limit = this.reuses[mostReuses - 1]!.afterNanos;
  }
}
