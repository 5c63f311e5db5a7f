import { describe, expect, it } from "vitest";
import { batchOf } from "./batches.ts";
import { appendEnd, appendStart, meta, mmaps, open, scratch, startOf, summary } from "./helpers.ts";

describe("a range of events", () => {
  const cases: readonly (readonly [
    range: { fromSeq?: number; toSeq?: number },
    batches: readonly (readonly [firstSeq: number, count: number])[],
  ])[] = [
    [
      {},
      [
        [1, 4096],
        [4097, 4096],
        [8193, 1808],
      ],
    ],
    [
      { fromSeq: 4097 },
      [
        [4097, 4096],
        [8193, 1808],
      ],
    ],
    [
      { fromSeq: 4096, toSeq: 4098 },
      [
        [4096, 1],
        [4097, 2],
      ],
    ],
    [{ fromSeq: 5000, toSeq: 5000 }, [[5000, 1]]],
    [{ toSeq: 1 }, [[1, 1]]],
    [{ fromSeq: 10_000 }, [[10_000, 1]]],
    [{ fromSeq: 10_001 }, []],
    [{ fromSeq: 9, toSeq: 8 }, []],
  ];
  it.each(cases)("%o", (range, batches) => {
    const store = open(`${scratch()}/a.db`);
    const writer = store.writer(store.createRecording(meta));
    writer.append(batchOf(mmaps(10_000)));
    writer.flush("{}");
    const seen: [number, number][] = [];
    for (const batch of store.reader(1).chunks(range)) {
      seen.push([batch.firstSeq, batch.length]);
      // Event n of these is the n-th mmap, at slot n - 1.
      expect(batch.slot[0]).toBe(batch.firstSeq - 1);
      expect(batch.at[batch.length - 1]).toBe((batch.firstSeq + batch.length - 2) * 1000);
    }
    expect(seen).toEqual(batches);
  });

  it("keeps the exact registers with their rows", () => {
    const store = open(`${scratch()}/a.db`);
    const writer = store.writer(store.createRecording(meta));
    const wide = [1n, 2n, 3n, 4n, 5n, 6n, -(2n ** 62n) - 1n];
    const rows = mmaps(5).map((row, i) => (i === 3 ? { ...row, flags: 4, wide } : row));
    writer.append(batchOf(rows));
    writer.flush("{}");
    for (const batch of store.reader(1).chunks({ fromSeq: 3, toSeq: 4 })) {
      expect([...batch.wide]).toEqual([[1, wide]]);
    }
  });

  it("skips chunks that a process is not in", () => {
    const store = open(`${scratch()}/a.db`);
    const writer = store.writer(store.createRecording(meta));
    const rows = mmaps(12_288).map((row, i) => ({ ...row, process: i === 5000 ? 2 : 1 }));
    writer.append(batchOf(rows));
    writer.flush("{}");
    const reader = store.reader(1);
    expect(reader.chunkIndex().map((entry) => entry.processes)).toEqual([[1], [1, 2], [1]]);
    const seen: number[] = [];
    for (const batch of reader.chunks({ process: 2 })) seen.push(batch.firstSeq);
    expect(seen).toEqual([4097]);
  });
});

describe("the chunk index", () => {
  it("tells the smallest and the largest begin time, in whatever order they come", () => {
    const store = open(`${scratch()}/a.db`);
    const writer = store.writer(store.createRecording(meta));
    writer.append(batchOf([50, 7, 99, 20].map((at) => ({ kind: 1, at }))));
    writer.flush("{}");
    const entry = { chunk: 1, firstSeq: 1, count: 4, firstAt: 7, lastAt: 99 };
    expect(store.reader(1).chunkIndex()).toEqual([{ ...entry, observations: 0, processes: [1] }]);
    writer.finish(summary);
    expect(store.reader(1).chunkIndex()).toEqual([{ ...entry, observations: 0, processes: [1] }]);
  });
});

describe("processes", () => {
  it("are folded from the log, finished or not", () => {
    const store = open(`${scratch()}/a.db`);
    const id = store.createRecording(meta);
    const writer = store.writer(id);
    const first = startOf(1);
    const second = startOf(2, { how: "fork", parent: 1, pid: 4130, ppid: 4121, atNanos: 900 });
    const end = { process: 1, how: "exit", status: 3, atNanos: 5_000_000 } as const;
    appendStart(writer, first);
    writer.append(batchOf(mmaps(9000)));
    appendStart(writer, second);
    writer.flush("{}");
    expect(store.reader(id).processes()).toEqual([
      { ...first, end: undefined },
      { ...second, end: undefined },
    ]);
    appendEnd(writer, end);
    writer.finish(summary);
    expect(store.reader(id).processes()).toEqual([
      { ...first, end },
      { ...second, end: undefined },
    ]);
  });
});

describe("files and texts", () => {
  it("are kept once each", () => {
    const store = open(`${scratch()}/a.db`);
    const id = store.createRecording(meta);
    const writer = store.writer(id);
    const file = { dev: 8, inode: 12n, path: "/a" };
    const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
    expect([writer.file(file), writer.file({ ...file, inode: "12" })]).toEqual([1, 1]);
    expect([writer.file({ ...file, path: "/b" }), writer.file({ ...file, dev: 9 })]).toEqual([
      2, 3,
    ]);
    const long = "7f1200000000-7f1200001000 r-xp\n".repeat(500);
    const ids = ["", "short", long, "short"].map((text) => writer.blob(bytes(text)));
    expect(ids).toEqual([1, 2, 3, 2]);
    writer.finish(summary);
    const reader = store.reader(id);
    expect([1, 2, 3].map((blob) => reader.blobText(blob))).toEqual(["", "short", long]);
    expect(store.query("SELECT encoding FROM blob ORDER BY id").rows).toEqual([
      ["plain"],
      ["plain"],
      ["deflate"],
    ]);
    expect([reader.file(0), reader.file(4)]).toEqual([undefined, undefined]);
  });

  it("do not change with the caller's memory", () => {
    const store = open(`${scratch()}/a.db`);
    const writer = store.writer(store.createRecording(meta));
    const bytes = new Uint8Array([1, 2, 3]);
    writer.blob(bytes);
    bytes.fill(9);
    writer.flush("{}");
    expect([...store.reader(1).blob(1)]).toEqual([1, 2, 3]);
  });
});

describe("recordings", () => {
  it("are told apart and found", () => {
    const path = `${scratch()}/a.db`;
    const store = open(path);
    expect(() => store.recording()).toThrow(`${path} holds no recordings`);
    store.createRecording(meta);
    store.createRecording({ ...meta, source: "strace", startedAtUnixNanos: "12" });
    expect(store.recordings().map((row) => row.source)).toEqual(["native", "strace"]);
    expect(store.recording()).toMatchObject({
      id: 2,
      startedAtUnixNanos: 12n,
      status: "recording",
    });
    expect(store.recording(1).source).toBe("native");
    expect(() => store.reader(3)).toThrow(`${path} has no recording 3`);
  });
});
