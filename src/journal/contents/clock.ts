/** Turns time stamp counter ticks into nanoseconds since the start of the recording. */
import type { ClockPair } from "../wire/header.ts";

const high = 4294967296;
/** Pairs closer together than this measure jitter, not the rate: reading a pair takes some 50 ns. */
const nearestNanos = 1_000_000;
/** The first pair may be this close: a poor rate is better than none, and the next pair corrects it. */
const firstNanos = 20_000;
/** From here on the journal's own pairs give a better rate than a hint from elsewhere. */
const trustedNanos = 10_000_000;
const pairsKept = 64;
/** Counters run between 10 MHz and 20 GHz; a pair that says otherwise is damaged. */
const slowest = 100;
const fastest = 0.05;

/**
 * Piecewise linear between (tsc, CLOCK_MONOTONIC) pairs; beyond the last pair it goes on at the rate
 * from the first to the last. Ticks count from the journal's opening, so that doubles hold them.
 */
export class Clock {
  readonly #openLow: number;
  readonly #openHigh: number;
  readonly #open: ClockPair;
  readonly #openNanos: number;
  readonly #ticks: number[];
  readonly #nanos: number[];
  #hint: number | undefined;
  #rate: number;

  /* The segment in use, read by the hot path. */
  fromTicks = 0;
  toTicks = -1;
  baseNanos = 0;
  nanosPerTick = 1;

  /**
   * @param monoStart CLOCK_MONOTONIC at the start of the recording, nanoseconds
   * @param nanosPerTick a rate measured elsewhere, used until this journal's pairs are far apart
   */
  constructor(open: ClockPair, monoStart: bigint, nanosPerTick?: number) {
    this.#open = open;
    this.#openLow = Number(open.tsc & 0xffffffffn);
    this.#openHigh = Number(open.tsc >> 32n);
    this.#openNanos = Number(open.mono - monoStart);
    this.#ticks = [0];
    this.#nanos = [this.#openNanos];
    this.#hint = nanosPerTick;
    this.#rate = nanosPerTick ?? 1;
  }

  /** Whether the rate rests on a measurement. */
  get calibrated(): boolean {
    return this.#ticks.length > 1 || this.#hint !== undefined;
  }

  /** Goes on without a measurement. */
  assume(nanosPerTick: number): void {
    this.#hint = nanosPerTick;
    this.#rate = nanosPerTick;
    this.toTicks = this.fromTicks - 1;
  }

  get rate(): number {
    return this.#rate;
  }

  /** Ticks since the opening; exact within 34 days at 3 GHz. */
  ticksOf(u32: Uint32Array, word: number): number {
    return (u32[word + 1]! - this.#openHigh) * high + (u32[word]! - this.#openLow);
  }

  /** Adds a pair; false when it is damaged. Pairs too close to the previous one are left out. */
  add(pair: ClockPair): boolean {
    const ticks = Number(pair.tsc - this.#open.tsc);
    const nanos = this.#openNanos + Number(pair.mono - this.#open.mono);
    const lastTicks = this.#ticks[this.#ticks.length - 1]!;
    const lastNanos = this.#nanos[this.#nanos.length - 1]!;
    if (ticks <= lastTicks || nanos <= lastNanos) return ticks <= lastTicks && nanos <= lastNanos;
    const slope = (nanos - lastNanos) / (ticks - lastTicks);
    if (slope > slowest || slope < fastest) return false;
    if (nanos - lastNanos < (this.calibrated ? nearestNanos : firstNanos)) return true;
    this.#ticks.push(ticks);
    this.#nanos.push(nanos);
    if (nanos - this.#openNanos >= trustedNanos || this.#hint === undefined) {
      this.#rate = (nanos - this.#openNanos) / ticks;
    }
    if (this.#ticks.length > pairsKept) {
      this.#ticks.shift();
      this.#nanos.shift();
    }
    this.toTicks = this.fromTicks - 1;
    return true;
  }

  /** Makes the segment that holds `ticks` the one in use. */
  seek(ticks: number): void {
    let i = this.#ticks.length - 1;
    while (i > 0 && this.#ticks[i]! > ticks) i -= 1;
    const from = this.#ticks[i]!;
    const next = this.#ticks[i + 1];
    this.baseNanos = this.#nanos[i]!;
    this.fromTicks = from;
    this.toTicks = next ?? Number.POSITIVE_INFINITY;
    this.nanosPerTick =
      next === undefined ? this.#rate : (this.#nanos[i + 1]! - this.baseNanos) / (next - from);
  }

  /** Nanoseconds since the start of the recording, rounded. */
  nanosAt(ticks: number): number {
    if (!(ticks >= this.fromTicks && ticks < this.toTicks)) this.seek(ticks);
    return Math.round(this.baseNanos + (ticks - this.fromTicks) * this.nanosPerTick);
  }
}
