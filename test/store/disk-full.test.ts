import Sqlite from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { UserError } from "../../src/base/errors.ts";
import { migrate, readMigrations } from "../../src/store/migrate.ts";
import { explainSqliteError } from "../../src/store/sqlite-errors.ts";
import { createStore } from "../../src/store/store.ts";
import { batchOf } from "./batches.ts";
import { meta, mmaps, open, scratch, summary } from "./helpers.ts";

describe("a full disk", () => {
  it("fails a flush with a hint; what was flushed is kept and what was not can be flushed later", () => {
    const path = `${scratch()}/a.db`;
    const database = new Sqlite(path);
    migrate(database, readMigrations());
    const store = createStore(database, path, { writable: true });
    const id = store.createRecording(meta);
    const writer = store.writer(id);
    writer.append(batchOf(mmaps(5000)));
    writer.flush("one");
    const pages = Number(database.pragma("page_count", { simple: true }));
    database.pragma(`max_page_count = ${pages}`);

    writer.file({ dev: 1, inode: 2n, path: "/a" });
    writer.append(batchOf(mmaps(50_000, 5000)));
    let failure: unknown;
    try {
      writer.flush("two");
    } catch (error) {
      failure = error;
    }
    expect(failure).toBeInstanceOf(UserError);
    expect(failure).toMatchObject({
      message: `${path} cannot grow: the disk or a limit on file sizes is reached`,
      hint: expect.stringContaining("What was written before is kept."),
    });
    expect(store.reader(id).eventCount).toBe(5000);
    expect(store.recording(id).status).toBe("recording");
    expect(() => writer.finish(summary)).toThrow("cannot grow");
    expect(store.recording(id).status).toBe("recording");
    expect(writer.drainState()).toBe("one");

    database.pragma("max_page_count = 1000000");
    writer.append(batchOf(mmaps(100, 55_000)));
    writer.finish(summary);
    expect(store.recording(id)).toMatchObject({ status: "complete", eventCount: 55_100 });
    const slots = new Set<number>();
    for (const batch of store.reader(id).chunks()) {
      for (let row = 0; row < batch.length; row++) slots.add(batch.slot[row]!);
    }
    expect(slots.size).toBe(55_100);
    expect(store.reader(id).file(1)?.path).toBe("/a");
    expect(store.integrity()).toEqual([]);
    store.close();
  });
});

describe("an error of SQLite", () => {
  it.each([
    ["SQLITE_FULL", "/a.db cannot grow: the disk or a limit on file sizes is reached", 2],
    ["SQLITE_IOERR_WRITE", "/a.db cannot grow: the disk or a limit on file sizes is reached", 2],
    ["SQLITE_READONLY", "/a.db cannot be written", 2],
    ["SQLITE_READONLY_DBMOVED", "/a.db cannot be written", 2],
    ["SQLITE_BUSY", "/a.db is locked by another program", 2],
    ["SQLITE_CANTOPEN", "/a.db cannot be opened", 2],
    ["SQLITE_NOTADB", "/a.db is not a database", 3],
    ["SQLITE_CORRUPT_VTAB", "/a.db is damaged: what SQLite said", 3],
  ])("%s is explained", (code, message, exitCode) => {
    const error = new Sqlite.SqliteError("what SQLite said", code);
    const explained = explainSqliteError(error, "/a.db");
    expect(explained).toMatchObject({ message, exitCode, cause: error, name: "UserError" });
    expect((explained as UserError).hint).toMatch(/\.$/);
  });

  it("that only a fault of ours can cause stays what it is", () => {
    const error = new Sqlite.SqliteError("what SQLite said", "SQLITE_CONSTRAINT");
    expect(explainSqliteError(error, "/a.db")).toBe(error);
    const other = new Error("ENOENT");
    expect(explainSqliteError(other, "/a.db")).toBe(other);
  });
});

describe("a file that may only be read", () => {
  it("can be read, and says so when it is to be written", () => {
    const path = `${scratch()}/a.db`;
    open(path).createRecording(meta);
    const database = new Sqlite(path, { readonly: true });
    const store = createStore(database, path, { writable: true });
    expect(store.recordings()).toHaveLength(1);
    expect(() => store.createRecording(meta)).toThrow(`${path} cannot be written`);
    store.close();
  });
});
