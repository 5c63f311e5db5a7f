/**
 * One pass over the events for all analyses: each call is decoded once, and passed only to the
 * recorders that handle its kind.
 */
import type { EventBatch } from "../../events/batch.ts";
import { memoryCalls } from "../../events/kinds.ts";
import type { AddressSpace } from "../../space/space.ts";
import type { FileTable } from "../../space/state/files.ts";
import type { Gain, Loss } from "../../space/state/lineage.ts";
import type { PassContext, Recorder, RecorderKind, RecorderKinds, Recorders } from "./recorder.ts";
import { SiteIds } from "./site-ids.ts";
import type { SiteNames } from "./sites.ts";
import { CurrentEvent, MappingTrack, type MappingWatcher } from "./track.ts";

export interface PassOptions {
  readonly pageBytes: number;
  readonly files: FileTable;
  readonly sites?: SiteNames;
  /** Events and processes of the recording, to size buffers. */
  readonly events?: number;
  readonly processes?: number;
}

type Hook = Exclude<keyof Recorder, "calls">;
type With<Name extends Hook> = Recorder & Required<Pick<Recorder, Name>>;
type Hooks = { readonly [Name in Hook]: With<Name>[] };

/** By the code of the call, the recorders that handle it. */
type ByCall<Name extends "before" | "after"> = readonly With<Name>[][];

const hookNames: readonly Hook[] = [
  ...(["began", "ended", "finished", "before", "after"] as const),
  ...(["born", "gained", "lost", "died"] as const),
];
/** One more than the highest code of a memory call, prctl. */
const callCodes = memoryCalls.prctl + 1;

function noHooks(): Hooks {
  return Object.fromEntries(hookNames.map((name) => [name, []])) as unknown as Hooks;
}

export class AnalysisPass implements MappingWatcher, PassContext {
  readonly files: FileTable;
  readonly sites: SiteIds;
  readonly event = new CurrentEvent();
  readonly pageBytes: number;
  readonly expectedEvents: number;
  readonly #expectedMappings: number;
  readonly #recorders = new Map<RecorderKind, Recorder>();
  readonly #hooks = noHooks();
  readonly #before: ByCall<"before"> = Array.from({ length: callCodes }, () => []);
  readonly #after: ByCall<"after"> = Array.from({ length: callCodes }, () => []);
  /** By process. */
  readonly #tracks: (MappingTrack | undefined)[] = [];

  constructor(options: PassOptions) {
    const { events = 0, processes = 1 } = options;
    this.files = options.files;
    this.pageBytes = options.pageBytes;
    this.sites = new SiteIds(options.sites);
    this.expectedEvents = events;
    // At most half of the calls are assumed to map something.
    this.#expectedMappings = Math.min(1 << 21, Math.ceil(events / 2 / Math.max(1, processes)));
  }

  recorderOf<R extends Recorder>(kind: RecorderKind<R>): R {
    const known = this.#recorders.get(kind);
    if (known !== undefined) return known as R;
    const recorder = new kind(this);
    this.#recorders.set(kind, recorder);
    this.#connect(recorder);
    return recorder;
  }

  recordersOf<Kinds extends RecorderKinds>(kinds: Kinds): Recorders<Kinds> {
    const entries = Object.entries(kinds).map(([name, kind]) => [name, this.recorderOf(kind)]);
    return Object.fromEntries(entries) as Recorders<Kinds>;
  }

  #connect(recorder: Recorder): void {
    const hooks: Record<Hook, Recorder[]> = this.#hooks;
    for (const name of hookNames) if (recorder[name] !== undefined) hooks[name].push(recorder);
    const { before, after } = recorder;
    for (const code of recorder.calls ?? Array(callCodes).keys()) {
      if (before !== undefined) this.#before[code]!.push(recorder as With<"before">);
      if (after !== undefined) this.#after[code]!.push(recorder as With<"after">);
    }
  }

  /** The track of a process; undefined if its mappings were never known. */
  knownTrack(process: number): MappingTrack | undefined {
    return this.#tracks[process];
  }

  /** The track of a process, created if new: the listener for its mappings. */
  trackOf(process: number): MappingTrack {
    let track = this.#tracks[process];
    if (track === undefined) {
      track = new MappingTrack(process, this.event, this, this.#expectedMappings);
      this.#tracks[process] = track;
    }
    return track;
  }

  /** The process's maps are known from now on. */
  began(process: number, space: AddressSpace): void {
    const track = this.trackOf(process);
    for (const recorder of this.#hooks.began) recorder.began(track, space);
  }

  /** The process ended; the losses of its mappings are reported later. */
  ended(process: number, space: AddressSpace): void {
    const track = this.#tracks[process];
    if (track === undefined) return;
    for (const recorder of this.#hooks.ended) recorder.ended(track, space);
  }

  /** The recording ended while these processes ran. */
  finish(spaces: Iterable<readonly [process: number, space: AddressSpace]>): void {
    for (const [process, space] of spaces) this.ended(process, space);
    for (const track of this.#tracks) {
      if (track === undefined) continue;
      for (const recorder of this.#hooks.finished) recorder.finished(track);
    }
  }

  /** Sets the current event to one that is not a memory call, for the changes that it causes. */
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
    // These two make no mapping, so no recorder reads their site.
    if (kind !== memoryCalls.munmap && kind !== memoryCalls.madvise) {
      event.site = this.sites.of(batch, row);
      event.mapFlags = kind === memoryCalls.mmap ? batch.args[3]![row]! : 0;
    }
    const recorders = this.#before[kind]!;
    if (recorders.length === 0) return;
    const track = this.#tracks[batch.process[row]!];
    for (let i = 0; i < recorders.length; i += 1) recorders[i]!.before(space, track, batch, row);
  }

  after(space: AddressSpace, batch: EventBatch, row: number): void {
    const track = this.#tracks[batch.process[row]!];
    if (track === undefined) return;
    const recorders = this.#after[batch.kind[row]!]!;
    for (let i = 0; i < recorders.length; i += 1) recorders[i]!.after(space, track, batch, row);
  }

  born(track: MappingTrack, mapping: number, bytes: number): void {
    const recorders = this.#hooks.born;
    for (let i = 0; i < recorders.length; i += 1) recorders[i]!.born(track, mapping, bytes);
  }

  gained(track: MappingTrack, mapping: number, start: number, end: number, how: Gain): void {
    const recorders = this.#hooks.gained;
    for (let i = 0; i < recorders.length; i += 1) {
      recorders[i]!.gained(track, mapping, start, end, how);
    }
  }

  lost(track: MappingTrack, mapping: number, start: number, end: number, how: Loss): void {
    const recorders = this.#hooks.lost;
    for (let i = 0; i < recorders.length; i += 1) {
      recorders[i]!.lost(track, mapping, start, end, how);
    }
  }

  died(track: MappingTrack, mapping: number, bytes: number, how: Loss): void {
    const recorders = this.#hooks.died;
    for (let i = 0; i < recorders.length; i += 1) recorders[i]!.died(track, mapping, bytes, how);
  }
}
