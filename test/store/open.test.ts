import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import Sqlite from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { UserError } from "../../src/base/errors.ts";
import { openStore } from "../../src/store/open.ts";
import { batchOf } from "./batches.ts";
import { meta, mmaps, open, scratch, summary } from "./helpers.ts";

function refusal(work: () => unknown): { message: string; exitCode: number; hint: unknown } {
  try {
    work();
  } catch (error) {
    if (error instanceof UserError) {
      return { message: error.message, exitCode: error.exitCode, hint: error.hint };
    }
    throw error;
  }
  throw new Error("nothing was thrown");
}

const modes = ["read", "write", "create"] as const;

describe("a file that is not ours is refused", () => {
  it.each(["read", "write"] as const)("missing, to %s", (mode) => {
    const path = `${scratch()}/none.db`;
    expect(refusal(() => openStore(path, { mode }))).toEqual({
      message: `there is no database at ${path}`,
      exitCode: 2,
      hint: "maptrail record COMMAND makes one; --db FILE names another.",
    });
    expect(existsSync(path)).toBe(false);
  });

  it.each(modes)("a folder, to %s", (mode) => {
    const path = scratch();
    expect(refusal(() => openStore(path, { mode })).message).toBe(`${path} is not a file`);
  });

  it.each(modes)("a text, to %s", (mode) => {
    const path = `${scratch()}/a.txt`;
    writeFileSync(path, "the quick brown fox\n".repeat(100));
    const { message, exitCode } = refusal(() => openStore(path, { mode }));
    expect([message, exitCode]).toEqual([`${path} is not a database`, 3]);
  });

  it.each(modes)("another program's database, to %s", (mode) => {
    const path = `${scratch()}/other.db`;
    new Sqlite(path).exec("CREATE TABLE recording (id INTEGER)").close();
    const { message, exitCode } = refusal(() => openStore(path, { mode }));
    expect([message, exitCode]).toEqual([`${path} is a database of another program`, 3]);
  });

  it.each(modes)("a newer version's database, to %s", (mode) => {
    const path = `${scratch()}/newer.db`;
    open(path).close();
    const database = new Sqlite(path);
    database.pragma("user_version = 99");
    database.close();
    const { message, exitCode } = refusal(() => openStore(path, { mode }));
    expect(message).toMatch(/was written by a newer maptrail: its format is 99, this one knows up/);
    expect(exitCode).toBe(3);
  });

  it.each(["read", "write"] as const)("an empty file, to %s", (mode) => {
    const path = `${scratch()}/empty.db`;
    writeFileSync(path, "");
    const { message, exitCode } = refusal(() => openStore(path, { mode }));
    expect([message, exitCode]).toEqual([`${path} is empty: it holds no recordings`, 3]);
  });

  it("a place where nothing can be made", () => {
    const path = `${scratch()}/no/such/a.db`;
    expect(refusal(() => openStore(path, { mode: "create" })).message).toBe(
      `${path} cannot be made: ENOENT`,
    );
  });

  it("cut at any page, without a crash", () => {
    const path = `${scratch()}/cut.db`;
    const store = open(path);
    const writer = store.writer(store.createRecording(meta));
    writer.append(batchOf(mmaps(20_000)));
    writer.finish(summary);
    store.close();
    const size = statSync(path).size;
    for (let length = size - 4096; length > 0; length -= Math.ceil(size / 40)) {
      truncateSync(path, length);
      expect(refusalOrFindings(path)).not.toEqual([]);
    }
  });
});

function refusalOrFindings(path: string): string[] {
  try {
    const store = openStore(path);
    try {
      return store.integrity();
    } finally {
      store.close();
    }
  } catch (error) {
    if (error instanceof UserError) return [error.message];
    throw error;
  }
}

describe("files", () => {
  it("are made for their owner alone, with what lies beside them", () => {
    const folder = scratch();
    const store = open(`${folder}/a.db`);
    const writer = store.writer(store.createRecording(meta));
    writer.append(batchOf(mmaps(1)));
    writer.flush("{}");
    const modesOf = (): Record<string, string> =>
      Object.fromEntries(
        readdirSync(folder).map((name) => [
          name,
          (statSync(`${folder}/${name}`).mode & 0o777).toString(8),
        ]),
      );
    expect(modesOf()).toEqual({ "a.db": "600", "a.db-shm": "600", "a.db-wal": "600" });
    writer.finish(summary);
    expect(modesOf()).toEqual({ "a.db": "600" });
  });

  it("keep the mode that they have", () => {
    const path = `${scratch()}/a.db`;
    writeFileSync(path, "", { mode: 0o640 });
    chmodSync(path, 0o640);
    open(path);
    expect(statSync(path).mode & 0o777).toBe(0o640);
  });

  it("are one when a reader comes after a recorder that died", () => {
    const folder = scratch();
    const path = `${folder}/a.db`;
    const store = open(path);
    const id = store.createRecording(meta);
    store.writer(id).flush("{}");
    const copy = `${folder}/copy`;
    mkdirSync(copy);
    for (const name of ["a.db", "a.db-wal"]) execFileSync("cp", [`${folder}/${name}`, copy]);
    const reader = open(`${copy}/a.db`, "read");
    expect(reader.recordings().map((row) => row.status)).toEqual(["recording"]);
    reader.close();
    expect(readdirSync(copy)).toEqual(["a.db"]);
  });

  it("that were left beside a database that is gone are no part of a new one", () => {
    const folder = scratch();
    const store = open(`${folder}/a.db`);
    store.createRecording(meta);
    mkdirSync(`${folder}/new`);
    execFileSync("cp", [`${folder}/a.db-wal`, `${folder}/new`]);
    const fresh = open(`${folder}/new/a.db`);
    expect(fresh.recordings()).toEqual([]);
    expect(fresh.integrity()).toEqual([]);
  });
});

describe("two at a time", () => {
  it("a reader sees the recording grow under a writer", () => {
    const path = `${scratch()}/a.db`;
    const store = open(path);
    const id = store.createRecording(meta);
    const writer = store.writer(id);
    const reading = open(path, "read");
    writer.append(batchOf(mmaps(5)));
    writer.flush("{}");
    const early = reading.reader(id);
    writer.append(batchOf(mmaps(5000, 5)));
    writer.flush("{}");
    expect([early.eventCount, reading.reader(id).eventCount]).toEqual([5, 5005]);
    const counted = [...early.chunks()].reduce((sum, batch) => sum + batch.length, 0);
    expect(counted).toBe(5);
  });

  it("two recordings grow in one database, and the first to finish harms nothing", () => {
    const path = `${scratch()}/a.db`;
    const one = open(path);
    const two = open(path);
    const first = one.writer(one.createRecording(meta));
    const second = two.writer(two.createRecording(meta));
    first.append(batchOf(mmaps(10)));
    second.append(batchOf(mmaps(20)));
    first.flush("{}");
    second.flush("{}");
    first.finish(summary);
    second.append(batchOf(mmaps(20, 20)));
    second.finish(summary);
    expect(one.recordings().map((row) => row.eventCount)).toEqual([10, 40]);
    expect(one.integrity()).toEqual([]);
  });

  it("a reader cannot write", () => {
    const path = `${scratch()}/a.db`;
    open(path);
    const reader = open(path, "read");
    expect(refusal(() => reader.createRecording(meta)).message).toContain("for reading alone");
  });
});
