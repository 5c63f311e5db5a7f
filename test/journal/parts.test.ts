/** Small parts of the journal's reader, each against a simpler one. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createBatch, type EventBatch } from "../../src/events/batch.ts";
import type { Text } from "../../src/journal/contents/texts.ts";
import { copyRows } from "../../src/journal/copy-rows.ts";
import { Stability } from "../../src/journal/pass/stability.ts";
import { DamageLog } from "../../src/journal/wire/damage.ts";
import { slotWindow } from "../../src/journal/wire/slots.ts";
import { JournalBuilder } from "../helpers/journal-builder.ts";
import { headerOf, openReader } from "./read-journal.ts";

const textOf = (from: number, tid: number) => ({ from, tid }) as Text;

describe("stability", () => {
  it("is lost to a call that begins after the reading, whoever makes it", () => {
    const known = new Stability();
    expect(known.isStable(textOf(1, 1))).toBe(true);
    known.note(4, 2, 1);
    expect([5, 4, 3].map((from) => known.isStable(textOf(from, 1)))).toEqual([true, false, false]);
    const unknown = new Stability();
    unknown.noteUnknown(4, 1);
    expect([5, 4].map((from) => unknown.isStable(textOf(from, 1)))).toEqual([true, false]);
    expect(unknown.isStable(textOf(5, 2))).toBe(false);
    unknown.note(5, 5, 1);
    expect(unknown.isStable(textOf(6, 2))).toBe(true);
  });

  it("equals a table of each thread's last end, before and after a restart", () => {
    const call = fc.record({
      tid: fc.integer({ min: 1, max: 4 }),
      length: fc.integer({ min: 1, max: 6 }),
      isKnown: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(call, { maxLength: 12 }), fc.nat({ max: 20 }), (calls, from) => {
        let stability = new Stability();
        const ends = new Map<number, number>();
        const lost = new Set<number>();
        calls.forEach(({ tid, length, isKnown }, slot) => {
          if (isKnown) {
            stability.note(slot, slot + length, tid);
            ends.set(tid, Math.max(ends.get(tid) ?? 0, slot + length));
            lost.delete(tid);
          } else {
            stability.noteUnknown(slot, tid);
            lost.add(tid);
          }
          stability = new Stability(JSON.parse(JSON.stringify(stability.state())));
        });
        for (const tid of [1, 2, 3, 4, 5]) {
          const others = [...ends].filter(([other]) => other !== tid);
          const expected =
            calls.length - 1 < from &&
            others.every(([, end]) => end < from) &&
            [...lost].every((other) => other === tid);
          // With no call of another thread, a reading at the very first slot cannot be told apart.
          if (from > 0)
            expect([tid, stability.isStable(textOf(from, tid))]).toEqual([tid, expected]);
        }
      }),
      { numRuns: 400 },
    );
  });
});

describe("copied rows", () => {
  /** Each cell of its own: column number times 50 plus the row. */
  function filled(rows: number): EventBatch {
    const batch = createBatch(rows);
    columnsOf(batch).forEach((column, n) => {
      for (let row = 0; row < rows; row++) column[row] = n * 50 + row;
    });
    // Row 3 is wide, and row 4 has what another batch left under its number.
    batch.flags.fill(1);
    batch.flags[3] = 5;
    batch.wide.set(3, [33n]).set(4, [44n]);
    return batch;
  }

  function columnsOf(batch: EventBatch) {
    const { kind, process, tid, at, duration, args, result, returnAddress } = batch;
    const { file, flags, slot, stack } = batch;
    return [
      kind,
      flags,
      process,
      tid,
      at,
      duration,
      ...args,
      result,
      returnAddress,
      file,
      slot,
      stack,
    ];
  }

  it.each([
    [2, 5, 3],
    [0, 0, 1],
    [1, 7, 23],
    [2, 4, 24],
    [0, 6, 30],
    [4, 0, 2],
    [3, 9, 0],
  ])("from row %i to row %i, %i of them", (row, to, count) => {
    const from = filled(40);
    const target = createBatch(40);
    copyRows(from, row, target, to, count);
    columnsOf(target).forEach((column, n) => {
      const source = columnsOf(from)[n]!;
      const expected = Array.from({ length: 40 }, (_, i) =>
        i >= to && i < to + count ? source[row + i - to]! : 0,
      );
      expect([n, [...column]]).toEqual([n, expected]);
    });
    const isCopied = row <= 3 && 3 < row + count;
    expect([...target.wide]).toEqual(isCopied ? [[to + 3 - row, [33n]]] : []);
    expect(target.length).toBe(0);
  });
});

it("damage is counted, and the first thousand kept", () => {
  const log = new DamageLog();
  for (let slot = 0; slot < 1001; slot++) log.add(slot, `reason ${slot}`);
  expect([log.count, log.entries.length]).toEqual([1001, 1000]);
  expect(log.entries[0]).toEqual({ slot: 0, reason: "reason 0" });
  expect(log.entries.at(-1)).toEqual({ slot: 999, reason: "reason 999" });
});

it("a row has its caller, its process and its time", () => {
  const journal = new JournalBuilder();
  journal.call({ kind: "munmap", args: [4096, 4096], returnAddress: 0x7f12_3456_0123, tid: 9 });
  journal.call({ kind: "munmap", args: [8192, 4096], tscBegin: 3000, tscEnd: 3000, tid: 8 });
  const reader = openReader(headerOf(journal.bytes()), { process: 7 });
  reader.feed(journal.window(), journal.drawn);
  reader.finish(journal.drawn);
  const batch = createBatch(4);
  reader.take(batch);
  expect(batch.length).toBe(2);
  const first = (column: ArrayLike<number>) => [column[0], column[1], column[2]];
  expect(first(batch.returnAddress)).toEqual([0x7f12_3456_0123, 0, 0]);
  expect(first(batch.process)).toEqual([7, 7, 0]);
  expect(first(batch.tid)).toEqual([9, 8, 0]);
  expect(first(batch.duration)).toEqual([500, 0, 0]);
  expect(first(batch.slot)).toEqual([0, 1, 0]);
});

describe("a window over slots", () => {
  const bytes = Uint8Array.from({ length: 600 }, (_, i) => i % 251);
  /** The word at a byte of `bytes`, little-endian. */
  const word = (at: number) => new DataView(bytes.buffer).getUint32(at, true);

  it("shares memory that is aligned, and holds whole slots of 128 bytes", () => {
    const window = slotWindow(bytes.buffer, 8, 300, 5);
    expect([window.first, window.count, window.u32.length]).toEqual([5, 2, 64]);
    expect([window.u32[0], window.u32[63]]).toEqual([word(8), word(8 + 252)]);
    expect(window.bytes.buffer).toBe(bytes.buffer);
    expect([window.bytes.length, window.bytes[0]]).toEqual([256, 8]);
    expect(slotWindow(bytes.buffer, 8, 127, 0).count).toBe(0);
    expect(slotWindow(bytes.buffer, 8, 128, 0).count).toBe(1);
    expect(slotWindow(bytes.buffer, 8, -4, 0).count).toBe(0);
  });

  it("copies memory that is not", () => {
    const window = slotWindow(bytes.buffer, 9, 300, 5);
    expect([window.first, window.count]).toEqual([5, 2]);
    expect([window.u32[0], window.i32[63]]).toEqual([word(9), word(9 + 252) | 0]);
    expect(window.bytes.buffer).not.toBe(bytes.buffer);
    expect([...window.bytes]).toEqual([...bytes.subarray(9, 9 + 256)]);
  });
});
