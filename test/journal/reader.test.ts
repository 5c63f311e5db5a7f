import { describe, expect, it } from "vitest";
import { eventFlags } from "../../src/events/batch.ts";
import { defines } from "../../src/journal/wire/wire.gen.ts";
import { JournalBuilder } from "../helpers/journal-builder.ts";
import { headerOf, openReader, readJournal, takeAll } from "./read-journal.ts";

const page = 4096;
const anonymous = [0, page, 3, 0x22, -1, 0] as const;

describe("rows of calls", () => {
  it("carry all columns, with time from the clock pairs", () => {
    const journal = new JournalBuilder();
    journal.call({
      kind: "mmap",
      tid: 77,
      args: anonymous,
      result: 0x7f12_3456_7000,
      tscBegin: 2000,
      tscEnd: 2750,
    });
    const { rows, reader } = readJournal(journal.bytes());
    expect(rows).toEqual([
      {
        type: "row",
        call: "mmap",
        slot: 0,
        tid: 77,
        at: 2000,
        duration: 750,
        args: [0, page, 3, 0x22, -1, 0],
        result: 0x7f12_3456_7000,
        file: 0,
        flags: 0,
        wide: undefined,
      },
    ]);
    expect(reader.isClosed).toBe(true);
    expect(reader.damage.count).toBe(0);
  });

  it("keep only the arguments that the call has", () => {
    const journal = new JournalBuilder();
    journal.call({ kind: "munmap", args: [page, page, 99, 98, 97, 96] });
    expect(readJournal(journal.bytes()).rows[0]?.args).toEqual([page, page, 0, 0, 0, 0]);
  });

  it.each([
    [2n ** 53n - 1n, false],
    [-(2n ** 53n), false],
    [2n ** 53n, true],
    [-(2n ** 53n) - 1n, true],
    [0xffff_ffff_ff60_0000n, false],
    [0x8000_0000_0000_0001n, true],
  ])("flag %d as wide: %s", (value, wide) => {
    const journal = new JournalBuilder();
    journal.call({ kind: "munmap", args: [value, page], result: -22 });
    const row = readJournal(journal.bytes()).rows[0]!;
    const exact = BigInt.asIntN(64, value);
    expect(row.flags & eventFlags.wide).toBe(wide ? eventFlags.wide : 0);
    expect(row.args[0]).toBe(Number(exact));
    expect(row.wide).toEqual(wide ? [exact, 4096n, 0n, 0n, 0n, 0n, -22n] : undefined);
  });

  it("tell assumed results and the size behind shmat", () => {
    const journal = new JournalBuilder();
    journal.call({ kind: "munmap", args: [page, page], flags: defines.MT_FLAG_ASSUMED });
    journal.call({
      kind: "shmat",
      args: [5, 0, 0, 65536, 5],
      result: page,
      flags: defines.MT_FLAG_SHM_SIZE,
    });
    const { rows } = readJournal(journal.bytes());
    expect(rows[0]?.flags).toBe(eventFlags.resultAssumed);
    expect(rows[1]).toMatchObject({ flags: eventFlags.shmSize, args: [5, 0, 0, 65536, 5, 0] });
  });
});

describe("order", () => {
  it("places calls at their end, and a free before the call that took what it freed", () => {
    const journal = new JournalBuilder();
    // munmap begins first, mmap gets its range, and ends before the munmap is stamped.
    journal.call({ kind: "munmap", tid: 1, args: [page, page], end: 4 });
    journal.call({ kind: "mprotect", tid: 3, args: [9 * page, page, 1], end: 3 });
    journal.call({ kind: "mmap", tid: 2, args: anonymous, result: page, end: 3, tscEnd: 1 });
    journal.call({ kind: "madvise", tid: 2, args: [page, page, 4], end: 4, tscEnd: 99_000 });
    expect(readJournal(journal.bytes()).rows.map((row) => row.slot)).toEqual([0, 2, 1, 3]);
  });

  it("follows chains of frees", () => {
    const journal = new JournalBuilder();
    journal.call({ kind: "munmap", tid: 1, args: [9 * page, page], end: 5 });
    journal.call({ kind: "mremap", tid: 2, args: [page, page, page, 1], result: 9 * page, end: 4 });
    journal.call({ kind: "mmap", tid: 3, args: anonymous, result: page, end: 3 });
    journal.draw();
    journal.call({ kind: "madvise", tid: 3 }, 3);
    journal.call({ kind: "madvise", tid: 3 });
    expect(readJournal(journal.bytes()).rows.map((row) => row.slot)).toEqual([0, 1, 2, 3, 4]);
    const other = new JournalBuilder();
    other.call({ kind: "munmap", tid: 1, args: [8 * page, page], end: 5 });
    other.call({ kind: "mremap", tid: 2, args: [page, page, page, 1], result: 9 * page, end: 4 });
    other.call({ kind: "mmap", tid: 3, args: anonymous, result: page, end: 3 });
    other.call({ kind: "madvise", tid: 3 });
    other.call({ kind: "madvise", tid: 3 });
    expect(readJournal(other.bytes()).rows.map((row) => row.slot)).toEqual([1, 2, 3, 0, 4]);
  });

  it("does not yield a call while an earlier slot is open", () => {
    const journal = new JournalBuilder();
    journal.call({ kind: "munmap", tid: 1, state: "begun" });
    journal.call({ kind: "madvise", tid: 2 });
    const reader = openReader(headerOf(journal.bytes()));
    reader.feed(journal.window(), journal.drawn);
    expect(takeAll(reader)).toEqual([]);
    expect(reader.blocked).toEqual({ slot: 0, why: "begun", tid: 1 });
    expect(reader.lowWater).toBe(0);
    journal.call({ kind: "munmap", tid: 1, end: 2, tscEnd: 9000 }, 0);
    expect(takeAll(reader)).toMatchObject([{ slot: 1 }, { slot: 0 }]);
    expect(reader.lowWater).toBe(2);
    expect(reader.isIdle).toBe(true);
  });
});

