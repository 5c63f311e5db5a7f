/** A recording opened for browsing, which can still be growing. */

import { type Landmarks, readLandmarks } from "../../replay/landmarks.ts";
import { Seeker } from "../../replay/seek.ts";
import { blobText, type EventContext } from "../../store/event-context.ts";
import { openStore } from "../../store/open.ts";
import { pageBytesOf } from "../../store/processes.ts";
import type { RecordingReader } from "../../store/reader.ts";
import type { RecordingRow } from "../../store/recordings.ts";
import type { Store } from "../../store/store.ts";
import type { Io } from "../io/io.ts";
import { databasePath, type OpenRecording, type RecordingChoice } from "../open/database.ts";

export class Tape {
  readonly path: string;
  readonly seeker: Seeker;
  readonly #store: Store;
  readonly #choice: RecordingChoice;
  #open: OpenRecording;
  #context: EventContext;
  #observations: number;

  /** Throws a UserError when there is no such recording. */
  constructor(choice: RecordingChoice, io: Pick<Io, "env" | "cwd">) {
    this.path = databasePath(choice, io);
    this.#choice = choice;
    this.#store = openStore(this.path);
    try {
      const row = this.#store.recording(choice.recording);
      const reader = this.#store.reader(row.id);
      const landmarks = readLandmarks(reader);
      this.#open = { store: this.#store, row, reader };
      this.#observations = observationsIn(reader);
      this.#context = contextOf(reader, landmarks);
      this.seeker = new Seeker(reader, row, { landmarks });
    } catch (error) {
      this.#store.close();
      throw error;
    }
  }

  get row(): RecordingRow {
    return this.#open.row;
  }

  get reader(): RecordingReader {
    return this.#open.reader;
  }

  get open(): OpenRecording {
    return this.#open;
  }

  get landmarks(): Landmarks {
    return this.seeker.landmarks;
  }

  /** Processes, files and texts that events name. */
  get context(): EventContext {
    return this.#context;
  }

  get isGrowing(): boolean {
    return this.row.status === "recording";
  }

  /** Picks up events recorded since; false when there are none. */
  refresh(): boolean {
    const { row: before, reader: old } = this.#open;
    const row = this.#store.recording(this.#choice.recording ?? before.id);
    const reader = this.#store.reader(row.id);
    if (row.status === before.status && reader.eventCount === old.eventCount) return false;
    this.#open = { store: this.#store, row, reader };
    const observations = observationsIn(reader);
    const isSame = observations === this.#observations;
    const landmarks = isSame ? this.landmarks : readLandmarks(reader);
    this.#observations = observations;
    this.#context = contextOf(reader, landmarks);
    this.seeker.follow(reader, landmarks);
    return true;
  }

  close(): void {
    this.#store.close();
  }
}

function observationsIn(reader: RecordingReader): number {
  return reader.chunkIndex().reduce((sum, { observations }) => sum + observations, 0);
}

/** As eventContext, from landmarks that are known already. */
function contextOf(reader: RecordingReader, landmarks: Landmarks): EventContext {
  const processes = [...landmarks.values()].flatMap(({ row }) => row ?? []);
  const byNumber = new Map(processes.map((row) => [row.process, row]));
  const durationNanos = reader
    .chunkIndex()
    .reduce((latest, { lastAt }) => Math.max(latest, lastAt), 0);
  return {
    processes,
    pageBytes: pageBytesOf(processes),
    eventCount: reader.eventCount,
    durationNanos,
    pidOf: (process) => byNumber.get(process)?.pid ?? 0,
    processOf: (process) => byNumber.get(process),
    pathOf: (file) => reader.file(file)?.path,
    textOf: (blob) => blobText(reader, blob),
  };
}
