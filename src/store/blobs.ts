/** Texts and other long values of a recording, each stored once, deflated when that saves space. */
import { createHash } from "node:crypto";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { exitCodes, UserError } from "../base/errors.ts";
import type { Database } from "./connection.ts";

/** Below this, deflating costs more than it saves. */
const smallestDeflated = 64;

interface StoredBlob {
  sha256: Buffer;
  byte_count: number;
  encoding: string;
  bytes: Buffer;
}

interface NewBlob {
  readonly id: number;
  readonly sha256: Buffer;
  readonly bytes: Uint8Array;
}

/** Assigns ids to values immediately and writes them at the next flush. */
export class BlobWriter {
  readonly #database: Database;
  readonly #recording: number;
  readonly #ids = new Map<string, number>();
  #fresh: NewBlob[] = [];

  constructor(database: Database, recording: number) {
    this.#database = database;
    this.#recording = recording;
    const known = database
      .prepare<[number], { id: number; sha256: Buffer }>(
        "SELECT id, sha256 FROM blob WHERE recording = ?",
      )
      .all(recording);
    for (const { id, sha256 } of known) this.#ids.set(sha256.toString("latin1"), id);
  }

  /** The value's id, from 1. The same bytes have the same id; `bytes` is copied. */
  add(bytes: Uint8Array): number {
    const sha256 = createHash("sha256").update(bytes).digest();
    const key = sha256.toString("latin1");
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const id = this.#ids.size + 1;
    this.#ids.set(key, id);
    this.#fresh.push({ id, sha256, bytes: bytes.slice() });
    return id;
  }

  /** Inserts what is new. The caller owns the transaction and calls `settle` once it is committed. */
  insert(): void {
    if (this.#fresh.length === 0) return;
    const statement = this.#database.prepare(
      "INSERT INTO blob (recording, id, sha256, byte_count, encoding, bytes) VALUES (?, ?, ?, ?, ?, ?)",
    );
    for (const { id, sha256, bytes } of this.#fresh) {
      const deflated =
        bytes.length < smallestDeflated ? bytes : deflateRawSync(bytes, { level: 1 });
      const helps = deflated.length < bytes.length;
      const encoding = helps ? "deflate" : "plain";
      statement.run(this.#recording, id, sha256, bytes.length, encoding, helps ? deflated : bytes);
    }
  }

  settle(): void {
    this.#fresh = [];
  }
}

/** A value by its id. Throws a UserError when it is missing or its bytes are not what was stored. */
export function readBlob(database: Database, recording: number, id: number): Uint8Array {
  const stored = database
    .prepare<[number, number], StoredBlob>(
      "SELECT sha256, byte_count, encoding, bytes FROM blob WHERE recording = ? AND id = ?",
    )
    .get(recording, id);
  if (stored === undefined) throw damaged(recording, id, "it is missing");
  const bytes = unpack(stored);
  if (bytes === undefined) throw damaged(recording, id, "its bytes are not what was stored");
  return bytes;
}

function unpack(stored: StoredBlob): Uint8Array | undefined {
  let bytes: Buffer = stored.bytes;
  if (stored.encoding === "deflate") {
    try {
      // The bound keeps damaged bytes from inflating without limit.
      bytes = inflateRawSync(bytes, { maxOutputLength: Math.max(1, stored.byte_count) });
    } catch {
      return undefined;
    }
  }
  const sha256 = createHash("sha256").update(bytes).digest();
  return sha256.equals(stored.sha256) ? bytes : undefined;
}

function damaged(recording: number, id: number, reason: string): UserError {
  return new UserError(`text ${id} of recording ${recording} is damaged: ${reason}`, {
    exitCode: exitCodes.damagedInput,
    hint: "If the disk is sound, the file was changed by something else; restore a copy.",
  });
}
