/** What a recorder is: it keeps what one question needs of the pass, and hears only of that. */
import type { EventBatch } from "../../events/batch.ts";
import type { AddressSpace } from "../../space/space.ts";
import type { FileTable } from "../../space/state/files.ts";
import type { Gain, Loss } from "../../space/state/lineage.ts";
import type { SiteIds } from "./site-ids.ts";
import type { CurrentEvent, MappingTrack } from "./track.ts";

/**
 * The hooks of a recorder; those that it lacks cost nothing. `space` and `track` are undefined while
 * nobody knows what the process had mapped.
 */
export interface Recorder {
  /** Codes of the calls that `before` and `after` are for; every memory call when absent. */
  readonly calls?: readonly number[];
  /** What the process has mapped is known from here on. */
  began?(track: MappingTrack, space: AddressSpace): void;
  /** The process has ended, or the recording has while it ran; its mappings are still there. */
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
  /** It was applied. */
  after?(space: AddressSpace, track: MappingTrack, batch: EventBatch, row: number): void;
  /** A mapping came to be, with its first range. */
  born?(track: MappingTrack, mapping: number, bytes: number): void;
  gained?(track: MappingTrack, mapping: number, start: number, end: number, how: Gain): void;
  lost?(track: MappingTrack, mapping: number, start: number, end: number, how: Loss): void;
  /** It has lost its last range, which was of `bytes`. */
  died?(track: MappingTrack, mapping: number, bytes: number, how: Loss): void;
}

/** A class of recorders. There is one instance of each in a pass, whoever asks for it. */
export type RecorderKind<R extends Recorder = Recorder> = new (context: PassContext) => R;

/** The pass, as its recorders see it. */
export interface PassContext {
  /** The event that is being looked at: always the same object. */
  readonly event: CurrentEvent;
  readonly files: FileTable;
  readonly sites: SiteIds;
  readonly pageBytes: number;
  /** Events of the recording, to begin with enough room; 0 where it is not known. */
  readonly expectedEvents: number;
  /** The pass's recorder of that kind. One that another uses hears of each event before that other. */
  recorderOf<R extends Recorder>(kind: RecorderKind<R>): R;
}

/** Recorders by the names that an analysis has for them. */
export type RecorderKinds = Readonly<Record<string, RecorderKind>>;

export type Recorders<Kinds extends RecorderKinds> = {
  readonly [Name in keyof Kinds]: InstanceType<Kinds[Name]>;
};
