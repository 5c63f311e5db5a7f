/** Files behind mappings: each gets a number in its recording. */
import type { Database } from "./connection.ts";

export interface FileEntry {
  readonly id: number;
  /** major << 20 | minor. */
  readonly dev: number;
  /** Decimal. */
  readonly inode: string;
  readonly path: string;
}

export interface NewFile {
  readonly dev: number;
  /** A bigint, or in decimal. */
  readonly inode: bigint | string;
  readonly path: string;
}

/** Assigns ids to files immediately and writes them at the next flush. */
export class FileWriter {
  readonly #database: Database;
  readonly #recording: number;
  readonly #ids = new Map<string, number>();
  #fresh: FileEntry[] = [];

  constructor(database: Database, recording: number) {
    this.#database = database;
    this.#recording = recording;
    for (const file of listFiles(database, recording)) this.#ids.set(keyOf(file), file.id);
  }

  /** The file's id, from 1; the same device, inode and path have the same id. */
  add(file: NewFile): number {
    const key = keyOf(file);
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const id = this.#ids.size + 1;
    this.#ids.set(key, id);
    this.#fresh.push({ id, dev: file.dev, inode: String(file.inode), path: file.path });
    return id;
  }

  /** Inserts what is new. The caller owns the transaction and calls `settle` once it is committed. */
  insert(): void {
    if (this.#fresh.length === 0) return;
    const statement = this.#database.prepare(
      "INSERT INTO file (recording, id, dev, inode, path) VALUES (?, ?, ?, ?, ?)",
    );
    for (const { id, dev, inode, path } of this.#fresh) {
      statement.run(this.#recording, id, dev, inode, path);
    }
  }

  settle(): void {
    this.#fresh = [];
  }
}

/** All files of a recording, by id. */
export function listFiles(database: Database, recording: number): FileEntry[] {
  return database
    .prepare<[number], FileEntry>(
      "SELECT id, dev, inode, path FROM file WHERE recording = ? ORDER BY id",
    )
    .all(recording);
}

function keyOf(file: NewFile): string {
  return `${file.dev} ${file.inode} ${file.path}`;
}
