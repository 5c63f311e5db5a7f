/** Reads a recording's events, files and texts. What is damaged is reported and skipped. */

import { UserError } from "../base/errors.ts";
import type { EventBatch } from "../events/batch.ts";
import type { CallStack, StackModule } from "../events/stack.ts";
import { readBlob } from "./blobs.ts";
import { checkpointSeqs, readCheckpoint } from "./checkpoints.ts";
import { sliceRows } from "./chunks/batch-rows.ts";
import { ChunkDecoder, type WantedColumns } from "./chunks/chunk-decoder.ts";
import { type ChunkIndexEntry, describeChunk } from "./chunks/chunk-index.ts";
import type { Database } from "./connection.ts";
import type { FileEntry } from "./files.ts";
import { foldProcesses, type ProcessRow } from "./processes.ts";
import { StackReader } from "./stacks.ts";

/** Events that could not be read. */
export interface ChunkDamage {
  readonly recording: number;
  readonly chunk: number;
  readonly firstSeq: number;
  readonly count: number;
  /** The end of a sentence about the chunk. */
  readonly reason: string;
}

/** Both ends belong to the range. */
export interface ChunkRange {
  readonly fromSeq?: number | undefined;
  readonly toSeq?: number | undefined;
  /** Chunks without this process are skipped; the others come with all their events. */
  readonly process?: number | undefined;
  /** All when absent. */
  readonly columns?: WantedColumns | undefined;
}

interface StoredEntry {
  chunk: number;
  firstSeq: number;
  count: number;
  firstAt: number;
  lastAt: number;
  observations: number;
  processes: string;
}

/** A snapshot of a recording when the reader was made; a later reader sees what was appended since. */
export class RecordingReader {
  readonly recording: number;
  readonly #database: Database;
  readonly #index: readonly ChunkIndexEntry[];
  /** Bytes behind the last entry of an unfinished recording. */
  readonly #tail: Uint8Array | undefined;
  readonly #damage = new Map<number, ChunkDamage>();
  readonly #files = new Map<number, FileEntry>();
  readonly #stacks: StackReader;

