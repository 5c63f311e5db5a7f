/** Connections to SQLite: the only place that makes them. */
import Sqlite, { type Database } from "better-sqlite3";

/** How long to wait for another process that writes. */
export const busyTimeoutMillis = 10_000;

/** A connection to a database that exists. */
export function connect(path: string, readonly: boolean): Database {
  return new Sqlite(path, { readonly, fileMustExist: true, timeout: busyTimeoutMillis });
}
