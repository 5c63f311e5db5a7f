import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RecordingReader } from "../../src/store/reader.ts";
import { anyRows, batchOf, type EventRow, rowsOf, withoutNoise } from "./batches.ts";
import { meta, mmaps, open, scratch, summary } from "./helpers.ts";

function allRows(reader: RecordingReader): EventRow[] {
  const rows: EventRow[] = [];
  for (const batch of reader.chunks()) rows.push(...rowsOf(batch));
  return rows;
}

describe("appending", () => {
  it("numbers events from 1 and tells each batch where it begins", () => {
    const store = open(`${scratch()}/a.db`);
    const writer = store.writer(store.createRecording(meta));
    const first = batchOf(mmaps(3));
    const second = batchOf(mmaps(2, 3));
    writer.append(first);
    writer.append(second);
    expect([first.firstSeq, second.firstSeq, writer.eventCount]).toEqual([1, 4, 5]);
  });

  it("shows nothing to a reader before a flush and everything after it", () => {
    const store = open(`${scratch()}/a.db`);
    const id = store.createRecording(meta);
    const writer = store.writer(id);
    writer.append(batchOf(mmaps(10)));
    expect(store.reader(id).eventCount).toBe(0);
    writer.flush("{}");
    expect(store.reader(id).eventCount).toBe(10);
    expect(store.recording(id).eventCount).toBe(10);
  });

  it("cuts chunks of 4096 whatever the sizes of the batches", () => {
    const store = open(`${scratch()}/a.db`);
    const id = store.createRecording(meta);
    const writer = store.writer(id);
    const rows = mmaps(9000);
    for (const [from, to] of [
      [0, 1],
      [1, 5000],
      [5000, 5001],
      [5001, 9000],
    ] as const) {
      writer.append(batchOf(rows.slice(from, to)));
      writer.flush("{}");
    }
    const index = store.reader(id).chunkIndex();
    expect(index.map((entry) => [entry.chunk, entry.firstSeq, entry.count])).toEqual([
      [1, 1, 4096],
      [2, 4097, 4096],
      [3, 8193, 808],
    ]);
    expect(allRows(store.reader(id))).toEqual(rowsOf(batchOf(rows)));
    writer.finish(summary);
    expect(allRows(store.reader(id))).toEqual(rowsOf(batchOf(rows)));
  });

  it("keeps any events exactly, flushed and reopened anywhere", () => {
    const path = `${scratch()}/a.db`;
    const parts = fc.array(fc.tuple(anyRows, fc.boolean(), fc.boolean()), { maxLength: 6 });
    fc.assert(
      fc.property(parts, (batches) => {
        const store = open(path);
        const id = store.createRecording(meta);
        let writer = store.writer(id);
        for (const [rows, flush, again] of batches) {
          writer.append(batchOf(rows));
          if (flush || again) writer.flush("{}");
          if (again) writer = store.writer(id);
        }
        writer.flush("{}");
        const expected = batches.flatMap(([rows]) => withoutNoise(rowsOf(batchOf(rows))));
        expect(allRows(store.reader(id))).toEqual(expected);
        store.close();
      }),
      { numRuns: 40 },
    );
  });
});

describe("an unfinished recording", () => {
  it("goes on from its last flush, with its drain state, files and texts", () => {
    const path = `${scratch()}/a.db`;
    const first = open(path);
    const id = first.createRecording(meta);
    const before = first.writer(id);
    const libc = { dev: 0x800001, inode: 2n ** 63n + 5n, path: "/usr/lib/libc.so.6" };
    const text = new TextEncoder().encode("a text ".repeat(100));
    expect([before.file(libc), before.blob(text)]).toEqual([1, 1]);
    before.append(batchOf(mmaps(5000)));
    before.flush('{"slot":5000}');
    before.append(batchOf(mmaps(7, 5000)));
    first.close();

    const second = open(path, "write");
    const after = second.writer(id);
    expect(after.drainState()).toBe('{"slot":5000}');
    expect(after.eventCount).toBe(5000);
    expect([after.file(libc), after.blob(text)]).toEqual([1, 1]);
    expect(after.file({ ...libc, path: "/other" })).toBe(2);
    after.append(batchOf(mmaps(4000, 5000)));
    after.finish(summary);
    const reader = second.reader(id);
    expect(allRows(reader)).toEqual(rowsOf(batchOf(mmaps(9000))));
    expect(reader.file(1)).toEqual({ ...libc, id: 1, inode: "9223372036854775813" });
    expect(reader.blobText(1)).toBe("a text ".repeat(100));
    expect(second.integrity()).toEqual([]);
  });

  it("has no drain state before its first flush", () => {
    const store = open(`${scratch()}/a.db`);
    expect(store.writer(store.createRecording(meta)).drainState()).toBeUndefined();
  });
});

describe("finishing", () => {
  it("keeps the summary and takes no more events", () => {
    const store = open(`${scratch()}/a.db`);
    const id = store.createRecording(meta);
    const writer = store.writer(id);
    writer.append(batchOf(mmaps(2)));
    writer.finish({ ...summary, exit: { signal: 9 } });
    expect(store.recording(id)).toEqual({
      id,
      status: "complete",
      command: ["sort", "-k", "2"],
      cwd: "/home/ada",
      startedAtUnixNanos: 1_763_907_600_123_456_789n,
      durationNanos: 1_840_000_000,
      eventCount: 2,
      exit: { signal: 9 },
      source: "native",
      toolVersion: "0.1.0",
      host: { kernel: "6.18.0" },
      totals: '{"dropped":0}',
      projected: true,
    });
    expect(() => writer.append(batchOf(mmaps(1)))).toThrow("append to a finished recording");
    expect(() => store.writer(id)).toThrow(`recording ${id} is complete: it takes no more events`);
  });

  it("works for a recording without events", () => {
    const store = open(`${scratch()}/a.db`);
    const id = store.createRecording(meta);
    store.writer(id).finish({ ...summary, exit: undefined });
    expect(store.recording(id)).toMatchObject({ eventCount: 0, exit: undefined });
    expect(store.integrity()).toEqual([]);
  });
});
