/** Counts and times of calls and the outcomes of growths, from one pass over the events. */

import type { EventBatch } from "../events/batch.ts";
import { errnoAt } from "../events/describe.ts";
import { isCallCode, kindOf, observations } from "../events/kinds.ts";
import type { CoverageStatus, ProcessEnd, ProcessStart } from "../events/process.ts";
import { GrowthClassifier, type GrowthOutcome, growthOutcomes } from "./recorders/growth.ts";

export interface CallFigures {
  readonly count: number;
  readonly failed: number;
  /** Time in the kernel, of the calls that returned. */
  readonly nanos: number;
}

export interface GrowthFigures {
  readonly count: number;
  /** Sum of Growth.bytes. */
  readonly bytes: number;
  readonly nanos: number;
}

export interface ProcessFigures {
  /** Number in the recording. */
  readonly process: number;
  readonly pid: number;
  readonly ppid: number;
  readonly parent: number | null;
  readonly how: ProcessStart["how"];
  readonly exe: string;
  readonly argv: readonly string[];
  readonly startedAtNanos: number;
  readonly end: Pick<ProcessEnd, "how" | "status" | "signal" | "atNanos"> | null;
  readonly coverage: { readonly status: CoverageStatus; readonly reasons: readonly string[] };
  readonly calls: number;
  readonly failed: number;
  readonly moved: number;
}

/** Facts of the recording itself. */
export interface RecordingFacts {
  readonly id: number;
  readonly status: string;
  readonly command: readonly string[];
  readonly cwd: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly durationNanos: number | null;
  readonly eventCount: number;
  readonly exit: { readonly code?: number; readonly signal?: number } | null;
  readonly source: string;
}

/** How many of the processes' calls the recording covers. */
export interface CoverageFigures {
  /** full: every process is; none: no process is, even in part; partial: anything else. */
  readonly status: CoverageStatus;
  readonly full: number;
  readonly partial: number;
  readonly none: number;
  readonly reasons: readonly { readonly reason: string; readonly processes: number }[];
}

/** The shape of `maptrail stats --json`. */
export interface StatsResult {
  readonly recording: RecordingFacts;
  readonly processes: readonly ProcessFigures[];
  readonly calls: Readonly<Record<string, CallFigures>>;
  readonly growth: Readonly<Record<GrowthOutcome, GrowthFigures>>;
  readonly coverage: CoverageFigures;
  /** Calls known to be missing. */
  readonly dropped: number;
  /** The peak of the process with the highest one; absent if the recording was not replayed. */
  readonly peakMappedBytes?: number;
  readonly peakRegions?: number;
}

/**
 * Reads the break out of an observed maps text: the end of `[heap]`; undefined if there is none.
 */
export type HeapEnd = (mapsBlob: number) => number | undefined;

interface Tally {
  calls: number;
  failed: number;
  moved: number;
}

/** Feed batches in event order, then read the figures. */
export class StatsFold {
  readonly #classifier: GrowthClassifier;
  readonly #heapEnd: HeapEnd | undefined;
  readonly #counts = new Float64Array(256);
  readonly #failures = new Float64Array(256);
  readonly #nanos = new Float64Array(256);
  readonly #growth = new Map<GrowthOutcome, { count: number; bytes: number; nanos: number }>(
    growthOutcomes.map((outcome) => [outcome, { count: 0, bytes: 0, nanos: 0 }]),
  );
  readonly #tallies = new Map<number, Tally>();
  #dropped = 0;

  constructor(options: { pageBytes?: number; heapEnd?: HeapEnd } = {}) {
    this.#classifier = new GrowthClassifier(options.pageBytes);
    this.#heapEnd = options.heapEnd;
  }

  feed(batch: EventBatch): void {
    for (let row = 0; row < batch.length; row += 1) {
      const code = batch.kind[row] ?? 0;
      if (isCallCode(code)) this.#call(batch, row, code);
      else if (code === observations.callsLost) this.#dropped += batch.args[0]?.[row] ?? 0;
      else if (code === observations.mapsObserved) this.#observe(batch, row);
    }
  }

  calls(): Record<string, CallFigures> {
    const result: Record<string, CallFigures> = {};
    for (let code = 0; code < 256; code += 1) {
      const count = this.#counts[code] ?? 0;
      if (count === 0) continue;
      const name = kindOf(code) ?? `kind ${code}`;
      result[name] = {
        count,
        failed: this.#failures[code] ?? 0,
        nanos: this.#nanos[code] ?? 0,
      };
    }
    return result;
  }

  growth(): Record<GrowthOutcome, GrowthFigures> {
    const entries = growthOutcomes.map((outcome) => [outcome, { ...this.#growth.get(outcome) }]);
    return Object.fromEntries(entries) as Record<GrowthOutcome, GrowthFigures>;
  }

  ofProcess(process: number): Readonly<Tally> {
    return this.#tallies.get(process) ?? { calls: 0, failed: 0, moved: 0 };
  }

  get dropped(): number {
    return this.#dropped;
  }

  #call(batch: EventBatch, row: number, code: number): void {
    const process = batch.process[row] ?? 0;
    let tally = this.#tallies.get(process);
    if (tally === undefined) {
      tally = { calls: 0, failed: 0, moved: 0 };
      this.#tallies.set(process, tally);
    }
    const nanos = Math.max(0, batch.duration[row] ?? 0);
    this.#counts[code] = (this.#counts[code] ?? 0) + 1;
    this.#nanos[code] = (this.#nanos[code] ?? 0) + nanos;
    tally.calls += 1;
    if (errnoAt(batch, row) !== 0) {
      this.#failures[code] = (this.#failures[code] ?? 0) + 1;
      tally.failed += 1;
    }
    const growth = this.#classifier.classify(batch, row);
    if (growth === undefined) return;
    const figures = this.#growth.get(growth.outcome);
    if (figures === undefined) return;
    figures.count += 1;
    figures.bytes += growth.bytes;
    figures.nanos += nanos;
    if (growth.outcome === "moved") tally.moved += 1;
  }

  /** Calls alone do not show a process's break before its first brk; its first maps text does. */
  #observe(batch: EventBatch, row: number): void {
    const process = batch.process[row] ?? 0;
    if (this.#heapEnd === undefined || this.#classifier.breakOf(process) !== undefined) return;
    const end = this.#heapEnd(batch.args[0]?.[row] ?? 0);
    if (end !== undefined) this.#classifier.setBreak(process, end);
  }
}

/** Sums up the coverage of processes. */
export function summariseCoverage(
  coverages: readonly { readonly status: CoverageStatus; readonly reasons: readonly string[] }[],
): CoverageFigures {
  const count = { full: 0, partial: 0, none: 0 };
  const reasons = new Map<string, number>();
  for (const coverage of coverages) {
    count[coverage.status] += 1;
    for (const reason of coverage.reasons) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  const total = coverages.length;
  const status = count.full === total ? "full" : count.none === total ? "none" : "partial";
  return {
    status,
    ...count,
    reasons: [...reasons]
      .map(([reason, processes]) => ({ reason, processes }))
      .sort((a, b) => b.processes - a.processes),
  };
}