describe("calls without an end", () => {
  it("stand at their begin, flagged, when the process is gone or they are given up", () => {
    const journal = new JournalBuilder();
    journal.call({ kind: "munmap", tid: 1, state: "begun", args: [page, page] });
    journal.call({ kind: "madvise", tid: 2 });
    const expected = [
      { slot: 0, flags: eventFlags.resultUnknown, duration: -1, result: 0 },
      { slot: 1, flags: 0 },
    ];
    expect(readJournal(journal.bytes()).rows).toMatchObject(expected);
    const reader = openReader(headerOf(journal.bytes()));
    reader.feed(journal.window(), journal.drawn);
    reader.giveUp(0);
    expect(takeAll(reader)).toMatchObject(expected);
  });

  it("counts drawn slots that stayed empty, and those that the file does not hold", () => {
    const journal = new JournalBuilder();
    journal.draw(3);
    journal.call({ kind: "madvise" });
    journal.draw(2);
    const { taken, reader } = readJournal(journal.bytes().slice(0, -128));
    expect(taken).toMatchObject([
      { type: "lost", slot: 0, count: 3 },
      { type: "row", slot: 3 },
      { type: "lost", slot: 4, count: 1 },
      { type: "lost", slot: 5, count: 1 },
    ]);
    expect(reader.lostSlots).toBe(5);
  });
});

describe("process calls", () => {
  it("an exec that failed gets its result and stands at its return", () => {
    const journal = new JournalBuilder();
    journal.text({ topic: "path", key: 9 }, "bin/missing");
    journal.call({ kind: "execve", tid: 1, path: 9, target: 6, tscBegin: 1000, tscEnd: 1000 });
    journal.call({ kind: "madvise", tid: 2 });
    journal.call({ kind: "exec_returned", tid: 1, args: [1], result: -2, tscBegin: 4000 });
    const { taken, reader, files } = readJournal(journal.bytes());
    expect(files).toEqual([{ dev: 0, inode: 0n, path: "bin/missing" }]);
    expect(taken).toMatchObject([
      { slot: 2 },
      { type: "row", call: "execve", slot: 1, result: -2, duration: 3000, flags: 0, file: 1 },
      { type: "processCall", call: "execve", result: -2, target: 6, pathKey: "9", file: 1 },
    ]);
    expect(reader.damage.count).toBe(0);
  });

  it("an exec that worked in a vfork child stands before the parent's return", () => {
    const journal = new JournalBuilder();
    journal.call({ kind: "execve", tid: 50 });
    journal.call({ kind: "madvise", tid: 2 });
    journal.call({ kind: "vfork", tid: 1, result: 50 });
    const reader = openReader(headerOf(journal.bytes()));
    reader.feed(journal.window(), journal.drawn);
    expect(takeAll(reader)).toMatchObject([
      { slot: 1 },
      { type: "row", slot: 0, flags: eventFlags.resultUnknown, duration: -1 },
      { type: "processCall", call: "execve", result: undefined, tid: 50 },
      { type: "row", slot: 2, call: "vfork" },
      { type: "processCall", call: "vfork", result: 50 },
    ]);
  });

  it("exec and exit end a journal; nothing waits for an exec", () => {
    const journal = new JournalBuilder();
    journal.call({ kind: "execve", tid: 1 });
    journal.call({ kind: "madvise", tid: 2 });
    journal.call({ kind: "exit_group", tid: 2, args: [3] });
    const reader = openReader(headerOf(journal.bytes()));
    reader.feed(journal.window(), journal.drawn);
    expect(takeAll(reader)).toMatchObject([
      { slot: 1 },
      { type: "row", slot: 2, flags: eventFlags.resultUnknown },
      { type: "processCall", call: "exit_group", args: [3, 0, 0, 0, 0, 0] },
    ]);
    expect(reader.lowWater).toBe(0);
    reader.finish(journal.drawn);
    expect(takeAll(reader)).toMatchObject([{ type: "row", slot: 0 }, { type: "processCall" }]);
    expect(reader.isClosed).toBe(true);
  });
});
