/**
 * The fate of freed ranges, in counts: how many, how soon they were mapped again, by which sites.
 */
import type { EventBatch } from "../../events/batch.ts";
import { memoryCalls } from "../../events/kinds.ts";
import type { AddressSpace } from "../../space/space.ts";
import type { Gain, Loss } from "../../space/state/lineage.ts";
import { grown, roomFor } from "../tally/columns.ts";
import { Histogram } from "../tally/histogram.ts";
import { FreedRanges, freedBy, type ReuseListener, veryMany } from "./freed-ranges.ts";
import type { PassContext, Recorder } from "./recorder.ts";
import type { CurrentEvent, MappingTrack } from "./track.ts";

/** A range that a move left and another mapping took. */
export interface Reuse {
  readonly process: number;
  readonly freedSeq: number;
  readonly takenSeq: number;
  readonly start: number;
  readonly bytes: number;
  readonly afterNanos: number;
  readonly takerSite: number;
}

/** Reuses of ranges left by moves that are kept individually: the soonest. */
const mostReuses = 200;

/**
 * Once a process has freed very many ranges, one in eight is followed: the share that is reused is
 * known well enough by then, and the pass stays fast.
 */
const oneIn = 8;

/** MREMAP_DONTUNMAP. */
const dontUnmap = 4;

/** Code of freedBy; 0 for losses after which the range is not free, such as being replaced. */
function freedCode(how: Loss): number {
  if (how === "unmapped") return freedBy.unmapped;
  if (how === "moved") return freedBy.moved;
  return how === "shrunk" ? freedBy.shrunk : 0;
}

export class ReuseLog implements Recorder, ReuseListener {
  readonly calls = [memoryCalls.mremap];
  /** By freedBy: ranges freed, and their bytes. */
  readonly freed = new Float64Array(4);
  readonly freedBytes = new Float64Array(4);
  /**
   * By freedBy: freed ranges that are followed, and of these those mapped again, also by the same
   * site.
   */
  readonly followed = new Float64Array(4);
  readonly retaken = new Float64Array(4);
  readonly bySameSite = new Float64Array(4);
  /** By freedBy: nanoseconds until a range was mapped again. */
  readonly delays = [0, 1, 2, 3].map(() => new Histogram());
  /** By site: the ranges left by moves that it took. */
  takers = new Float64Array(64);
  reuses: Reuse[] = [];
  readonly #event: CurrentEvent;
  /** By process. */
  readonly #ranges: (FreedRanges | undefined)[] = [];
  /** The process whose ranges are being taken. */
  #taking = 0;
  /**
   * The current mremap has MREMAP_DONTUNMAP: the old range stays mapped, so nothing becomes free.
   */
  #keepsMapped = false;

  constructor({ event }: PassContext) {
    this.#event = event;
  }

  /** Freed ranges that were dropped before they were mapped again. */
  get forgotten(): number {
    return this.#ranges.reduce((sum, ranges) => sum + (ranges?.forgotten ?? 0), 0);
  }

  before(
    _space: AddressSpace | undefined,
    _track: MappingTrack | undefined,
    batch: EventBatch,
    row: number,
  ): void {
    this.#keepsMapped = (batch.args[3]![row]! & dontUnmap) !== 0;
  }

  gained({ process }: MappingTrack, _: number, start: number, end: number, _how: Gain): void {
    const ranges = this.#ranges[process];
    if (ranges === undefined) return;
    this.#taking = process;
    ranges.take(start, end, this);
  }

  lost(track: MappingTrack, mapping: number, start: number, end: number, how: Loss): void {
    const code = freedCode(how);
    if (code === 0 || (code === freedBy.moved && this.#keepsMapped)) return;
    const { seq, atNanos } = this.#event;
    const ranges = this.#rangesOf(track.process);
    this.freedBytes[code]! += end - start;
    if (ranges.goesOn(start, end, code, seq)) return;
    ranges.count += 1;
    if (this.#isFollowed(code, ranges.count)) {
      ranges.free(start, end, code, seq, atNanos, track.bornSite(mapping));
    } else ranges.pass(end, code, seq);
  }

  #rangesOf(process: number): FreedRanges {
    let ranges = this.#ranges[process];
    if (ranges === undefined) {
      ranges = new FreedRanges();
      this.#ranges[process] = ranges;
    }
    return ranges;
  }

  /** Counts a freed range, the `before`th of its process; returns whether it is to be followed. */
  #isFollowed(how: number, before: number): boolean {
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
    this.reuses.push({
      process: this.#taking,
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

  /** Reuses after this time are not among the soonest. */
  #limit = Number.POSITIVE_INFINITY;

  #trim(): void {
    this.reuses.sort((a, b) => a.afterNanos - b.afterNanos || a.takenSeq - b.takenSeq);
    this.reuses = this.reuses.slice(0, mostReuses);
    if (this.reuses.length === mostReuses) this.#limit = this.reuses[mostReuses - 1]!.afterNanos;
  }
}
