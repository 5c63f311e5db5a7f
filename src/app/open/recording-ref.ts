/** Recordings named in one word: `3`, `other.db`, `other.db#3`. */

import { resolve } from "node:path";
import { UserError } from "../../base/errors.ts";
import type { Io } from "../io/io.ts";
import { type DatabaseChoice, databasePath } from "./database.ts";

export interface RecordingRef {
  /** Absolute path. */
  readonly path: string;
  /** The newest in its database when undefined. */
  readonly recording: number | undefined;
}

const forms =
  "Name a recording of the database by its number, or another database: 3, before.db, before.db#3.";

/**
 * A number is a recording of the chosen database, anything else a file; a number behind the file's
 * last `#` is a recording in it. Throws a UserError that quotes what was received.
 */
export function parseRecordingRef(
  text: string,
  choice: DatabaseChoice,
  io: Pick<Io, "env" | "cwd">,
): RecordingRef {
  const number = text.startsWith("#") ? text.slice(1) : text;
  if (/^\d+$/.test(number)) {
    return { path: databasePath(choice, io), recording: numberOf(number, text) };
  }
  const [, file = text, tail] = /^(.+)#(\d*)$/s.exec(text) ?? [];
  if (file === "" || text.startsWith("#") || tail === "") {
    throw new UserError(`"${text}" names no recording`, { hint: forms });
  }
  return {
    path: resolve(io.cwd, file),
    recording: tail === undefined ? undefined : numberOf(tail, text),
  };
}

function numberOf(digits: string, text: string): number {
  const number = Number(digits);
  if (Number.isSafeInteger(number) && number > 0) return number;
  throw new UserError(`"${text}" names no recording: they are numbered from 1 on`, { hint: forms });
}
