/** `maptrail sql`: one reading statement, its rows as a table, JSON or CSV. */

import { accessSync, constants } from "node:fs";
import { exitCodes, UserError } from "../base/errors.ts";
import { csvText, jsonRows, rowTable } from "../reports/rows.ts";
import { openStore } from "../store/open.ts";
import type { Io } from "./io/io.ts";
import { jsonArray } from "./io/json-array.ts";
import { progressLine } from "./io/progress.ts";
import { type DatabaseChoice, databasePath } from "./open/database.ts";

export interface SqlOptions extends DatabaseChoice {
  readonly statement: string;
  readonly json?: boolean | undefined;
  readonly csv?: boolean | undefined;
}

export async function runSql(options: SqlOptions, io: Io): Promise<number> {
  if (options.statement.trim() === "") {
    throw new UserError("there is no SQL statement to run", {
      hint: 'For example: maptrail sql "SELECT call, count(*) FROM event GROUP BY call"',
    });
  }
  const path = databasePath(options, io);
  await projectMissing(path, io);
  const store = openStore(path);
  try {
    const { columns, rows } = store.query(options.statement);
    if (options.json === true) await io.out.write(jsonArray(jsonRows(columns, rows)));
    else if (options.csv === true) await io.out.write(csvText(columns, rows));
    else if (rows.length > 0) await io.out.write(`${rowTable(columns, rows, io.out.style)}\n`);
    return exitCodes.ok;
  } finally {
    store.close();
  }
}

/** A long recording's SQL tables are made at their first use. */
async function projectMissing(path: string, io: Io): Promise<void> {
  const store = openStore(path);
  let missing: number[];
  try {
    missing = store
      .recordings()
      .filter(({ status, projected }) => status !== "recording" && !projected)
      .map(({ id }) => id);
  } finally {
    store.close();
  }
  if (missing.length === 0) return;
  if (!isWritable(path)) {
    const which = missing.join(", ");
    await io.err.write(
      `maptrail: the tables do not hold recording ${which}, and the database cannot be written\n`,
    );
    return;
  }
  const writing = openStore(path, { mode: "write" });
  const progress = progressLine(io.err, "making the SQL tables, once");
  try {
    writing.projectMissing(progress.update);
  } finally {
    progress.end();
    writing.close();
  }
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
