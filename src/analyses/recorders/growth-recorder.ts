/** Puts each growth of each process into the log, with the mapping that it was about. */
import type { EventBatch } from "../../events/batch.ts";
import { memoryCalls } from "../../events/kinds.ts";
import type { AddressSpace } from "../../space/space.ts";
import { grown } from "../tally/columns.ts";
import { GrowthClassifier } from "./growth.ts";
import { type GrowthLog, outcomeCodes } from "./growth-log.ts";
import type { CurrentEvent, MappingTrack } from "./track.ts";

export class GrowthRecorder {
  readonly log: GrowthLog;
  /** By lineage, from 1: the process and the mapping's id in it. */
  lineageProcess = new Uint32Array(64);
  lineageMapping = new Uint32Array(64);
  readonly #classifier: GrowthClassifier;

  constructor(pageBytes: number, log: GrowthLog) {
    this.#classifier = new GrowthClassifier(pageBytes);
    this.log = log;
  }

  began(process: number, space: AddressSpace): void {
    if (space.brk < 0 || this.#classifier.breakOf(process) !== undefined) return;
    this.#classifier.setBreak(process, space.brk);
  }

  /** For mremap and brk, before the call is applied. The growth's row in the log, or -1. */
  record(
    space: AddressSpace | undefined,
    track: MappingTrack | undefined,
    event: CurrentEvent,
    batch: EventBatch,
    row: number,
  ): number {
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

  /** A heap that had no mapping before its growth at `row` of the log has one now. */
  nameHeap(space: AddressSpace, track: MappingTrack, row: number): void {
    this.log.lineage[row] = this.#lineageAt(space, track, space.brk - 1);
  }

  /** The lineage of the mapping at `address`, numbered at its first growth; 0 where none is known. */
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
