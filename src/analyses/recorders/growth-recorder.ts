/** Logs each growth of each process, with the mapping that was to grow. */
import { type EventBatch, eventFlags } from "../../events/batch.ts";
import { memoryCalls } from "../../events/kinds.ts";
import type { AddressSpace } from "../../space/space.ts";
import { grown } from "../tally/columns.ts";
import { GrowthClassifier } from "./growth.ts";
import { GrowthLog, outcomeCodes } from "./growth-log.ts";
import type { PassContext, Recorder } from "./recorder.ts";
import type { CurrentEvent, MappingTrack } from "./track.ts";

export class GrowthRecorder implements Recorder {
  readonly calls = [memoryCalls.mremap, memoryCalls.brk];
  readonly log: GrowthLog;
  /** The log row of the current call; -1 if it has none. */
  row = -1;
  /** By lineage, from 1: its process and the id of its mapping there. */
  lineageProcess = new Uint32Array(64);
  lineageMapping = new Uint32Array(64);
  readonly #classifier: GrowthClassifier;
  readonly #event: CurrentEvent;
  /** The current call creates a heap that had no mapping before. */
  #isFirstHeap = false;

  constructor({ pageBytes, expectedEvents, event }: PassContext) {
    this.#classifier = new GrowthClassifier(pageBytes);
    this.log = new GrowthLog(expectedEvents);
    this.#event = event;
  }

  began({ process }: MappingTrack, space: AddressSpace): void {
    if (space.brk < 0 || this.#classifier.breakOf(process) !== undefined) return;
    this.#classifier.setBreak(process, space.brk);
  }

  before(
    space: AddressSpace | undefined,
    track: MappingTrack | undefined,
    batch: EventBatch,
    row: number,
  ): void {
    this.row =
      (batch.flags[row]! & eventFlags.resultUnknown) === 0
        ? this.#record(space, track, batch, row)
        : -1;
    const isKnown = this.row >= 0 && space !== undefined && track !== undefined;
    const isBrk = this.#event.kind === memoryCalls.brk;
    this.#isFirstHeap = isKnown && isBrk && this.log.lineage[this.row] === 0;
  }

  after(space: AddressSpace, track: MappingTrack): void {
    if (!this.#isFirstHeap) return;
    // Only now does the heap have a mapping, and so a lineage.
    this.log.lineage[this.row] = this.#lineageAt(space, track, space.brk - 1);
  }

  died(track: MappingTrack, mapping: number): void {
    const lineage = track.lineage(mapping);
    if (lineage !== 0) this.log.end(this.#event.seq, lineage);
  }

  /** The growth's row in the log, or -1. */
  #record(
    space: AddressSpace | undefined,
    track: MappingTrack | undefined,
    batch: EventBatch,
    row: number,
  ): number {
    const event = this.#event;
    const isBrk = event.kind === memoryCalls.brk;
    const classifier = this.#classifier;
    const outcome = classifier.outcomeAt(batch, row);
    if (outcome === undefined) return -1;
    const address = isBrk ? classifier.oldBytes - 1 : batch.args[0]![row]!;
    const lineage = this.#lineageAt(space, track, address);
    if (isBrk) {
      const { oldBytes, newBytes } = classifier;
      const isKnown = space !== undefined && space.heapStart >= 0;
      const heapStart = isKnown ? space.heapStart : Math.min(oldBytes, newBytes);
      classifier.oldBytes = Math.max(0, oldBytes - heapStart);
      classifier.newBytes = Math.max(0, newBytes - heapStart);
    }
    return this.log.add(batch, row, event, classifier, outcomeCodes[outcome], lineage);
  }

  /** Lineage of the mapping at `address`, numbered at its first growth; 0 if none is known. */
  #lineageAt(
    space: AddressSpace | undefined,
    track: MappingTrack | undefined,
    address: number,
  ): number {
    if (space === undefined || track === undefined) return 0;
    const { map } = space;
    const row = map.find(address);
    if (row < 0 || map.start > address) return 0;
    const mapping = map.columns.mapping[row]!;
    const known = track.lineage(mapping);
    if (known !== 0) return known;
    const lineage = this.log.lineages + 1;
    this.log.lineages = lineage;
    if (lineage === this.lineageMapping.length) {
      this.lineageProcess = grown(this.lineageProcess, lineage * 2);
      this.lineageMapping = grown(this.lineageMapping, lineage * 2);
    }
    this.lineageProcess[lineage] = track.process;
    this.lineageMapping[lineage] = mapping;
    track.setLineage(mapping, lineage);
    return lineage;
  }
}
