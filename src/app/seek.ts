/** The address space of a process at any event, by replaying from the nearest checkpoint. */

import { loadCheckpoint, saveCheckpoint } from "../space/checkpoint.ts";
import type { KernelFeatures } from "../space/features.ts";
import { FileTable } from "../space/files.ts";
import type { AddressSpace } from "../space/space.ts";
import type { RecordingReader } from "../store/reader.ts";
import type { RecordingRow } from "../store/recordings.ts";
import { kernelFeaturesOf } from "./kernel-features.ts";
import { type Landmarks, readLandmarks } from "./landmarks.ts";
import { Replay } from "./replay.ts";

export interface SeekOptions {
  readonly landmarks?: Landmarks;
  /** Events between two checkpoints of a process; they fall on ends of chunks. */
  readonly every?: number;
  /** What all checkpoints together may take. */
  readonly mostBytes?: number;
}

interface Checkpoint {
  /** The last event that it contains. */
  readonly seq: number;
  readonly bytes: ArrayBuffer;
}

interface Track {
  readonly checkpoints: Checkpoint[];
  every: number;
}

/** At 2 M events a second some 4 ms, which leaves room for a few doublings below 25 ms. */
const defaultEvery = 8_192;
const defaultMostBytes = 96 * 1024 ** 2;

/**
 * Makes checkpoints as it passes and keeps them in memory, never more than it may: then every second
 * one goes. Nothing else of the history is kept.
 */
export class Seeker {
  readonly landmarks: Landmarks;
  readonly #reader: RecordingReader;
  readonly #features: KernelFeatures;
  readonly #files: FileTable;
  readonly #every: number;
  readonly #mostBytes: number;
  readonly #tracks = new Map<number, Track>();
  #bytes = 0;
  /** Where the last seek ended, to go on from there. */
  #current: { process: number; seq: number; replay: Replay } | undefined;

  constructor(reader: RecordingReader, row: RecordingRow, options: SeekOptions = {}) {
    this.#reader = reader;
    this.#features = kernelFeaturesOf(row);
    this.#files = new FileTable((id) => reader.file(id));
    this.landmarks = options.landmarks ?? readLandmarks(reader);
    this.#every = options.every ?? defaultEvery;
    this.#mostBytes = options.mostBytes ?? defaultMostBytes;
  }

  /** Bytes that the checkpoints take now. */
  get checkpointBytes(): number {
    return this.#bytes;
  }

  /**
   * The space as event `seq` left it; before the process's first maps text as that text says.
   * Undefined when its maps are not known then. Valid until the next call; not to be changed.
   */
  spaceAt(process: number, seq: number): AddressSpace | undefined {
    const marks = this.landmarks.get(process);
    if (marks === undefined) return undefined;
    const first = marks.maps[0]?.seq ?? marks.startSeq;
    // The row of the end itself would take the space away.
    const last = marks.endSeq === undefined ? Number.POSITIVE_INFINITY : marks.endSeq - 1;
    const wanted = Math.min(Math.max(seq, first), last);
    const start = this.#startFor(process, wanted);
    this.#forward(start, wanted);
    return start.replay.spaceOf(process);
  }

  /** Passes over the whole history of a process, so that every later seek finds its checkpoint. */
  prepare(process: number): void {
    this.spaceAt(process, Number.POSITIVE_INFINITY);
  }

  /** The nearest known state at or before `seq`: where the last seek ended, or a checkpoint. */
  #startFor(process: number, seq: number): { process: number; seq: number; replay: Replay } {
    const checkpoint = this.#tracks.get(process)?.checkpoints.findLast((one) => one.seq <= seq);
    const current = this.#current;
    if (current?.process === process && current.seq <= seq) {
      if (checkpoint === undefined || checkpoint.seq <= current.seq) return current;
    }
    const marks = this.landmarks.get(process);
    const isHeir = marks?.maps.length === 0 && marks.row?.how === "fork";
    const replay = new Replay(this.#reader, {
      features: this.#features,
      files: this.#files,
      landmarks: this.landmarks,
      // A child without maps of its own begins as its parent was, which must be replayed too.
      ...(isHeir ? {} : { only: process }),
    });
    const begin = isHeir ? 0 : (marks?.startSeq ?? 1) - 1;
    if (checkpoint !== undefined) {
      const space = replay.emptySpace(process);
      loadCheckpoint(space, checkpoint.bytes);
      replay.place(process, space);
    }
    this.#current = { process, seq: checkpoint?.seq ?? begin, replay };
    return this.#current;
  }

  #forward(from: { process: number; seq: number; replay: Replay }, seq: number): void {
    const { process, replay } = from;
    if (from.seq >= seq) return;
    const only = replay.only;
    const range = { fromSeq: from.seq + 1, toSeq: seq, process: only, columns: "space" } as const;
    for (const batch of this.#reader.chunks(range)) {
      replay.feed(batch);
      const last = batch.firstSeq + batch.length - 1;
      from.seq = last;
      const space = replay.spaceOf(process);
      if (space !== undefined) this.#keep(process, last, space);
    }
    from.seq = seq === Number.POSITIVE_INFINITY ? this.#reader.eventCount : seq;
  }

  #keep(process: number, seq: number, space: AddressSpace): void {
    let track = this.#tracks.get(process);
    if (track === undefined) {
      track = { checkpoints: [], every: this.#every };
      this.#tracks.set(process, track);
    }
    const last = track.checkpoints[track.checkpoints.length - 1];
    const since = last?.seq ?? (this.landmarks.get(process)?.startSeq ?? 1) - 1;
    if (seq - since < track.every) return;
    const bytes = saveCheckpoint(space);
    track.checkpoints.push({ seq, bytes });
    this.#bytes += bytes.byteLength;
    while (this.#bytes > this.#mostBytes && this.#thin());
  }

  /** Drops every second checkpoint of the process that has the most; false when none has two. */
  #thin(): boolean {
    let heaviest: Track | undefined;
    for (const track of this.#tracks.values()) {
      if (bytesOf(track) > (heaviest === undefined ? 0 : bytesOf(heaviest))) heaviest = track;
    }
    if (heaviest === undefined || heaviest.checkpoints.length < 2) return false;
    const kept = heaviest.checkpoints.filter((_, i) => i % 2 === 1);
    this.#bytes -= bytesOf(heaviest);
    heaviest.checkpoints.splice(0, heaviest.checkpoints.length, ...kept);
    heaviest.every *= 2;
    this.#bytes += bytesOf(heaviest);
    return true;
  }
}

function bytesOf({ checkpoints }: Track): number {
  return checkpoints.reduce((sum, { bytes }) => sum + bytes.byteLength, 0);
}
