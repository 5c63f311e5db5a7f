import { describe, expect, it } from "vitest";
import { makeMix } from "../../bench/mix.ts";
import { kindCodes } from "../../src/events/kinds.ts";
import type { Store } from "../../src/store/store.ts";
import { batchOf, type EventRow } from "./batches.ts";
import { appendEnd, appendStart, meta, mmaps, open, scratch, startOf, summary } from "./helpers.ts";

function finished(rows: readonly EventRow[]): Store {
  const store = open(`${scratch()}/a.db`);
  const writer = store.writer(store.createRecording(meta));
  writer.file({ dev: 8, inode: 77n, path: "/usr/lib/libc.so.6" });
  writer.append(batchOf(rows));
  writer.finish(summary);
  return store;
}

describe("the table of events", () => {
  it("has a row an event, with null for what is not known", () => {
    const store = finished([
      {
        kind: kindCodes.mremap,
        tid: 4122,
        at: 1500,
        duration: 900,
        args: [0x7f12_3400_0000, 4096, 8192, 1, 0, 99],
        result: 0x7f12_2000_0000,
        returnAddress: 0x55d0_0000_1234,
        slot: 17,
        stack: 5,
      },
      { kind: kindCodes.mmap, args: [0, 4096, 3, 34, -1, 0], result: -12, file: 1 },
      { kind: kindCodes.execve, args: [1, 2, 3], duration: -1, result: 0, flags: 1 },
      { kind: kindCodes.vfork, result: 4200 },
      { kind: 200, args: [1, 2, 3, 4, 5, 6], result: -7 },
    ]);
    expect(store.query("SELECT * FROM event ORDER BY seq")).toEqual({
      columns: [
        ..."recording seq process tid call at_nanos duration_nanos".split(" "),
        ..."arg0 arg1 arg2 arg3 arg4 arg5 result errno".split(" "),
        ..."return_address file stack flags slot".split(" "),
      ],
      rows: [
        [
          ...[1, 1, 1, 4122, "mremap", 1500, 900],
          ...[0x7f12_3400_0000, 4096, 8192, 1, 0, undefined, 0x7f12_2000_0000, undefined],
          ...[0x55d0_0000_1234, 0, 5, 0, 17],
        ],
        [...[1, 2, 1, 1, "mmap", 0, 0, 0, 4096, 3, 34, -1, 0, -12, 12], ...[0, 1, 0, 0, 0]],
        [
          ...[1, 3, 1, 1, "execve", 0, undefined, 1, 2, 3],
          ...[undefined, undefined, undefined, undefined, undefined, 0, 0, 0, 1, 0],
        ],
        [
          ...[1, 4, 1, 1, "vfork", 0, 0, undefined, undefined, undefined],
          ...[undefined, undefined, undefined, 4200, undefined, 0, 0, 0, 0, 0],
        ],
        [...[1, 5, 1, 1, "kind 200", 0, 0, 1, 2, 3, 4, 5, 6, -7, undefined], ...[0, 0, 0, 0, 0]],
      ],
    });
  });

  it("keeps all 64 bits of a register", () => {
    const wide = [2n ** 63n - 1n, -(2n ** 63n), 2n ** 53n + 1n, 4n, 5n, 6n, -(2n ** 60n) - 1n];
    const store = finished([
      {
        kind: kindCodes.mmap,
        args: wide.slice(0, 6).map(Number),
        result: -(2 ** 60),
        flags: 4,
        wide,
      },
      { kind: kindCodes.munmap, args: [-(2 ** 63), 2 ** 62] },
    ]);
    const { rows } = store.query("SELECT arg0, arg1, arg2, arg3, result FROM event ORDER BY seq");
    expect(rows).toEqual([
      [wide[0], wide[1], wide[2], 4, wide[6]],
      [-(2n ** 63n), 2n ** 62n, undefined, undefined, 0],
    ]);
  });

  it("shows shmat's size and id where they are known", () => {
    const store = finished([
      { kind: kindCodes.shmat, args: [7, 0, 0, 65536, 12, 9], flags: 8 },
      { kind: kindCodes.shmat, args: [7, 0, 0, 5, 5, 5] },
    ]);
    const { rows } = store.query("SELECT arg3, arg4, arg5 FROM event ORDER BY seq");
    expect(rows).toEqual([
      [65536, 12, undefined],
      [undefined, undefined, undefined],
    ]);
  });

  it("has as many rows as the log has events, over chunk and transaction borders", () => {
    const store = finished(mmaps(10_000));
    const { rows } = store.query(
      "SELECT count(*), min(seq), max(seq), count(DISTINCT result) FROM event",
    );
    expect(rows).toEqual([[10_000, 1, 10_000, 10_000]]);
  });
});

