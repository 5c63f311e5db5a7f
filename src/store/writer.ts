/** Appends events to a recording: collects rows, cuts chunks, and commits all that is new at a flush. */

import { assert } from "../base/assert.ts";
import { exitCodes, UserError } from "../base/errors.ts";
import { createBatch, type EventBatch } from "../events/batch.ts";
import type { StackEnd, StackFrame } from "../events/stack.ts";
import { BlobWriter } from "./blobs.ts";
import { appendRows } from "./chunks/batch-rows.ts";
import { ChunkDecoder } from "./chunks/chunk-decoder.ts";
import { ChunkEncoder, chunkCapacity } from "./chunks/chunk-encoder.ts";
import { type ChunkIndexEntry, describeChunk } from "./chunks/chunk-index.ts";
import type { Database } from "./connection.ts";
import { FileWriter, type NewFile } from "./files.ts";
import { findRecording, type ProgramExit } from "./recordings.ts";
import { explained } from "./sqlite-errors.ts";
import { StackWriter } from "./stacks.ts";

export interface FinishSummary {
  readonly status: "complete" | "recovered" | "damaged";
  readonly durationNanos: number;
  readonly exit?: ProgramExit | undefined;
  /** The recorder's counts: JSON text, stored unchanged. */
  readonly totals: string;
}

interface CutChunk {
  readonly entry: ChunkIndexEntry;
  readonly bytes: Uint8Array;
}

interface StoredTail {
  drain_state: string;
  event_count: number;
  bytes: Buffer | null;
}

/**
 * One writer at a time for a recording. The database is written at flushes alone, so rows
 * appended in between stay in memory: some 20 bytes an event.
 */
export class RecordingWriter {
  readonly #database: Database;
  readonly #path: string;
  readonly #recording: number;
  readonly #onFinish: (recording: number) => void;
  readonly #encoder = new ChunkEncoder();
  readonly #files: FileWriter;
  readonly #blobs: BlobWriter;
  readonly #stacks: StackWriter;
  /** Rows of the chunk that is not full yet. */
  readonly #pending = createBatch(chunkCapacity);
  #cut: CutChunk[] = [];
  #nextChunk = 1;
  /** Number of the first row in #pending. */
  #pendingSeq = 1;
  #drainState: string | undefined;
  #finished = false;

  /** Continues a recording that is not finished; `onFinish` is called once it is sealed. */
  constructor(
    database: Database,
    path: string,
    recording: number,
    onFinish: (recording: number) => void,
  ) {
    this.#database = database;
    this.#path = path;
    this.#recording = recording;
    this.#onFinish = onFinish;
    const { status } = findRecording(database, path, recording);
    if (status !== "recording") {
      throw new UserError(`recording ${recording} is ${status}: it takes no more events`, {
        hint: "maptrail record COMMAND makes a new one.",
      });
    }
    this.#files = new FileWriter(database, recording);
    this.#blobs = new BlobWriter(database, recording);
    this.#stacks = new StackWriter(database, recording);
    this.#resume();
  }

  /** Number of events so far, flushed or not. */
  get eventCount(): number {
    return this.#pendingSeq - 1 + this.#pending.length;
  }

  /** The id of a file, from 1; the same device, inode and path have the same id. */
  file(entry: NewFile): number {
    return this.#files.add(entry);
  }

  /** The id of a text or other long value, from 1; the same bytes have the same id. */
  blob(bytes: Uint8Array): number {
    return this.#blobs.add(bytes);
  }

  /**
   * The id of a file with code, from 1; the same path and build-id have the same id.
   *
   * @param buildId hexadecimal text; empty where the file has none
   */
  module(path: string, buildId: string): number {
    return this.#stacks.module(path, buildId);
  }

  /** The id of a call stack, from 1; the same frames with the same end have the same id. */
  stack(frames: readonly StackFrame[], end: StackEnd): number {
    return this.#stacks.stack(frames, end);
  }

