/** Checks a whole database: SQLite's own structure, every chunk's checksum, every text's hash. */

import { UserError } from "../base/errors.ts";
import { readBlob } from "./blobs.ts";
import { readCheckpoint } from "./checkpoints.ts";
import type { Database } from "./connection.ts";
import { RecordingReader } from "./reader.ts";
import { listRecordings } from "./recordings.ts";
import { checkStacks } from "./stacks.ts";

/** One sentence for each thing that is wrong; empty when all is well. */
export function checkIntegrity(database: Database): string[] {
  const found: string[] = [];
  const rows = database.prepare<[], string>("PRAGMA integrity_check").pluck().all();
  for (const row of rows) if (row !== "ok") found.push(`SQLite: ${row}`);
  for (const { id, eventCount } of listRecordings(database)) {
    found.push(...checkEvents(new RecordingReader(database, id), eventCount));
    found.push(...checkBlobs(database, id));
    found.push(...checkStacks(database, id));
    found.push(...checkCheckpoints(database, id));
  }
  return found;
}

function checkEvents(reader: RecordingReader, expected: number): string[] {
  const found: string[] = [];
  let next = 1;
  for (const { chunk, firstSeq, count } of reader.chunkIndex()) {
    if (firstSeq !== next) {
      found.push(
        `recording ${reader.recording}: chunk ${chunk} starts at event ${firstSeq}, not ${next}`,
      );
    }
    next = firstSeq + count;
  }
  if (reader.eventCount !== expected) {
    found.push(`recording ${reader.recording}: it has ${reader.eventCount} events of ${expected}`);
  }
  for (const _ of reader.chunks());
  for (const { chunk, firstSeq, count, reason } of reader.damage) {
    const last = firstSeq + count - 1;
    found.push(
      `recording ${reader.recording}: chunk ${chunk} (events ${firstSeq} to ${last}) is damaged: ${reason}`,
    );
  }
  return found;
}

function checkBlobs(database: Database, recording: number): string[] {
  const found: string[] = [];
  const ids = database
    .prepare<[number], number>("SELECT id FROM blob WHERE recording = ? ORDER BY id")
    .pluck()
    .all(recording);
  for (const id of ids) {
    try {
      readBlob(database, recording, id);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      found.push(error.message);
    }
  }
  return found;
}

function checkCheckpoints(database: Database, recording: number): string[] {
  return database
    .prepare<[number], { process: number; seq: number }>(
      "SELECT process, seq FROM checkpoint WHERE recording = ? ORDER BY process, seq",
    )
    .all(recording)
    .filter(({ process, seq }) => readCheckpoint(database, recording, process, seq) === undefined)
    .map(({ process, seq }) => {
      const which = `process ${process}'s checkpoint at event ${seq}`;
      return `recording ${recording}: ${which} is damaged: maptrail rebuild makes it again`;
    });
}
