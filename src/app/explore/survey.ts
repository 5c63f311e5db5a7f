/** What a process did over the whole recording, in equal stretches of time: one pass, in slices. */

import { GrowthClassifier, type GrowthOutcome } from "../../analyses/recorders/growth.ts";
import { errnoAt } from "../../events/describe.ts";
import { isCallCode, observations } from "../../events/kinds.ts";
import { kernelFeaturesOf } from "../../replay/kernel-features.ts";
import { Replay } from "../../replay/replay.ts";
import type { AddressSpace } from "../../space/space.ts";
import { heapEnd } from "../../store/event-context.ts";
import type { Tape } from "./tape.ts";

/** Stretches that are kept; two become one when the time outgrows them. */
const mostBins = 1024;

/** Counts of a stretch of time. */
export interface SurveyBin {
  events: number;
  /** The largest in it; carried on from the stretch before when nothing happened. */
  mappedBytes: number;
  regions: number;
  inPlace: number;
  moved: number;
  relocated: number;
  /** Growths that were refused, and other calls that failed. */
  failed: number;
  shrunk: number;
  /** The first event in it; 0 when there is none. */
  firstSeq: number;
}

/** Can be read at any time while it is made. */
export class Survey {
  readonly process: number;
  readonly bins: SurveyBin[] = [];
  binNanos: number;
  /** The last event that was looked at. */
  seq = 0;
  readonly growths: Record<GrowthOutcome, number> = {
    inPlace: 0,
    moved: 0,
    relocated: 0,
    refused: 0,
    shrunk: 0,
    unchanged: 0,
    duplicated: 0,
  };
  peakMappedBytes = 0;
  peakRegions = 0;
  /** Maps texts compared with the replay, and the ranges that differed. */
  checks = 0;
  divergences = 0;
  readonly #tape: Tape;
  readonly #replay: Replay;
  readonly #classifier: GrowthClassifier;
  readonly #isHeir: boolean;

  constructor(tape: Tape, process: number) {
    this.process = process;
    this.#tape = tape;
    this.binNanos = Math.max(1, Math.ceil((tape.context.durationNanos + 1) / mostBins));
    this.#classifier = new GrowthClassifier(tape.context.pageBytes);
    const marks = tape.landmarks.get(process);
    this.#isHeir = marks?.maps.length === 0 && marks.row?.how === "fork";
    this.#replay = new Replay(tape.reader, {
      features: kernelFeaturesOf(tape.row),
      files: tape.seeker.files,
      landmarks: tape.landmarks,
      // A child without a maps text begins with its parent's space.
      ...(this.#isHeir ? {} : { only: process }),
      onCheck: (owner, { divergences }) => {
        if (owner !== process) return;
        this.checks += 1;
        this.divergences += divergences.length;
      },
    });
  }

  /** It has seen everything that the tape holds now. */
  get isWhole(): boolean {
    return this.seq >= this.#tape.reader.eventCount;
  }

  /** Goes on to what is the tape's last event now; yields after each chunk. */
  *advance(): Generator<void> {
    const range = {
      fromSeq: this.seq + 1,
      ...(this.#isHeir ? {} : { process: this.process }),
      columns: "space" as const,
    };
    const { reader } = this.#tape;
    for (const batch of reader.chunks(range)) {
      this.#feed(batch);
      this.seq = batch.firstSeq + batch.length - 1;
      yield;
    }
    this.seq = reader.eventCount;
  }

  #feed(batch: Parameters<Replay["feed"]>[0]): void {
    const { process, kind, at } = batch;
    for (let row = 0; row < batch.length; row++) {
      this.#replay.feed(batch, row, row + 1);
      if (process[row] !== this.process) continue;
      const bin = this.#binAt(at[row]!);
      bin.events += 1;
      if (bin.firstSeq === 0) bin.firstSeq = batch.firstSeq + row;
      const space = this.#replay.spaceOf(this.process);
      if (space !== undefined) this.#measure(bin, space);
      if (isCallCode(kind[row]!)) this.#count(bin, batch, row);
      else if (kind[row] === observations.mapsObserved) this.#learnBreak(batch.args[0]![row]!);
    }
  }

  #measure(bin: SurveyBin, space: AddressSpace): void {
    const { mappedBytes, mergedCount } = space;
    if (mappedBytes > bin.mappedBytes) bin.mappedBytes = mappedBytes;
    if (mergedCount > bin.regions) bin.regions = mergedCount;
    if (mappedBytes > this.peakMappedBytes) this.peakMappedBytes = mappedBytes;
    if (mergedCount > this.peakRegions) this.peakRegions = mergedCount;
  }

  #count(bin: SurveyBin, batch: Parameters<Replay["feed"]>[0], row: number): void {
    const outcome = this.#classifier.classify(batch, row)?.outcome;
    if (outcome !== undefined) this.growths[outcome] += 1;
    if (outcome === "inPlace" || outcome === "moved" || outcome === "relocated") bin[outcome] += 1;
    else if (outcome === "shrunk") bin.shrunk += 1;
    else if (outcome === "refused" || errnoAt(batch, row) !== 0) bin.failed += 1;
  }

  #learnBreak(blob: number): void {
    if (this.#classifier.breakOf(this.process) !== undefined) return;
    const end = heapEnd(this.#tape.context.textOf(blob));
    if (end !== undefined) this.#classifier.setBreak(this.process, end);
  }

  #binAt(atNanos: number): SurveyBin {
    while (atNanos >= this.binNanos * mostBins) this.#halve();
    const index = Math.floor(atNanos / this.binNanos);
    const known = this.bins[index];
    if (known !== undefined) return known;
    const space = this.#replay.spaceOf(this.process);
    const mappedBytes = space?.mappedBytes ?? 0;
    const regions = space?.mergedCount ?? 0;
    while (this.bins.length <= index) {
      const before = this.bins.at(-1);
      const carried = this.bins.length < index || before === undefined;
      this.bins.push({
        ...emptyBin,
        mappedBytes: carried ? (before?.mappedBytes ?? 0) : mappedBytes,
        regions: carried ? (before?.regions ?? 0) : regions,
      });
    }
    return this.bins[index]!;
  }

  #halve(): void {
    this.binNanos *= 2;
    const pairs = Math.ceil(this.bins.length / 2);
    for (let i = 0; i < pairs; i++) {
      this.bins[i] = joined(this.bins[2 * i]!, this.bins[2 * i + 1]);
    }
    this.bins.length = pairs;
  }
}

const emptyBin: SurveyBin = {
  events: 0,
  mappedBytes: 0,
  regions: 0,
  inPlace: 0,
  moved: 0,
  relocated: 0,
  failed: 0,
  shrunk: 0,
  firstSeq: 0,
};

/** Two stretches as one. */
export function joined(a: SurveyBin, b: SurveyBin | undefined): SurveyBin {
  if (b === undefined) return a;
  return {
    events: a.events + b.events,
    mappedBytes: Math.max(a.mappedBytes, b.mappedBytes),
    regions: Math.max(a.regions, b.regions),
    inPlace: a.inPlace + b.inPlace,
    moved: a.moved + b.moved,
    relocated: a.relocated + b.relocated,
    failed: a.failed + b.failed,
    shrunk: a.shrunk + b.shrunk,
    firstSeq: a.firstSeq || b.firstSeq,
  };
}
