/** Opens database files: permissions, validation and journal mode. */
import { accessSync, closeSync, constants, openSync, statSync } from "node:fs";
import { exitCodes, UserError } from "../base/errors.ts";
import type { Database } from "./connection.ts";
import { connect } from "./connection.ts";
import { checkIdentity, migrate, readMigrations, versionOf } from "./migrate.ts";
import { explained } from "./sqlite-errors.ts";
import { createStore, type Store } from "./store.ts";

export interface OpenOptions {
  /**
   * read (the default): the file must be there; no recording in it is changed, but the tables of an
   * older version are brought up to date.
   * write: the file must be there. create: it is made, for its owner alone, when it is not there.
   */
  readonly mode?: "read" | "write" | "create";
}

/**
 * Opens a database of recordings. Throws a UserError for a file that is missing, is not a database,
 * belongs to another program, was written by a newer version, or may not be read or written.
 */
export function openStore(path: string, options: OpenOptions = {}): Store {
  const mode = options.mode ?? "read";
  checkFile(path, mode);
  return explained(path, () => {
    // Reading a database in WAL mode needs to write beside it, so a reader takes write access too
    // where it may, tidies up as the last one to close, and gives up writing by query_only.
    const readonly = !isWritable(path);
    if (readonly && mode !== "read") {
      throw new UserError(`${path} cannot be written`, {
        hint: "Make the file writable, or name another database with -o FILE.",
      });
    }
    const database = connect(path, readonly);
    try {
      prepare(database, path, mode);
    } catch (error) {
      database.close();
      throw error;
    }
    return createStore(database, path, { writable: mode !== "read" });
  });
}

function prepare(database: Database, path: string, mode: "read" | "write" | "create"): void {
  const migrations = readMigrations();
  checkIdentity(database, path, migrations.length);
  if (versionOf(database) === 0 && mode !== "create") {
    throw new UserError(`${path} is empty: it holds no recordings`, {
      exitCode: exitCodes.damagedInput,
      hint: "maptrail record COMMAND makes one.",
    });
  }
  // Chunks of some 60 KiB are written and read a tenth faster in pages of this size.
  if (versionOf(database) === 0) database.pragma("page_size = 16384");
  if (versionOf(database) < migrations.length) {
    if (database.readonly) {
      throw new UserError(
        `${path} was written by an older maptrail and cannot be brought up to date`,
        {
          hint: "Make the file writable, or copy it to where it is.",
        },
      );
    }
    migrate(database, migrations);
  }
  // A commit survives the death of this process in any mode. NORMAL also keeps the file consistent
  // through a power failure, though the last commits may be lost.
  if (mode === "read") database.pragma("query_only = ON");
  else database.pragma("synchronous = NORMAL");
}

function checkFile(path: string, mode: "read" | "write" | "create"): void {
  if (mode === "create") createPrivately(path);
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) {
    throw new UserError(`there is no database at ${path}`, {
      hint: "maptrail record COMMAND makes one; --db FILE names another.",
    });
  }
  if (!stat.isFile()) {
    throw new UserError(`${path} is not a file`, { hint: "Name a file: --db FILE." });
  }
  if (!isAllowed(path, constants.R_OK)) {
    throw new UserError(`${path} cannot be read`, {
      hint: "Its owner made it for themselves alone; ask them, or run this as that user.",
    });
  }
}

/** Makes an empty file with mode 0600; SQLite gives its -wal and -shm the same mode. */
function createPrivately(path: string): void {
  try {
    closeSync(openSync(path, "wx", 0o600));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "EEXIST") return;
    throw new UserError(`${path} cannot be made: ${code ?? String(error)}`, {
      hint: "Name a file in a folder that exists and that you may write to: -o FILE.",
      cause: error,
    });
  }
}

function isWritable(path: string): boolean {
  return isAllowed(path, constants.W_OK);
}

function isAllowed(path: string, access: number): boolean {
  try {
    accessSync(path, access);
    return true;
  } catch {
    return false;
  }
}
