import Sqlite from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { batchOf } from "./batches.ts";
import { appendStart, meta, mmaps, open, scratch, startOf, summary } from "./helpers.ts";

/** A finished recording of `count` events, changed behind the store's back by `sql`. */
function damaged(count: number, sql: string): string {
  const path = `${scratch()}/a.db`;
  const store = open(path);
  const writer = store.writer(store.createRecording(meta));
  appendStart(writer, startOf(1));
  writer.append(batchOf(mmaps(count - 1)));
  writer.finish(summary);
  store.close();
  change(path, sql);
  return path;
}

/** Runs `sql` with the guards of the log taken away, as a broken disk would. */
function change(path: string, sql: string): void {
  const database = new Sqlite(path);
  const triggers = database
    .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
    .pluck()
    .all();
  for (const name of triggers) database.exec(`DROP TRIGGER ${name}`);
  database.exec(sql);
  database.close();
}

const flip = "CAST(substr(bytes, 1, 1000) || x'00' || substr(bytes, 1002) AS BLOB)";

describe("a damaged chunk", () => {
  const cases: readonly (readonly [what: string, sql: string, reason: RegExp])[] = [
    ["flipped", `UPDATE chunk SET bytes = ${flip} WHERE chunk = 2`, /checksum does not match/],
    [
      "cut off",
      "UPDATE chunk SET bytes = substr(bytes, 1, 99) WHERE chunk = 2",
      /it has 99 bytes of \d+/,
    ],
    ["empty", "UPDATE chunk SET bytes = x'' WHERE chunk = 2", /cut off at 0 bytes/],
    [
      "another chunk's",
      "UPDATE chunk SET bytes = (SELECT bytes FROM chunk WHERE chunk = 1) WHERE chunk = 2",
      /not the one that belongs here/,
    ],
  ];

  it.each(cases)("%s: is reported with its place, and reading goes on", (_, sql, reason) => {
    const store = open(damaged(10_000, sql), "read");
    const reader = store.reader(1);
    const seen = [...reader.chunks()].map(() => 0).length;
    expect(seen).toBe(2);
    expect(reader.damage).toEqual([
      {
        recording: 1,
        chunk: 2,
        firstSeq: 4097,
        count: 4096,
        reason: expect.stringMatching(reason),
      },
    ]);
    expect(store.integrity()).toEqual([
      expect.stringMatching(/^recording 1: chunk 2 \(events 4097 to 8192\) is damaged: /),
    ]);
  });

  it("that is gone shows as a gap", () => {
    const store = open(damaged(10_000, "DELETE FROM chunk WHERE chunk = 2"), "read");
    expect(store.integrity()).toEqual(["recording 1: chunk 3 starts at event 8193, not 4097"]);
  });

  it("at the end shows as missing events", () => {
    const store = open(damaged(10_000, "DELETE FROM chunk WHERE chunk = 3"), "read");
    expect(store.integrity()).toEqual(["recording 1: it has 8192 events of 10000"]);
  });

  it("is left out of the tables that rebuild makes, and named", () => {
    const sql = `UPDATE chunk SET bytes = ${flip} WHERE chunk = 2`;
    const store = open(damaged(10_000, sql), "write");
    expect(store.rebuild(1).map((damage) => damage.chunk)).toEqual([2]);
    expect(store.query("SELECT count(*), max(seq) FROM event").rows).toEqual([[5904, 10_000]]);
  });
});

describe("a damaged tail of an unfinished recording", () => {
  function withBrokenTail(): string {
    const path = `${scratch()}/a.db`;
    const store = open(path);
    const writer = store.writer(store.createRecording(meta));
    appendStart(writer, startOf(1));
    writer.append(batchOf(mmaps(4999)));
    writer.flush("{}");
    store.close();
    change(path, "UPDATE tail SET bytes = substr(bytes, 1, 50)");
    return path;
  }

  it("is reported, and what lies before it is read", () => {
    const store = open(withBrokenTail(), "read");
    const reader = store.reader(1);
    expect(reader.eventCount).toBe(5000);
    expect([...reader.chunks()].length).toBe(1);
    expect(reader.damage.map(({ firstSeq, count }) => [firstSeq, count])).toEqual([[4097, 904]]);
    expect(reader.processes()).toHaveLength(1);
  });

  it("is not written over", () => {
    expect(() => open(withBrokenTail(), "write").writer(1)).toThrow(
      /^the last 904 events of recording 1 are damaged: it has 50 bytes of/,
    );
  });
});

describe("a damaged text", () => {
  const path = (): string =>
    damaged(10, "UPDATE blob SET bytes = CAST(x'0102' || substr(bytes, 3) AS BLOB)");

  it("is an error that names it", () => {
    const reader = open(path(), "read").reader(1);
    expect(() => reader.blob(1)).toThrow(
      "text 1 of recording 1 is damaged: its bytes are not what was stored",
    );
    expect(() => reader.blob(77)).toThrow("text 77 of recording 1 is damaged: it is missing");
  });

  it("is found by the integrity check and costs only what it tells", () => {
    const store = open(path(), "read");
    expect(store.integrity()).toEqual([
      "text 1 of recording 1 is damaged: its bytes are not what was stored",
    ]);
    expect(store.reader(1).processes()).toEqual([]);
  });
});

describe("a recording row that was changed", () => {
  it("is named as damaged when its command is not JSON", () => {
    const path = damaged(5, "UPDATE recording SET command = '['");
    expect(() => open(path, "read").recordings()).toThrow(
      "recording 1 is damaged: its command is not JSON",
    );
  });
});
