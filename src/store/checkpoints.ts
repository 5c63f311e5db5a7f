/** The table of checkpoints: spaces at some events, as opaque bytes. */
import { crc32 } from "node:zlib";
import type { Database } from "./connection.ts";

/** Bytes collected for one transaction. */
const flushBytes = 4 * 1024 ** 2;

export interface StoredCheckpoint {
  readonly process: number;
  /** The last event that it contains. */
  readonly seq: number;
  readonly bytes: Uint8Array;
}

/** Replaces a recording's checkpoints; `flush` writes the remaining ones. */
export class CheckpointWriter {
  readonly #database: Database;
  readonly #recording: number;
  readonly #maker: string;
  readonly #waiting: StoredCheckpoint[] = [];
  #waitingBytes = 0;

  constructor(database: Database, recording: number, maker: string) {
    this.#database = database;
    this.#recording = recording;
    this.#maker = maker;
    database.prepare("DELETE FROM checkpoint WHERE recording = ?").run(recording);
  }

  add(checkpoint: StoredCheckpoint): void {
    this.#waiting.push(checkpoint);
    this.#waitingBytes += checkpoint.bytes.length;
    if (this.#waitingBytes > flushBytes) this.flush();
  }

  flush(): void {
    const insert = this.#database.prepare(
      `INSERT INTO checkpoint (recording, process, seq, maker, checksum, bytes)
       VALUES (?, ?, ?, ?, ?, ?)`,
    );
    this.#database
      .transaction(() => {
        for (const { process, seq, bytes } of this.#waiting) {
          insert.run(this.#recording, process, seq, this.#maker, crc32(bytes), bytes);
        }
      })
      .immediate();
    this.#waiting.length = 0;
    this.#waitingBytes = 0;
  }
}

/** Events at which a process has checkpoints of that maker, ascending. */
export function checkpointSeqs(
  database: Database,
  recording: number,
  process: number,
  maker: string,
): number[] {
  return database
    .prepare<[number, number, string], number>(
      "SELECT seq FROM checkpoint WHERE recording = ? AND process = ? AND maker = ? ORDER BY seq",
    )
    .pluck()
    .all(recording, process, maker);
}

/** The bytes of a checkpoint; undefined when it is missing or damaged. */
export function readCheckpoint(
  database: Database,
  recording: number,
  process: number,
  seq: number,
): Uint8Array | undefined {
  const stored = database
    .prepare<[number, number, number], { checksum: number; bytes: Buffer }>(
      "SELECT checksum, bytes FROM checkpoint WHERE recording = ? AND process = ? AND seq = ?",
    )
    .get(recording, process, seq);
  return stored !== undefined && crc32(stored.bytes) === stored.checksum ? stored.bytes : undefined;
}
