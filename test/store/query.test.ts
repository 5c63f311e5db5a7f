import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { UserError } from "../../src/base/errors.ts";
import { readMigrations } from "../../src/store/migrate.ts";
import { batchOf } from "./batches.ts";
import { meta, mmaps, open, scratch, summary } from "./helpers.ts";

function sample(): { folder: string; query: (sql: string) => unknown[][] } {
  const folder = scratch();
  const store = open(`${folder}/a.db`);
  const writer = store.writer(store.createRecording(meta));
  writer.append(batchOf(mmaps(3)));
  writer.finish(summary);
  return { folder, query: (sql) => store.query(sql).rows };
}

describe("a query", () => {
  it("gives columns and rows", () => {
    const { query } = sample();
    expect(query("SELECT seq, call FROM event WHERE seq > 1")).toEqual([
      [2, "mmap"],
      [3, "mmap"],
    ]);
    expect(query("WITH a AS (SELECT 1) SELECT * FROM a;")).toEqual([[1]]);
    expect(query("SELECT 9007199254740993, 1.5, NULL, 'a'")).toEqual([
      [9007199254740993n, 1.5, undefined, "a"],
    ]);
  });

  it("sees a recording that is still being made", () => {
    const store = open(`${scratch()}/a.db`);
    store.createRecording(meta);
    expect(store.query("SELECT status FROM recording").rows).toEqual([["recording"]]);
  });

  it.each([
    "DELETE FROM event",
    "DROP TABLE event",
    "INSERT INTO event SELECT * FROM event",
    "UPDATE event SET call = 'x' RETURNING seq",
    "DELETE FROM event RETURNING seq",
    "WITH a AS (SELECT 1) DELETE FROM event",
    "PRAGMA user_version = 7",
    "PRAGMA journal_mode = WAL",
    "PRAGMA writable_schema = ON",
    "ATTACH 'other.db' AS other",
    "VACUUM",
    "VACUUM INTO 'copy.db'",
    "BEGIN",
    "CREATE TEMP TABLE t (a)",
  ])("is refused when it is %s", (sql) => {
    const { folder, query } = sample();
    const before = query("SELECT * FROM event");
    expect(() => query(sql)).toThrow(UserError);
    expect(query("SELECT * FROM event")).toEqual(before);
    expect(
      query("SELECT user_version, journal_mode FROM pragma_user_version, pragma_journal_mode"),
    ).toEqual([[readMigrations().length, "delete"]]);
    expect(readdirSync(folder)).toEqual(["a.db"]);
  });

  it.each([
    ["SELEKT 1", 'SQLite does not take "SELEKT 1": near "SELEKT": syntax error'],
    ["SELECT * FROM evnt", 'SQLite does not take "SELECT * FROM evnt": no such table: evnt'],
    ["SELECT 1; SELECT 2", /more than one statement/],
    ["", /contains no statements/],
    ["SELECT ?", /SQLite does not take "SELECT \?"|[Tt]oo few parameter/],
  ])("that is wrong is quoted: %s", (sql, message) => {
    const { query } = sample();
    expect(() => query(sql)).toThrow(UserError);
    expect(() => query(sql)).toThrow(message);
  });
});
