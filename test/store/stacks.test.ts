import Sqlite from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { batchOf } from "./batches.ts";
import { meta, mmaps, open, scratch, summary } from "./helpers.ts";

const frames = [
  { module: 1, offset: 0x9_8f5a },
  { module: 2, offset: 0x1139 },
  { module: 0, offset: 0x7f12_3456_7000 },
];

function twoModules(writer: ReturnType<ReturnType<typeof open>["writer"]>): void {
  writer.module("/lib/libc.so.6", "58254ca9");
  writer.module("/usr/bin/sort", "");
}

describe("stacks", () => {
  it("come back as they were given, frames in their order", () => {
    const store = open(`${scratch()}/a.db`);
    const id = store.createRecording(meta);
    const writer = store.writer(id);
    twoModules(writer);
    expect(writer.stack(frames, "start")).toBe(1);
    expect(writer.stack(frames.slice(0, 1), "no-table")).toBe(2);
    writer.flush("{}");
    const reader = store.reader(id);
    expect(reader.stack(1)).toEqual({ id: 1, frames, end: "start" });
    expect(reader.stack(2)).toEqual({ id: 2, frames: [frames[0]], end: "no-table" });
    expect(reader.stack(3)).toBeUndefined();
    expect(reader.stack(0)).toBeUndefined();
    expect(reader.module(1)).toEqual({ id: 1, path: "/lib/libc.so.6", buildId: "58254ca9" });
    expect(reader.module(2)).toEqual({ id: 2, path: "/usr/bin/sort", buildId: "" });
    expect(reader.module(0)).toBeUndefined();
    expect(store.integrity()).toEqual([]);
  });

  it("are stored once, also by the writer that goes on after a kill", () => {
    const path = `${scratch()}/a.db`;
    const store = open(path);
    const id = store.createRecording(meta);
    const first = store.writer(id);
    twoModules(first);
    const one = first.stack(frames, "start");
    expect(first.stack([...frames], "start")).toBe(one);
    expect(first.stack(frames, "depth")).not.toBe(one);
    first.flush("{}");
    const second = store.writer(id);
    expect(second.module("/usr/bin/sort", "")).toBe(2);
    expect(second.module("/usr/bin/sort", "00")).toBe(3);
    expect(second.stack(frames, "start")).toBe(one);
    expect(second.stack([], "no-memory")).toBe(3);
    second.append(batchOf(mmaps(2)));
    second.finish(summary);
    expect(store.query("SELECT id, end FROM stack ORDER BY id").rows).toEqual([
      [1, "start"],
      [2, "depth"],
      [3, "no-memory"],
    ]);
    expect(store.query("SELECT id FROM stack_module").rows).toEqual([[1], [2], [3]]);
  });

  it("stay when the SQL tables are made again, and can be read as rows", () => {
    const store = open(`${scratch()}/a.db`);
    const id = store.createRecording(meta);
    const writer = store.writer(id);
    twoModules(writer);
    writer.stack(frames, "start");
    writer.finish(summary);
    store.rebuild(id);
    expect(
      store.query("SELECT depth, module, offset_hex, path FROM stack_frame ORDER BY depth").rows,
    ).toEqual([
      [0, 1, "0x98f5a", "/lib/libc.so.6"],
      [1, 2, "0x1139", "/usr/bin/sort"],
      [2, 0, "0x7f1234567000", undefined],
    ]);
  });

  it("that were damaged are said to be, by id", () => {
    const path = `${scratch()}/a.db`;
    const store = open(path);
    const id = store.createRecording(meta);
    const writer = store.writer(id);
    writer.finish(summary);
    const other = new Sqlite(path);
    other.exec(`INSERT INTO stack VALUES (${id}, 1, 'start', '[[1,2'), (${id}, 2, 'start', '[[1]]'),
      (${id}, 3, 'start', '[[7,4096]]')`);
    other.close();
    expect(() => store.reader(id).stack(1)).toThrow(`stack 1 of recording ${id} is damaged`);
    expect(() => store.reader(id).stack(2)).toThrow(`stack 2 of recording ${id} is damaged`);
    expect(store.integrity()).toEqual([
      `stack 1 of recording ${id} is damaged: its frames are not what was stored`,
      `stack 2 of recording ${id} is damaged: its frames are not what was stored`,
      `stack 3 of recording ${id} names a module that is missing`,
    ]);
  });

  it("refuse a frame in a module that was never named", () => {
    const store = open(`${scratch()}/a.db`);
    const writer = store.writer(store.createRecording(meta));
    expect(() => writer.stack([{ module: 1, offset: 16 }], "start")).toThrow("one of ours");
  });
});