  constructor(database: Database, recording: number) {
    this.#database = database;
    this.recording = recording;
    this.#stacks = new StackReader(database, recording);
    // In one transaction, so that the tail belongs to these chunks.
    const { index, tail } = database.transaction(() => this.#readIndex())();
    this.#index = index;
    this.#tail = tail;
  }

  get eventCount(): number {
    const last = this.#index[this.#index.length - 1];
    return last === undefined ? 0 : last.firstSeq + last.count - 1;
  }

  /** Damage found so far. */
  get damage(): readonly ChunkDamage[] {
    return [...this.#damage.values()].sort((a, b) => a.chunk - b.chunk);
  }

  chunkIndex(): readonly ChunkIndexEntry[] {
    return this.#index;
  }

  /**
   * Events in history order, chunk by chunk, trimmed to the range. A batch is valid until the next
   * step. A damaged chunk is noted in `damage` and left out.
   */
  *chunks(range: ChunkRange = {}): Iterable<EventBatch> {
    const { fromSeq = 1, toSeq = Number.POSITIVE_INFINITY, process, columns } = range;
    const isWanted = (entry: ChunkIndexEntry): boolean => {
      if (entry.firstSeq > toSeq || entry.firstSeq + entry.count <= fromSeq) return false;
      return process === undefined || entry.processes.includes(process);
    };
    for (const batch of this.#decode(isWanted, columns)) {
      const from = Math.max(0, fromSeq - batch.firstSeq);
      const to = Math.min(batch.length, toSeq - batch.firstSeq + 1);
      if (from < to) yield sliceRows(batch, from, to);
    }
  }

  /** Chunks that hold at least one event that is not a call, whole. */
  observationChunks(): Iterable<EventBatch> {
    return this.#decode((entry) => entry.observations > 0);
  }

  /** Throws a UserError when the value is missing or damaged. */
  blob(id: number): Uint8Array {
    return readBlob(this.#database, this.recording, id);
  }

  /** A blob as UTF-8 text. */
  blobText(id: number): string {
    return new TextDecoder().decode(this.blob(id));
  }

  file(id: number): FileEntry | undefined {
    if (id === 0) return undefined;
    const known = this.#files.get(id);
    if (known !== undefined) return known;
    const file = this.#database
      .prepare<[number, number], FileEntry>(
        "SELECT id, dev, inode, path FROM file WHERE recording = ? AND id = ?",
      )
      .get(this.recording, id);
    if (file !== undefined) this.#files.set(id, file);
    return file;
  }

  /** The stack that EventBatch.stack names; undefined for 0. Throws a UserError when it is damaged. */
  stack(id: number): CallStack | undefined {
    return this.#stacks.stack(id);
  }

  /** The module that a frame names; undefined for 0, which is memory without a file. */
  module(id: number): StackModule | undefined {
    return this.#stacks.module(id);
  }

  /** Events at which a process has checkpoints that `maker` made, ascending. */
  checkpointSeqs(process: number, maker: string): number[] {
    return checkpointSeqs(this.#database, this.recording, process, maker);
  }

  /** The bytes of a checkpoint; undefined when it is missing or damaged. */
  checkpoint(process: number, seq: number): Uint8Array | undefined {
    return readCheckpoint(this.#database, this.recording, process, seq);
  }

  /** Every process whose start is in the log, in the order of their numbers. */
  processes(): ProcessRow[] {
    return foldProcesses(this.observationChunks(), (id) => this.#textOrUndefined(id));
  }

  #textOrUndefined(id: number): string | undefined {
    try {
      return this.blobText(id);
    } catch (error) {
      if (error instanceof UserError) return undefined;
      throw error;
    }
  }

  *#decode(
    isWanted: (entry: ChunkIndexEntry) => boolean,
    columns?: WantedColumns,
  ): Generator<EventBatch> {
    const decoder = new ChunkDecoder(columns);
    const select = this.#database
      .prepare<[number, number], Buffer>(
        "SELECT bytes FROM chunk WHERE recording = ? AND chunk = ?",
      )
      .pluck();
    const last = this.#index.length - 1;
    for (const [position, entry] of this.#index.entries()) {
      if (!isWanted(entry)) continue;
      const isTail = this.#tail !== undefined && position === last;
      const bytes = isTail ? this.#tail : select.get(this.recording, entry.chunk);
      const batch = bytes === undefined ? { reason: "it is missing" } : decoder.decode(bytes);
      if ("reason" in batch) this.#note(entry, batch.reason);
      else if (batch.firstSeq !== entry.firstSeq || batch.length !== entry.count) {
        this.#note(entry, "it is not the one that belongs here");
      } else yield batch;
    }
  }

  #note(entry: ChunkIndexEntry, reason: string): void {
    const { chunk, firstSeq, count } = entry;
    this.#damage.set(chunk, { recording: this.recording, chunk, firstSeq, count, reason });
  }

  #readIndex(): { index: ChunkIndexEntry[]; tail: Uint8Array | undefined } {
    const index: ChunkIndexEntry[] = this.#database
      .prepare<[number], StoredEntry>(
        `SELECT chunk, first_seq AS firstSeq, event_count AS count, first_at_nanos AS firstAt,
           last_at_nanos AS lastAt, observation_count AS observations, processes
         FROM chunk WHERE recording = ? ORDER BY chunk`,
      )
      .all(this.recording)
      .map((stored) => ({ ...stored, processes: JSON.parse(stored.processes) as number[] }));
    const tail = this.#database
      .prepare<[number], { count: number; bytes: Buffer }>(
        "SELECT event_count AS count, bytes FROM tail WHERE recording = ? AND bytes IS NOT NULL",
      )
      .get(this.recording);
    if (tail === undefined) return { index, tail: undefined };
    index.push(this.#describeTail(index[index.length - 1], tail));
    return { index, tail: tail.bytes };
  }

  #describeTail(
    before: ChunkIndexEntry | undefined,
    tail: { count: number; bytes: Uint8Array },
  ): ChunkIndexEntry {
    const chunk = (before?.chunk ?? 0) + 1;
    const firstSeq = before === undefined ? 1 : before.firstSeq + before.count;
    const batch = new ChunkDecoder().decode(tail.bytes);
    if ("reason" in batch) {
      // A damaged entry counts as having observations, so that its damage is reported.
      const at = before?.lastAt ?? 0;
      const common = { firstAt: at, lastAt: at, observations: 1, processes: [] };
      return { chunk, firstSeq, count: tail.count, ...common };
    }
    return describeChunk(batch, 0, batch.length, chunk, firstSeq);
  }
}
