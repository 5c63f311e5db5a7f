/**
 * One pass over the events for all analyses: each call is looked at once, and goes only to the
 * recorders that want its kind. What they recorded is made into results afterwards.
 */
import { type EventBatch, eventFlags } from "../events/batch.ts";
import { memoryCalls } from "../events/kinds.ts";
import type { FileTable } from "../space/files.ts";
import type { AddressSpace } from "../space/space.ts";
import { GrowthRecorder } from "./growth-recorder.ts";
import { SiteIds } from "./site-ids.ts";
import type { SiteNames } from "./sites.ts";
import { CurrentEvent, MappingTrack, type MappingWatcher } from "./track.ts";

export interface PassOptions {
  readonly pageBytes: number;
  readonly files: FileTable;
  readonly sites?: SiteNames;
}

export class AnalysisPass implements MappingWatcher {
  readonly files: FileTable;
  readonly sites: SiteIds;
  readonly growth: GrowthRecorder;
  readonly event = new CurrentEvent();
  /** By process. */
  readonly tracks: (MappingTrack | undefined)[] = [];

  constructor(options: PassOptions) {
    this.files = options.files;
    this.sites = new SiteIds(options.sites);
    this.growth = new GrowthRecorder(options.pageBytes);
  }

  /** The track of a process, new or known: it hears of the process's mappings. */
  trackOf(process: number): MappingTrack {
    let track = this.tracks[process];
    if (track === undefined) {
      track = new MappingTrack(process, this.event, this);
      this.tracks[process] = track;
    }
    return track;
  }

  /** The process's maps are known from here on. */
  began(process: number, space: AddressSpace): void {
    this.growth.began(process, space);
  }

  before(space: AddressSpace | undefined, batch: EventBatch, row: number): void {
    const kind = batch.kind[row]!;
    const { event } = this;
    event.seq = batch.firstSeq + row;
    event.atNanos = batch.at[row]!;
    event.tid = batch.tid[row]!;
    event.kind = kind;
    if (kind === memoryCalls.munmap || kind === memoryCalls.madvise) return;
    event.site = this.sites.of(batch, row);
    event.mapFlags = kind === memoryCalls.mmap ? batch.args[3]![row]! : 0;
    if (kind !== memoryCalls.mremap && kind !== memoryCalls.brk) return;
    if ((batch.flags[row]! & eventFlags.resultUnknown) !== 0) return;
    const process = batch.process[row]!;
    this.growth.record(space, this.tracks[process], event, batch, row);
  }

  after(_space: AddressSpace, _batch: EventBatch, _row: number): void {}

  born(): void {}

  gained(): void {}

  lost(): void {}

  died(track: MappingTrack, mapping: number): void {
    const lineage = track.lineage[mapping]!;
    if (lineage !== 0) this.growth.log.end(this.event.seq, lineage);
  }
}