  /** Takes all rows of a batch in their order and sets its firstSeq to the number of its first row. */
  append(batch: EventBatch): void {
    assert(!this.#finished, "append to a finished recording");
    batch.firstSeq = this.eventCount + 1;
    const pending = this.#pending;
    for (let from = 0; from < batch.length; ) {
      const room = chunkCapacity - pending.length;
      const to = Math.min(batch.length, from + room);
      if (pending.length === 0 && to - from === chunkCapacity) {
        this.#cutRows(batch, from, to);
      } else {
        appendRows(pending, batch, from, to);
        if (pending.length === chunkCapacity) this.#cutPending();
      }
      from = to;
    }
  }

  /**
   * Commits everything so far together with `drainState`, in one transaction: afterwards it survives
   * a kill of this process. When it throws (UserError: disk full, locked), nothing was written and
   * nothing is lost: a later flush writes it.
   */
  flush(drainState: string): void {
    assert(!this.#finished, "flush of a finished recording");
    this.#commit(() => {
      this.#insertNew();
      const pending = this.#pending;
      const count = pending.length;
      this.#database
        .prepare(
          "INSERT OR REPLACE INTO tail (recording, drain_state, event_count, bytes) VALUES (?, ?, ?, ?)",
        )
        .run(
          this.#recording,
          drainState,
          count,
          count === 0 ? null : this.#encoder.encode(pending, 0, count, this.#pendingSeq),
        );
      this.#database
        .prepare("UPDATE recording SET event_count = ? WHERE id = ?")
        .run(this.eventCount, this.#recording);
    });
    this.#drainState = drainState;
  }

  /** The drain state of the last flush, by this writer or an earlier one. */
  drainState(): string | undefined {
    return this.#drainState;
  }

  /** Commits the rest and seals the recording: it takes no more events. */
  finish(summary: FinishSummary): void {
    assert(!this.#finished, "a recording is finished once");
    if (this.#pending.length > 0) this.#cutPending();
    const { status, durationNanos, exit, totals } = summary;
    this.#commit(() => {
      this.#insertNew();
      this.#database.prepare("DELETE FROM tail WHERE recording = ?").run(this.#recording);
      this.#database
        .prepare(
          `UPDATE recording SET status = ?, duration_nanos = ?, event_count = ?, exit_code = ?,
             exit_signal = ?, totals = ? WHERE id = ?`,
        )
        .run(
          status,
          Math.round(durationNanos),
          this.eventCount,
          exit?.code ?? null,
          exit?.signal ?? null,
          totals,
          this.#recording,
        );
    });
    this.#finished = true;
    this.#onFinish(this.#recording);
  }

  #cutPending(): void {
    this.#cutRows(this.#pending, 0, this.#pending.length);
    this.#pending.length = 0;
    this.#pending.wide.clear();
  }

  #cutRows(batch: EventBatch, from: number, to: number): void {
    const entry = describeChunk(batch, from, to, this.#nextChunk, this.#pendingSeq);
    this.#cut.push({ entry, bytes: this.#encoder.encode(batch, from, to, this.#pendingSeq) });
    this.#nextChunk++;
    this.#pendingSeq += to - from;
  }

  #commit(work: () => void): void {
    explained(this.#path, () => this.#database.transaction(work).immediate());
    this.#cut = [];
    this.#files.settle();
    this.#blobs.settle();
    this.#stacks.settle();
  }

  #insertNew(): void {
    this.#files.insert();
    this.#blobs.insert();
    this.#stacks.insert();
    if (this.#cut.length === 0) return;
    const insert = this.#database.prepare(
      `INSERT INTO chunk (recording, chunk, first_seq, event_count, first_at_nanos, last_at_nanos,
         observation_count, processes, bytes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    for (const { entry, bytes } of this.#cut) {
      insert.run(
        this.#recording,
        entry.chunk,
        entry.firstSeq,
        entry.count,
        Math.floor(entry.firstAt),
        Math.ceil(entry.lastAt),
        entry.observations,
        JSON.stringify(entry.processes),
        bytes,
      );
    }
  }

  /** Continues after an earlier writer's last flush. */
  #resume(): void {
    const last = this.#database
      .prepare<[number], { chunk: number; next: number }>(
        `SELECT chunk, first_seq + event_count AS next FROM chunk WHERE recording = ?
         ORDER BY chunk DESC LIMIT 1`,
      )
      .get(this.#recording);
    if (last !== undefined) {
      this.#nextChunk = last.chunk + 1;
      this.#pendingSeq = last.next;
    }
    const tail = this.#database
      .prepare<[number], StoredTail>(
        "SELECT drain_state, event_count, bytes FROM tail WHERE recording = ?",
      )
      .get(this.#recording);
    if (tail === undefined) return;
    this.#drainState = tail.drain_state;
    if (tail.bytes === null) return;
    const decoded = new ChunkDecoder().decode(tail.bytes);
    if ("reason" in decoded) {
      throw new UserError(
        `the last ${tail.event_count} events of recording ${this.#recording} are damaged: ${decoded.reason}`,
        { exitCode: exitCodes.damagedInput },
      );
    }
    appendRows(this.#pending, decoded, 0, decoded.length);
  }
}
