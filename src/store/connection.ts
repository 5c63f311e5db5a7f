/** Connections to SQLite: the only place that makes them, and the interface through which the others use them. */
import Sqlite from "better-sqlite3";

/**
 * One prepared statement. These interfaces are ours, although better-sqlite3 is behind them: types of
 * the library end up in its users' programs, which should not need another package's for them.
 */
export interface Statement<Bound extends unknown[] = unknown[], Result = unknown> {
  /** It returns rows. */
  readonly reader: boolean;
  /** It changes nothing. */
  readonly readonly: boolean;
  run(...values: Bound): { readonly changes: number; readonly lastInsertRowid: number | bigint };
  get(...values: Bound): Result | undefined;
  all(...values: Bound): Result[];
  iterate(...values: Bound): IterableIterator<Result>;
  /** From here on a row is the value of its first column. */
  pluck(): this;
  /** From here on a row is an array. */
  raw(): this;
  /** From here on integers are bigints. */
  safeIntegers(): this;
  columns(): readonly { readonly name: string }[];
}

export interface Database {
  readonly readonly: boolean;
  readonly inTransaction: boolean;
  prepare<Bound extends unknown[] = unknown[], Result = unknown>(
    sql: string,
  ): Statement<Bound, Result>;
  exec(sql: string): unknown;
  /** Rows, or with `simple` the first value of the first row. */
  pragma(text: string, options?: { readonly simple?: boolean }): unknown;
  /** Wraps `work` in a transaction; `immediate` takes the lock for writing at once. */
  transaction<Result>(work: () => Result): { (): Result; immediate(): Result };
  close(): unknown;
}

/** How long to wait for another process that writes. */
export const busyTimeoutMillis = 10_000;

/** A connection to a database that exists. */
export function connect(path: string, readonly: boolean): Database {
  return new Sqlite(path, { readonly, fileMustExist: true, timeout: busyTimeoutMillis });
}
