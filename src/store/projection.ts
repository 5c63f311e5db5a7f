/** Makes the SQL tables `process` and `event` from the log. They can be dropped and made again. */
import type { Database } from "./connection.ts";
import { EventRows } from "./event-rows.ts";
import type { ProcessRow } from "./processes.ts";
import type { RecordingReader } from "./reader.ts";

export type Progress = (doneEvents: number, allEvents: number) => void;

/** Events committed at a time: bounds the rollback journal and the memory of a large projection. */
const eventsPerTransaction = 64 * 4096;

/**
 * Drops the recording's rows and makes them again. Until it has finished, the recording counts
 * as not projected, whatever interrupts it.
 */
export function project(database: Database, reader: RecordingReader, onProgress?: Progress): void {
  const { recording } = reader;
  const setProjected = database.prepare("UPDATE recording SET projected = ? WHERE id = ?");
  database
    .transaction(() => {
      setProjected.run(0, recording);
      database.prepare("DELETE FROM process WHERE recording = ?").run(recording);
      database.prepare("DELETE FROM event WHERE recording = ?").run(recording);
      insertProcesses(database, recording, reader.processes());
    })
    .immediate();
  insertEvents(database, reader, onProgress);
  setProjected.run(1, recording);
}

function insertProcesses(database: Database, recording: number, rows: readonly ProcessRow[]): void {
  const insert = database.prepare(
    `INSERT INTO process (recording, process, pid, ppid, parent, how, exe, argv, started_at_nanos,
       page_bytes, coverage, coverage_reasons, end_how, end_status, end_signal, ended_at_nanos)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  for (const row of rows) {
    insert.run(
      recording,
      row.process,
      row.pid,
      row.ppid,
      row.parent ?? null,
      row.how,
      row.exe,
      JSON.stringify(row.argv),
      Math.round(row.atNanos),
      row.pageBytes,
      row.coverage.status,
      JSON.stringify(row.coverage.reasons),
      row.end?.how ?? null,
      row.end?.status ?? null,
      row.end?.signal ?? null,
      row.end === undefined ? null : Math.round(row.end.atNanos),
    );
  }
}

function insertEvents(database: Database, reader: RecordingReader, onProgress?: Progress): void {
  const rows = new EventRows(database, reader.recording);
  const all = reader.eventCount;
  const begin = database.prepare("BEGIN IMMEDIATE");
  const commit = database.prepare("COMMIT");
  let uncommitted = 0;
  begin.run();
  try {
    for (const batch of reader.chunks()) {
      if (uncommitted >= eventsPerTransaction) {
        commit.run();
        begin.run();
        uncommitted = 0;
      }
      rows.insert(batch);
      uncommitted += batch.length;
      onProgress?.(batch.firstSeq + batch.length - 1, all);
    }
    commit.run();
  } catch (error) {
    // A full disk may have rolled back already.
    if (database.inTransaction) database.prepare("ROLLBACK").run();
    throw error;
  }
}
