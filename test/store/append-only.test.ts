import Sqlite from "better-sqlite3";
import { beforeEach, describe, expect, it } from "vitest";
import { batchOf } from "./batches.ts";
import { meta, mmaps, open, scratch, summary } from "./helpers.ts";

let database: Sqlite.Database;

beforeEach(() => {
  const path = `${scratch()}/a.db`;
  const store = open(path);
  const id = store.createRecording(meta);
  const writer = store.writer(id);
  writer.file({ dev: 1, inode: 2n, path: "/a" });
  writer.blob(new Uint8Array(10));
  writer.stack([{ module: writer.module("/a", ""), offset: 16 }], "start");
  writer.append(batchOf(mmaps(5000)));
  writer.finish(summary);
  store.close();
  database = new Sqlite(path);
  return () => database.close();
});

describe("the log refuses", () => {
  const refused: readonly (readonly [statement: string, message: string | RegExp])[] = [
    ["UPDATE chunk SET bytes = x'00'", "a chunk cannot be changed"],
    ["UPDATE chunk SET first_seq = 7", "a chunk cannot be changed"],
    ["DELETE FROM chunk", "a chunk cannot be deleted"],
    ["DELETE FROM chunk WHERE chunk = 1", "a chunk cannot be deleted"],
    ["UPDATE blob SET bytes = x'00'", "a blob cannot be changed"],
    ["DELETE FROM blob", "a blob cannot be deleted"],
    ["UPDATE file SET path = '/b'", "a file cannot be changed"],
    ["DELETE FROM file", "a file cannot be deleted"],
    ["UPDATE stack SET frames = '[]'", "a stack cannot be changed"],
    ["DELETE FROM stack", "a stack cannot be deleted"],
    ["REPLACE INTO stack SELECT * FROM stack", "a stack cannot be replaced"],
    ["UPDATE stack_module SET path = '/b'", "a module of stacks cannot be changed"],
    ["DELETE FROM stack_module", "a module of stacks cannot be deleted"],
    ["REPLACE INTO stack_module SELECT * FROM stack_module", "cannot be replaced"],
    ["DELETE FROM recording", "a recording cannot be deleted"],
    ["UPDATE recording SET command = '[]'", "a recording keeps its origin"],
    ["UPDATE recording SET status = 'recording'", "it cannot be opened again"],
    ["UPDATE recording SET status = 'perfect'", "CHECK constraint failed"],
    [
      "INSERT INTO chunk SELECT recording, 9, first_seq, event_count, 0, 0, 0, '[]', bytes FROM chunk",
      /the recording is finished|a chunk must follow/,
    ],
    ["REPLACE INTO blob SELECT * FROM blob", "a blob cannot be replaced"],
    [
      "REPLACE INTO blob SELECT recording, id + 1, sha256, 0, 'plain', x'' FROM blob",
      "a blob cannot be replaced",
    ],
    ["REPLACE INTO file SELECT * FROM file", "a file cannot be replaced"],
    ["REPLACE INTO recording SELECT * FROM recording", "a recording cannot be replaced"],
    [
      "REPLACE INTO chunk SELECT * FROM chunk WHERE chunk = 1",
      /the recording is finished|a chunk must follow/,
    ],
  ];
  it.each(refused)("%s", (statement, message) => {
    expect(() => database.exec(statement)).toThrow(message);
  });
});

describe("a recording that is still being made", () => {
  const insert = (chunk: number, firstSeq: number): string =>
    `INTO chunk VALUES (9, ${chunk}, ${firstSeq}, 10, 0, 0, 0, '[1]', x'00')`;

  beforeEach(() => {
    database.exec(`INSERT INTO recording
      (id, status, command, cwd, started_at_unix_nanos, source, tool_version, host)
      VALUES (9, 'recording', '[]', '/', 0, 'native', '0', '{}')`);
    database.exec(`INSERT ${insert(1, 1)}`);
  });

  it("takes the chunk that follows", () => {
    database.exec(`INSERT ${insert(2, 11)}`);
    expect(database.prepare("SELECT count(*) FROM chunk WHERE recording = 9").pluck().get()).toBe(
      2,
    );
  });

  it.each([
    ["REPLACE", 1, 1],
    ["REPLACE", 1, 11],
    ["INSERT", 3, 11],
    ["INSERT", 2, 12],
    ["INSERT", 2, 1],
  ])("refuses to %s chunk %i that starts at event %i", (verb, chunk, firstSeq) => {
    expect(() => database.exec(`${verb} ${insert(chunk, firstSeq)}`)).toThrow(
      "a chunk must follow the last one",
    );
  });
});
