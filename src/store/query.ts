/** A user's SQL statement, run so that it can only read. */
import { UserError } from "../base/errors.ts";
import { connect } from "./connection.ts";
import { explainSqliteError, sqliteCode } from "./sqlite-errors.ts";

export interface QueryResult {
  readonly columns: string[];
  /** Integers are numbers where a double holds them exactly and bigints where not. */
  readonly rows: unknown[][];
}

/**
 * Runs one statement that gives rows, on a connection of its own that cannot write. Throws a
 * UserError for a statement that would write or that SQLite rejects.
 */
export function runQuery(path: string, sql: string): QueryResult {
  const database = connect(path, true);
  try {
    const statement = database.prepare(sql);
    if (!statement.reader || !statement.readonly) {
      throw new UserError(`this statement does not read: ${quote(sql)}`, {
        hint: "Only one SELECT, WITH or EXPLAIN is run; the recording is never changed by sql.",
      });
    }
    const columns = statement.columns().map((column) => column.name);
    const rows = statement.raw().safeIntegers().all() as unknown[][];
    return { columns, rows: rows.map((row) => row.map(plain)) };
  } catch (error) {
    throw explainQueryError(error, path, sql);
  } finally {
    database.close();
  }
}

function explainQueryError(error: unknown, path: string, sql: string): unknown {
  if (error instanceof UserError) return error;
  const isOurs = sqliteCode(error) === undefined && !(error instanceof RangeError);
  if (isOurs || !(error instanceof Error)) return error;
  // better-sqlite3 throws a RangeError for a second statement, or for none.
  if (sqliteCode(error) === "SQLITE_ERROR" || error instanceof RangeError) {
    return new UserError(`SQLite does not take ${quote(sql)}: ${error.message}`, {
      hint: "The tables are recording, process, event, file and chunk; event_text shows addresses as text.",
      cause: error,
    });
  }
  return explainSqliteError(error, path);
}

function plain(value: unknown): unknown {
  if (typeof value !== "bigint") return value ?? undefined;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function quote(sql: string): string {
  const line = sql.trim().replace(/\s+/g, " ");
  return `"${line.length > 80 ? `${line.slice(0, 77)}...` : line}"`;
}
