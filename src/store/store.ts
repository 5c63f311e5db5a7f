/** An open database of recordings and its operations. */

import { UserError } from "../base/errors.ts";
import { CheckpointWriter } from "./checkpoints.ts";
import type { Database } from "./connection.ts";
import { busyTimeoutMillis } from "./connection.ts";
import { checkIntegrity } from "./integrity.ts";
import { type Progress, project } from "./projection.ts";
import { type QueryResult, runQuery } from "./query.ts";
import { type ChunkDamage, RecordingReader } from "./reader.ts";
import {
  findRecording,
  insertRecording,
  listRecordings,
  type RecordingMeta,
  type RecordingRow,
} from "./recordings.ts";
import { explained } from "./sqlite-errors.ts";
import { RecordingWriter } from "./writer.ts";

/**
 * Events of longer recordings become SQL rows when they are first queried, not when the recording
 * ends: at some two microseconds a row, this many delay its end by half a second.
 */
const mostEventsProjectedAtFinish = 250_000;

export interface Store {
  readonly path: string;
  /** All recordings, the newest last. */
  recordings(): RecordingRow[];
  /** One recording, the newest without `id`. Throws a UserError when there is none. */
  recording(id?: number): RecordingRow;
  createRecording(meta: RecordingMeta): number;
  /** Deletes a new recording to which nothing was written: its program could not be started. */
  discard(recordingId: number): void;
  /** Runs `work` in one transaction: all of what it writes is committed, or nothing. */
  atomically<Result>(work: () => Promise<Result>): Promise<Result>;
  /** For a new recording, or to continue an unfinished one from its last flush. */
  writer(recordingId: number): RecordingWriter;
  /** The recording as it is now. */
  reader(recordingId: number): RecordingReader;
  /** Runs one statement that only reads. Throws a UserError for any other. */
  query(sql: string): QueryResult;
  /** Drops the recording's SQL tables and makes them again; returns what could not be read. */
  rebuild(recordingId: number, onProgress?: Progress): readonly ChunkDamage[];
  /** Does `rebuild` for each finished recording whose SQL tables are missing; returns their ids. */
  projectMissing(onProgress?: Progress): number[];
  /** Replaces the recording's checkpoints by those that `maker` makes. */
  checkpoints(recordingId: number, maker: string): CheckpointWriter;
  /** One sentence for each thing that is wrong; empty when all is well. */
  integrity(): string[];
  close(): void;
}

/** The store over a migrated connection, which it owns from here on. */
export function createStore(
  database: Database,
  path: string,
  options: { readonly writable: boolean },
): Store {
  const run = <Result>(work: () => Result): Result => explained(path, work);
  const toWrite = <Result>(work: () => Result): Result => {
    if (!options.writable) {
      throw new UserError(`${path} was opened for reading alone`, {
        hint: "Open it for writing.",
      });
    }
    return run(work);
  };
  const rebuild = (recordingId: number, onProgress?: Progress): readonly ChunkDamage[] => {
    findRecording(database, path, recordingId);
    const reader = new RecordingReader(database, recordingId);
    project(database, reader, onProgress);
    return reader.damage;
  };
  /** Recordings that were finished in a transaction which is still open. */
  let waiting: number[] = [];
  const onFinish = (recordingId: number): void => {
    if (database.inTransaction) {
      waiting.push(recordingId);
      return;
    }
    leaveOneFile(database);
    const { eventCount } = findRecording(database, path, recordingId);
    if (eventCount <= mostEventsProjectedAtFinish) run(() => rebuild(recordingId));
  };
  return {
    path,
    recordings: () => run(() => listRecordings(database)),
    recording: (id) => run(() => findRecording(database, path, id)),
    createRecording: (meta) =>
      toWrite(() => {
        database.pragma("journal_mode = WAL");
        return insertRecording(database, meta);
      }),
    discard: (recordingId) =>
      toWrite(() => {
        database.prepare("DELETE FROM recording WHERE id = ?").run(recordingId);
        leaveOneFile(database);
      }),
    atomically: async (work) => {
      toWrite(() => {
        database.pragma("journal_mode = WAL");
        database.exec("BEGIN IMMEDIATE");
      });
      try {
        const result = await work();
        run(() => database.exec("COMMIT"));
        for (const recordingId of waiting) onFinish(recordingId);
        return result;
      } catch (error) {
        // A full disk may have ended the transaction already.
        if (database.inTransaction) database.exec("ROLLBACK");
        throw error;
      } finally {
        waiting = [];
        leaveOneFile(database);
      }
    },
    writer: (recordingId) =>
      toWrite(() => {
        database.pragma("journal_mode = WAL");
        return new RecordingWriter(database, path, recordingId, onFinish);
      }),
    reader: (recordingId) =>
      run(() => {
        findRecording(database, path, recordingId);
        return new RecordingReader(database, recordingId);
      }),
    query: (sql) => runQuery(path, sql),
    rebuild: (recordingId, onProgress) => toWrite(() => rebuild(recordingId, onProgress)),
    projectMissing: (onProgress) =>
      toWrite(() => {
        const missing = listRecordings(database).filter(
          (row) => row.status !== "recording" && !row.projected,
        );
        for (const { id } of missing) rebuild(id, onProgress);
        return missing.map((row) => row.id);
      }),
    checkpoints: (recordingId, maker) =>
      toWrite(() => new CheckpointWriter(database, recordingId, maker)),
    integrity: () => run(() => checkIntegrity(database)),
    close: () => database.close(),
  };
}

/**
 * Leaves WAL mode, so that the database is one file again. While another process has it open that
 * is refused; then the last one to finish does it.
 */
function leaveOneFile(database: Database): void {
  try {
    database.pragma("busy_timeout = 0");
    database.pragma("journal_mode = DELETE");
  } catch {
    // Locked by another process: WAL stays, and works.
  } finally {
    database.pragma(`busy_timeout = ${busyTimeoutMillis}`);
  }
}