describe("the view of events as text", () => {
  it("shows addresses as hexadecimal text, errors and files by name", () => {
    const store = finished([
      { kind: kindCodes.mmap, args: [0, 4096, 1, 2, 5, 0], result: 0x7f12_3400_0000, file: 1 },
      { kind: kindCodes.munmap, args: [1, 0], result: -22 },
      { kind: kindCodes.madvise, args: [-4096, 4096, 4], result: -512 },
    ]);
    const { rows } = store.query("SELECT arg0, arg1, arg4, result, path FROM event_text");
    expect(rows).toEqual([
      ["0x0", "0x1000", "0x5", "0x7f1234000000", "/usr/lib/libc.so.6"],
      ["0x1", "0x0", undefined, "EINVAL", undefined],
      ["0xfffffffffffff000", "0x1000", undefined, "errno 512", undefined],
    ]);
  });
});

describe("the table of processes", () => {
  it("tells their coverage and their end", () => {
    const store = open(`${scratch()}/a.db`);
    const writer = store.writer(store.createRecording(meta));
    appendStart(writer, startOf(1));
    appendStart(
      writer,
      startOf(2, {
        how: "exec",
        parent: 1,
        exe: "/bin/go",
        coverage: {
          status: "none",
          reasons: ["it is statically linked"],
          modules: [],
          sites: [],
          via: "none",
        },
      }),
    );
    appendEnd(writer, { process: 1, how: "killed", signal: 9, atNanos: 77 });
    writer.finish(summary);
    const columns =
      "process, pid, parent, how, exe, coverage, coverage_reasons, end_how, end_signal";
    expect(store.query(`SELECT ${columns} FROM process`).rows).toEqual([
      [1, 4121, undefined, "launch", "/usr/bin/sort", "full", "[]", "killed", 9],
      [2, 4122, 1, "exec", "/bin/go", "none", '["it is statically linked"]', undefined, undefined],
    ]);
  });
});

describe("rebuild", () => {
  it("gives the same tables again, for that recording alone", () => {
    const store = finished(mmaps(5000));
    const other = store.writer(store.createRecording(meta));
    other.append(batchOf(mmaps(3)));
    other.finish(summary);
    const all = "SELECT * FROM event ORDER BY recording, seq";
    const before = store.query(all).rows;
    const seen: [number, number][] = [];
    expect(store.rebuild(1, (done, of) => seen.push([done, of]))).toEqual([]);
    expect(store.query(all).rows).toEqual(before);
    expect(seen).toEqual([
      [4096, 5000],
      [5000, 5000],
    ]);
  });

  it("is done for recordings whose tables are missing", () => {
    const path = `${scratch()}/a.db`;
    const store = open(path);
    const id = store.createRecording(meta);
    const writer = store.writer(id);
    writer.append(batchOf(mmaps(3)));
    writer.flush("{}");
    expect(store.projectMissing()).toEqual([]);
    writer.finish(summary);
    expect(store.projectMissing()).toEqual([]);
    store.close();
    const unprojected = open(path, "write");
    interrupt(unprojected, id);
    expect(unprojected.recording(id).projected).toBe(false);
    expect(unprojected.projectMissing()).toEqual([id]);
    expect(unprojected.recording(id).projected).toBe(true);
    expect(unprojected.query("SELECT count(*) FROM event").rows).toEqual([[3]]);
  });
});

describe("a long recording", () => {
  it("ends without waiting for its tables, which are made when they are asked for", () => {
    const store = open(`${scratch()}/a.db`);
    const id = store.createRecording(meta);
    const writer = store.writer(id);
    for (const batch of makeMix({ events: 250_001 })) writer.append(batch);
    writer.finish(summary);
    const count = "SELECT count(*) FROM event";
    expect([store.recording(id).projected, store.query(count).rows]).toEqual([false, [[0]]]);
    expect(store.projectMissing()).toEqual([id]);
    expect(store.query(count).rows).toEqual([[250_001]]);
  });
});

/** Leaves a rebuild half done. */
function interrupt(store: Store, id: number): void {
  expect(() =>
    store.rebuild(id, () => {
      throw new Error("interrupted");
    }),
  ).toThrow("interrupted");
}
