/** SQLite's errors explained to the person who ran the command. */
import { exitCodes, UserError } from "../base/errors.ts";

/** SQLite's own code of an error, such as SQLITE_FULL; undefined when it is not SQLite's. */
export function sqliteCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  const { code } = error;
  return typeof code === "string" && code.startsWith("SQLITE_") ? code : undefined;
}

/** The error as a UserError when a user can act on it, unchanged when it is a bug. */
export function explainSqliteError(error: unknown, path: string): unknown {
  const code = sqliteCode(error);
  if (code === undefined) return error;
  const cause = { cause: error };
  if (code === "SQLITE_NOTADB") {
    return new UserError(`${path} is not a database`, {
      exitCode: exitCodes.damagedInput,
      hint: "Name a file that maptrail record made, or another one for a new recording.",
      ...cause,
    });
  }
  if (code.startsWith("SQLITE_CORRUPT")) {
    return new UserError(`${path} is damaged: ${messageOf(error)}`, {
      exitCode: exitCodes.damagedInput,
      hint: "sqlite3 FILE .recover saves what can still be read.",
      ...cause,
    });
  }
  if (code === "SQLITE_FULL" || code === "SQLITE_IOERR_WRITE") {
    return new UserError(`${path} cannot grow: the disk or a limit on file sizes is reached`, {
      hint: "Free some space, or put the database elsewhere with -o FILE. What was written before is kept.",
      ...cause,
    });
  }
  if (code.startsWith("SQLITE_READONLY") || code.startsWith("SQLITE_PERM")) {
    return new UserError(`${path} cannot be written`, {
      hint: "Make the file and its folder writable, or name another database with -o FILE.",
      ...cause,
    });
  }
  if (code.startsWith("SQLITE_BUSY") || code.startsWith("SQLITE_LOCKED")) {
    return new UserError(`${path} is locked by another program`, {
      hint: "Wait until it has finished, or name another database with -o FILE.",
      ...cause,
    });
  }
  if (code.startsWith("SQLITE_CANTOPEN")) {
    return new UserError(`${path} cannot be opened`, {
      hint: "The file must be readable, and its folder writable while a recording is being made.",
      ...cause,
    });
  }
  return error;
}

/** Runs `work`, and explains the SQLite errors that it throws. */
export function explained<Result>(path: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw explainSqliteError(error, path);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
