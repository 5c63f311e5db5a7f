/** Growths as points for plots: when, how large, with what outcome, how long they took. */

import type { EventBatch } from "../../events/batch.ts";
import { memoryCalls, observations } from "../../events/kinds.ts";
import { GrowthClassifier, type GrowthOutcome } from "../recorders/growth.ts";
import type { HeapEnd } from "../stats.ts";

export interface GrowthPoint {
  readonly seq: number;
  readonly process: number;
  readonly atNanos: number;
  /** -1 if the call's return was not seen. */
  readonly durationNanos: number;
  /** The bytes asked for beyond the old size, granted or not. */
  readonly bytes: number;
  /** The requested size; 0 for brk, whose arguments do not contain the heap's size. */
  readonly newBytes: number;
  readonly outcome: GrowthOutcome;
}

export interface GrowthPoints {
  readonly points: readonly GrowthPoint[];
  /** The sampling rate: one in this many growths is a point. A power of two. */
  readonly oneIn: number;
}

/** Outcomes of calls that asked for more. */
const wanted: ReadonlySet<GrowthOutcome> = new Set(["inPlace", "moved", "relocated", "refused"]);

/** Keeps every growth while they fit, then every second, fourth and so on. */
export class GrowthPointsFold {
  readonly #classifier: GrowthClassifier;
  readonly #heapEnd: HeapEnd | undefined;
  readonly #most: number;
  #points: GrowthPoint[] = [];
  #seen = 0;
  #oneIn = 1;

  constructor(options: { pageBytes?: number; heapEnd?: HeapEnd; most?: number } = {}) {
    this.#classifier = new GrowthClassifier(options.pageBytes);
    this.#heapEnd = options.heapEnd;
    this.#most = options.most ?? 4096;
  }

  feed(batch: EventBatch): void {
    for (let row = 0; row < batch.length; row++) {
      const kind = batch.kind[row];
      if (kind === memoryCalls.mremap || kind === memoryCalls.brk) this.#growth(batch, row);
      else if (kind === observations.mapsObserved) this.#observe(batch, row);
    }
  }

  result(): GrowthPoints {
    return { points: this.#points, oneIn: this.#oneIn };
  }

  #growth(batch: EventBatch, row: number): void {
    const growth = this.#classifier.classify(batch, row);
    if (growth === undefined || !wanted.has(growth.outcome)) return;
    this.#seen += 1;
    if ((this.#seen - 1) % this.#oneIn !== 0) return;
    if (this.#points.length === this.#most) {
      this.#points = this.#points.filter((_, i) => i % 2 === 0);
      this.#oneIn *= 2;
      if ((this.#seen - 1) % this.#oneIn !== 0) return;
    }
    this.#points.push({
      seq: batch.firstSeq + row,
      process: batch.process[row]!,
      atNanos: batch.at[row]!,
      durationNanos: batch.duration[row]!,
      bytes: growth.bytes,
      newBytes: batch.kind[row] === memoryCalls.mremap ? batch.args[2]![row]! : 0,
      outcome: growth.outcome,
    });
  }

  /** Calls alone do not show a process's break before its first brk; its first maps text does. */
  #observe(batch: EventBatch, row: number): void {
    const process = batch.process[row]!;
    if (this.#heapEnd === undefined || this.#classifier.breakOf(process) !== undefined) return;
    const end = this.#heapEnd(batch.args[0]![row]!);
    if (end !== undefined) this.#classifier.setBreak(process, end);
  }
}
