/**
 * One pass over the events for all analyses: each call is looked at once, and goes only to the
 * recorders that want its kind. What they recorded is made into results afterwards.
 */
import { type EventBatch, eventFlags } from "../events/batch.ts";
import { memoryCalls } from "../events/kinds.ts";
import type { AddressSpace } from "../space/space.ts";
import type { FileTable } from "../space/state/files.ts";
import type { Gain, Loss } from "../space/state/lineage.ts";
import { BlockerLog } from "./recorders/blocker-log.ts";
import { ExecWatch } from "./recorders/exec-watch.ts";
import { FreedRanges, freedBy } from "./recorders/freed-ranges.ts";
import { growthOutcomes, lackedRoom } from "./recorders/growth.ts";
import { GrowthLog } from "./recorders/growth-log.ts";
import { GrowthRecorder } from "./recorders/growth-recorder.ts";
import { Peak } from "./recorders/peaks.ts";
import { ReuseLog } from "./recorders/reuse-log.ts";
import { SiteIds } from "./recorders/site-ids.ts";
import { SiteLives } from "./recorders/site-lives.ts";
import type { SiteNames } from "./recorders/sites.ts";
import { SpaceSeries } from "./recorders/space-series.ts";
import { CurrentEvent, MappingTrack, type MappingWatcher } from "./recorders/track.ts";

export interface PassOptions {
  readonly pageBytes: number;
  readonly files: FileTable;
  readonly sites?: SiteNames;
  /** Events and processes of the recording: how much room to begin with. */
  readonly events?: number;
  readonly processes?: number;
  /** Growths and their blockers alone. */
  readonly growthOnly?: boolean;
}

/** What is kept for each process. */
export interface ProcessParts {
  readonly track: MappingTrack;
  readonly freed: FreedRanges;
  readonly series: SpaceSeries;
  readonly mapped: Peak;
  /** Regions with none merged. */
  readonly regions: Peak;
  /** Regions before the call that is applied. */
  regionsBefore: number;
}

export class AnalysisPass implements MappingWatcher {
  readonly files: FileTable;
  readonly sites: SiteIds;
  readonly event = new CurrentEvent();
  readonly growth: GrowthRecorder;
  readonly blockers: BlockerLog;
  readonly lives = new SiteLives(this.event);
  readonly reuse = new ReuseLog(this.event);
  readonly exec = new ExecWatch(this.event);
  /** Regions that mprotect made by cutting, by site. */
  readonly splits = new Map<number, { splits: number; firstSeq: number }>();
  /** By process. */
  readonly parts: (ProcessParts | undefined)[] = [];
  readonly #growthOnly: boolean;
  readonly #expectedMappings: number;
  /** Row in the growth log of a brk whose heap had no mapping before; -1 is none. */
  #firstHeapRow = -1;

  constructor(options: PassOptions) {
    this.files = options.files;
    this.sites = new SiteIds(options.sites);
    const { events = 0, processes = 1 } = options;
    this.growth = new GrowthRecorder(options.pageBytes, new GrowthLog(events));
    // Half of the calls map something, at the most.
    this.#expectedMappings = Math.min(1 << 21, Math.ceil(events / 2 / Math.max(1, processes)));
    this.blockers = new BlockerLog(options.files);
    this.#growthOnly = options.growthOnly ?? false;
  }

  /** The track of a process, new or known: it hears of the process's mappings. */
  trackOf(process: number): MappingTrack {
    return this.#partsOf(process).track;
  }

  #partsOf(process: number): ProcessParts {
    let parts = this.parts[process];
    if (parts === undefined) {
      parts = {
        track: new MappingTrack(process, this.event, this, this.#expectedMappings),
        freed: new FreedRanges(),
        series: new SpaceSeries(),
        mapped: new Peak(),
        regions: new Peak(),
        regionsBefore: 0,
      };
      this.parts[process] = parts;
    }
    return parts;
  }

