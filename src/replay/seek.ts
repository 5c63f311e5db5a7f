/** The address space of a process at any event, by replaying from the nearest checkpoint. */

import { loadCheckpoint, saveCheckpoint } from "../space/checkpoint.ts";
import type { AddressSpace } from "../space/space.ts";
import type { KernelFeatures } from "../space/state/features.ts";
import { FileTable } from "../space/state/files.ts";
import type { RecordingReader } from "../store/reader.ts";
import type { RecordingRow } from "../store/recordings.ts";
import { CheckpointCache } from "./checkpoint-cache.ts";
import { CheckpointPace, checkpointMaker } from "./checkpoints.ts";
import { kernelFeaturesOf } from "./kernel-features.ts";
import { type Landmarks, readLandmarks } from "./landmarks.ts";
import { Replay } from "./replay.ts";

export interface SeekOptions {
  readonly landmarks?: Landmarks;
  /** Events of a process between two checkpoints; they fall on ends of chunks. */
  readonly every?: number;
  /** Bound on the bytes of all checkpoints in memory. */
  readonly mostBytes?: number;
}

/** A replay up to event `seq`. */
interface Position {
  readonly process: number;
  readonly replay: Replay;
  seq: number;
}

const defaultMostBytes = 64 * 1024 ** 2;

/**
 * Uses the checkpoints in the database; where there are none, it makes some in memory on its way.
 * It keeps nothing else of the history.
 */
export class Seeker {
  #landmarks: Landmarks;
  #reader: RecordingReader;
  readonly #features: KernelFeatures;
  readonly #files: FileTable;
  readonly #pace: CheckpointPace;
  readonly #cache: CheckpointCache;
  readonly #maker = checkpointMaker();
  /** Events with a checkpoint in the database, by process. */
  readonly #stored = new Map<number, number[]>();
  /** Where the last seek ended, to continue from. */
  #current: Position | undefined;

  constructor(reader: RecordingReader, row: RecordingRow, options: SeekOptions = {}) {
    this.#reader = reader;
    this.#features = kernelFeaturesOf(row);
    this.#files = new FileTable((id) => reader.file(id));
    this.#landmarks = options.landmarks ?? readLandmarks(reader);
    this.#pace = new CheckpointPace(options.every);
    this.#cache = new CheckpointCache(options.mostBytes ?? defaultMostBytes);
  }

  get landmarks(): Landmarks {
    return this.#landmarks;
  }

  /** Names of files behind regions, shared by all spaces of this seeker. */
  get files(): FileTable {
    return this.#files;
  }

  /** Switches to a later reader of a recording that is still being made. */
  follow(reader: RecordingReader, landmarks: Landmarks): void {
    this.#reader = reader;
    if (landmarks === this.#landmarks) return;
    this.#landmarks = landmarks;
    // A replay knows only the processes of its own landmarks.
    this.#current = undefined;
  }

  /** Bytes that checkpoints take in memory now. */
  get checkpointBytes(): number {
    return this.#cache.bytes;
  }

  /**
   * The space as event `seq` left it; before the process's first maps text as that text says.
   * Undefined when its maps are not known then. Valid until the next call; not to be changed.
   */
  spaceAt(process: number, seq: number): AddressSpace | undefined {
    const marks = this.landmarks.get(process);
    if (marks === undefined) return undefined;
    const first = marks.maps[0]?.seq ?? marks.startSeq;
    // Replaying the end's own row would remove the space.
    const last = marks.endSeq === undefined ? Number.POSITIVE_INFINITY : marks.endSeq - 1;
    const wanted = Math.min(Math.max(seq, first), last);
    const start = this.#startFor(process, wanted);
    this.#forward(start, wanted);
    return start.replay.spaceOf(process);
  }

  /** The nearest known state at or before `seq`: where the last seek ended, or a checkpoint. */
  #startFor(process: number, seq: number): Position {
    const current = this.#current;
    const reached = current?.process === process && current.seq <= seq ? current.seq : -1;
    const marks = this.landmarks.get(process);
    const isHeir = marks?.maps.length === 0 && marks.row?.how === "fork";
    for (;;) {
      const stored = this.#storedBefore(process, seq);
      const cached = this.#cache.before(process, seq);
      const nearest = Math.max(stored, cached?.seq ?? -1);
      if (current !== undefined && reached >= nearest && reached >= 0) return current;
      const replay = new Replay(this.#reader, {
        features: this.#features,
        files: this.#files,
        landmarks: this.landmarks,
        // A child without a maps text begins with its parent's space, which must be replayed too.
        ...(isHeir && nearest < 0 ? {} : { only: process }),
      });
      if (nearest < 0) {
        const begin = isHeir ? 0 : (marks?.startSeq ?? 1) - 1;
        this.#current = { process, seq: begin, replay };
        return this.#current;
      }
      const bytes =
        stored > (cached?.seq ?? -1) ? this.#reader.checkpoint(process, stored) : cached?.bytes;
      const space = bytes && this.#load(replay, process, bytes);
      if (space === undefined) {
        this.#forgetStored(process, stored);
        continue;
      }
      replay.place(process, space);
      this.#pace.note(process, nearest, space);
      this.#current = { process, seq: nearest, replay };
      return this.#current;
    }
  }

  /** The last event at or before `seq` with a checkpoint in the database, or -1. */
  #storedBefore(process: number, seq: number): number {
    let seqs = this.#stored.get(process);
    if (seqs === undefined) {
      seqs = this.#reader.checkpointSeqs(process, this.#maker);
      this.#stored.set(process, seqs);
    }
    return seqs.findLast((one) => one <= seq) ?? -1;
  }

  #forgetStored(process: number, seq: number): void {
    const seqs = this.#stored.get(process) ?? [];
    this.#stored.set(
      process,
      seqs.filter((one) => one !== seq),
    );
  }

  /** Undefined for damaged bytes: the replay then begins further back. */
  #load(replay: Replay, process: number, bytes: Uint8Array): AddressSpace | undefined {
    const space = replay.emptySpace(process);
    try {
      loadCheckpoint(space, bytes);
      return space;
    } catch {
      return undefined;
    }
  }

  #forward(from: Position, seq: number): void {
    const { process, replay } = from;
    if (from.seq >= seq) return;
    const range = { fromSeq: from.seq + 1, toSeq: seq, process: replay.only };
    for (const batch of this.#reader.chunks({ ...range, columns: "space" })) {
      replay.feed(batch);
      from.seq = batch.firstSeq + batch.length - 1;
      const space = replay.spaceOf(process);
      if (space !== undefined) this.#keep(process, from.seq, space);
    }
    from.seq = seq === Number.POSITIVE_INFINITY ? this.#reader.eventCount : seq;
  }

  #keep(process: number, seq: number, space: AddressSpace): void {
    if (!this.#pace.isDue(process, seq, space)) return;
    this.#pace.note(process, seq, space);
    const known = this.#stored.get(process)?.at(-1) ?? -1;
    if (known < seq) this.#cache.add(process, seq, saveCheckpoint(space));
  }
}
