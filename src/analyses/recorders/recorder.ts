/**
 * Recorder: collects what one question needs from the pass, through the hooks that it implements.
 */
import type { EventBatch } from "../../events/batch.ts";
import type { AddressSpace } from "../../space/space.ts";
import type { FileTable } from "../../space/state/files.ts";
import type { Gain, Loss } from "../../space/state/lineage.ts";
import type { SiteIds } from "./site-ids.ts";
import type { CurrentEvent, MappingTrack } from "./track.ts";

/**
 * A recorder's hooks; missing ones cost nothing. `space` and `track` are undefined while the
 * process's mappings are not known.
 */
export interface Recorder {
  /** Codes of the calls that `before` and `after` are for; every memory call when absent. */
  readonly calls?: readonly number[];
  /** The process's mappings are known from now on. */
  began?(track: MappingTrack, space: AddressSpace): void;
  /** The process ended, or the recording did while it ran; its mappings are still in the space. */
  ended?(track: MappingTrack, space: AddressSpace): void;
  /** After the last event, for each process whose mappings were ever known. */
  finished?(track: MappingTrack): void;
  /** The call at `row` is about to be applied. */
  before?(
    space: AddressSpace | undefined,
    track: MappingTrack | undefined,
    batch: EventBatch,
    row: number,
  ): void;
  /** The call at `row` was applied. */
  after?(space: AddressSpace, track: MappingTrack, batch: EventBatch, row: number): void;
  /** A mapping was created, with its first range. */
  born?(track: MappingTrack, mapping: number, bytes: number): void;
  gained?(track: MappingTrack, mapping: number, start: number, end: number, how: Gain): void;
  lost?(track: MappingTrack, mapping: number, start: number, end: number, how: Loss): void;
  /** The mapping lost its last range, which was `bytes` long. */
  died?(track: MappingTrack, mapping: number, bytes: number, how: Loss): void;
}

/** A class of recorders. A pass has one instance of each, shared by all analyses. */
export type RecorderKind<R extends Recorder = Recorder> = new (context: PassContext) => R;

/** What a recorder can use of its pass. */
export interface PassContext {
  /** The event being processed: always the same object. */
  readonly event: CurrentEvent;
  readonly files: FileTable;
  readonly sites: SiteIds;
  readonly pageBytes: number;
  /** Events of the recording, to size buffers; 0 if unknown. */
  readonly expectedEvents: number;
  /** The pass's recorder of that kind. Called in a constructor, it has that recorder run first. */
  recorderOf<R extends Recorder>(kind: RecorderKind<R>): R;
}

/** Recorders by the names that an analysis has for them. */
export type RecorderKinds = Readonly<Record<string, RecorderKind>>;

export type Recorders<Kinds extends RecorderKinds> = {
  readonly [Name in keyof Kinds]: InstanceType<Kinds[Name]>;
};