  /** The process's maps are known from here on. */
  began(process: number, space: AddressSpace): void {
    this.growth.began(process, space);
    if (this.#growthOnly) return;
    const parts = this.#partsOf(process);
    this.exec.began(parts.track, space);
    this.#measure(parts, space);
  }

  /** The process has come to its end; its mappings have not been told so yet. */
  ended(process: number, space: AddressSpace): void {
    const parts = this.parts[process];
    if (parts === undefined || this.#growthOnly) return;
    parts.series.close(space);
  }

  /** The recording has come to its end while these ran. */
  finish(spaces: Iterable<readonly [process: number, space: AddressSpace]>): void {
    if (this.#growthOnly) return;
    for (const [process, space] of spaces) this.parts[process]?.series.close(space);
    for (const parts of this.parts) if (parts !== undefined) this.lives.noteAlive(parts.track);
  }

  /** An event that is no memory call: what it changes is told with its number and its time. */
  observed(batch: EventBatch, row: number): void {
    const { event } = this;
    event.seq = batch.firstSeq + row;
    event.atNanos = batch.at[row]!;
    event.tid = 0;
    event.kind = 0;
    event.mapFlags = 0;
    event.site = 0;
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
    const track = this.parts[batch.process[row]!]?.track;
    const at = this.growth.record(space, track, event, batch, row);
    if (at >= 0 && space !== undefined && track !== undefined) {
      this.#blocked(space, track, at, batch, row);
      if (kind === memoryCalls.brk && this.growth.log.lineage[at] === 0) this.#firstHeapRow = at;
    }
  }

  /** Notes what stood above the growth `at` of the log, if it moved or was refused for want of room. */
  #blocked(
    space: AddressSpace,
    track: MappingTrack,
    at: number,
    batch: EventBatch,
    row: number,
  ): void {
    const { log } = this.growth;
    const isBrk = log.isBrk[at] === 1;
    if (!lackedRoom(growthOutcomes[log.outcome[at]!]!, isBrk, batch.result[row]!)) return;
    const needBytes = log.bytesOf(at);
    if (needBytes === 0) return;
    const end = isBrk ? space.brk : batch.args[0]![row]! + log.oldBytes[at]!;
    const growing = this.growth.lineageMapping[log.lineage[at]!]!;
    this.blockers.note(space, track, this.event, at, growing, end, needBytes);
  }

  after(space: AddressSpace, batch: EventBatch, row: number): void {
    const parts = this.parts[batch.process[row]!];
    if (parts === undefined) return;
    if (this.#firstHeapRow >= 0) {
      this.growth.nameHeap(space, parts.track, this.#firstHeapRow);
      this.#firstHeapRow = -1;
    }
    if (this.#growthOnly) return;
    const { kind } = this.event;
    if (kind === memoryCalls.mprotect || kind === memoryCalls.pkey_mprotect) {
      this.#noteSplit(parts, space);
      this.exec.after(parts.track, space, batch, row);
    } else if (kind === memoryCalls.mmap) this.exec.after(parts.track, space, batch, row);
    this.#measure(parts, space);
  }

  #measure(parts: ProcessParts, space: AddressSpace): void {
    const { seq, atNanos } = this.event;
    const { mappedBytes } = space.totals;
    const regions = space.map.size;
    parts.regionsBefore = regions;
    if (mappedBytes > parts.mapped.value) {
      parts.mapped.raise(mappedBytes, space, parts.track, seq, atNanos);
    }
    if (regions > parts.regions.value) {
      parts.regions.raise(regions, space, parts.track, seq, atNanos);
    }
    parts.series.step(space, seq, atNanos);
  }

  #noteSplit(parts: ProcessParts, space: AddressSpace): void {
    const more = space.map.size - parts.regionsBefore;
    if (more <= 0) return;
    const { site, seq } = this.event;
    const known = this.splits.get(site);
    if (known === undefined) this.splits.set(site, { splits: more, firstSeq: seq });
    else known.splits += more;
  }

  born(track: MappingTrack, mapping: number, bytes: number): void {
    if (!this.#growthOnly) this.lives.noteBorn(track.bornSite(mapping), bytes);
  }

  gained(track: MappingTrack, _mapping: number, start: number, end: number, _how: Gain): void {
    if (this.#growthOnly) return;
    this.reuse.process = track.process;
    this.parts[track.process]!.freed.take(start, end, this.reuse);
  }

  lost(track: MappingTrack, mapping: number, start: number, end: number, how: Loss): void {
    if (this.#growthOnly) return;
    if (how === "ended") {
      this.lives.noteEnded(track, mapping, end - start);
      return;
    }
    const code =
      how === "unmapped"
        ? freedBy.unmapped
        : how === "moved"
          ? freedBy.moved
          : how === "shrunk"
            ? freedBy.shrunk
            : 0;
    if (code === 0) return;
    const { seq, atNanos } = this.event;
    const { freed } = this.parts[track.process]!;
    this.reuse.freedBytes[code]! += end - start;
    if (freed.goesOn(start, end, code, seq)) return;
    freed.count += 1;
    if (!this.reuse.noteFreed(code, freed.count)) {
      freed.pass(end, code, seq);
      return;
    }
    freed.free(start, end, code, seq, atNanos, track.bornSite(mapping));
  }

  died(track: MappingTrack, mapping: number, bytes: number, how: Loss): void {
    const lineage = track.lineage(mapping);
    if (lineage !== 0) this.growth.log.end(this.event.seq, lineage);
    if (!this.#growthOnly) this.lives.noteDied(track, mapping, bytes, how);
  }
}
