import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeHeader, isDamage } from "../../src/journal/wire/header.ts";
import { defines } from "../../src/journal/wire/wire.gen.ts";
import { JournalBuilder } from "../helpers/journal-builder.ts";
import { readJournal } from "./read-journal.ts";

/** A journal with every kind of record, overlapping calls and texts of several pieces. */
function sample(): Uint8Array<ArrayBuffer> {
  const journal = new JournalBuilder();
  journal.text({ topic: "exe" }, "/usr/bin/program");
  journal.text({ topic: "maps", key: 1 }, "7f0000000000-7f0000001000 r--p\n".repeat(8));
  journal.clock(90_000);
  journal.call({ kind: "brk", args: [0], result: 0x5555_0000_0000 });
  journal.call({
    kind: "mmap",
    args: [0, 8192, 3, 0x22, -1, 0],
    result: 0x7f00_0000_0000,
    end: 7,
    path: 77,
    flags: defines.MT_FLAG_FILE,
  });
  journal.call({ kind: "munmap", tid: 2, args: [0x7f10_0000_0000, 8192], end: 11 });
  journal.text({ topic: "path", key: 77 }, "/lib/libc.so");
  journal.call({
    kind: "mremap",
    args: [0x7f00_0000_0000, 8192, 16384, 1],
    result: 0x7f10_0000_0000,
  });
  journal.call({ kind: "clone", result: 99 });
  journal.call({ kind: "execve", tid: 5, path: 77 });
  journal.call({ kind: "exec_returned", tid: 5, args: [11], result: -2 });
  journal.call({ kind: "madvise", state: "begun" });
  journal.draw();
  journal.call({ kind: "execve", tid: 6 });
  journal.call({ kind: "vfork", result: 6 });
  journal.call({ kind: "sealed" });
  journal.call({ kind: "exit_group", args: [0] });
  return journal.bytes();
}

describe("a damaged journal", () => {
  const whole = sample();

  it("is whole before it is damaged", () => {
    const { reader, rows } = readJournal(whole);
    expect(rows.map((row) => row.call).sort()).toEqual([
      "brk",
      "clone",
      "execve",
      "execve",
      "exit_group",
      "madvise",
      "mmap",
      "mremap",
      "munmap",
      "vfork",
    ]);
    expect(reader.isClosed).toBe(true);
  });

  it("cut at each possible byte yields what is whole and counts the rest", () => {
    let previous = 0;
    for (let length = 0; length <= whole.length; length++) {
      const bytes = whole.slice(0, length);
      const header = decodeHeader(bytes);
      if (length < defines.MT_HEADER_SIZE) {
        expect(isDamage(header) && header.reason).toContain(`after ${length} of 4096 bytes`);
        continue;
      }
      const { reader, rows } = readJournal(bytes);
      expect(reader.isClosed).toBe(true);
      expect(rows.length).toBeGreaterThanOrEqual(previous);
      previous = rows.length;
      const present = Math.floor((length - defines.MT_HEADER_SIZE) / defines.MT_RECORD_SIZE);
      const drawn = (whole.length - defines.MT_HEADER_SIZE) / defines.MT_RECORD_SIZE;
      expect(reader.lostSlots).toBeGreaterThanOrEqual(drawn - present);
    }
    expect(previous).toBe(10);
  });

  it("with flipped bytes never throws, ends, and yields each slot once at most", () => {
    const flips = fc.array(
      fc.record({ at: fc.nat(whole.length - 1), bits: fc.integer({ min: 1, max: 255 }) }),
      { minLength: 1, maxLength: 12 },
    );
    fc.assert(
      fc.property(flips, fc.boolean(), (changes, spareHeader) => {
        const bytes = whole.slice();
        for (const { at, bits } of changes) {
          if (spareHeader && at < defines.MT_HEADER_SIZE) continue;
          bytes[at] = bytes[at]! ^ bits;
        }
        const header = decodeHeader(bytes);
        if (isDamage(header)) {
          expect(header.reason).not.toBe("");
          return;
        }
        const { reader, rows } = readJournal(bytes);
        expect(reader.isClosed).toBe(true);
        expect(new Set(rows.map((row) => row.slot)).size).toBe(rows.length);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ["magic", 1n, "not a journal"],
    ["version", defines.MT_VERSION + 1, "journal version 2"],
    ["record_size", 64, "record size 64"],
    ["page_size", 4095, "page size 4095"],
  ] as const)("is refused by its %s", (field, value, reason) => {
    const header = decodeHeader(new JournalBuilder().header(field, value).bytes());
    expect(isDamage(header) && header.reason).toContain(reason);
  });

  it("says what was wrong with a record", () => {
    const journal = new JournalBuilder();
    journal.call({ kind: "madvise", end: 0 });
    journal.call({ kind: "none" });
    journal.call({ kind: "madvise", end: 900 });
    journal.call({ kind: "exec_returned", args: [12] });
    journal.piece({ topic: "note" }, 3, new Uint8Array(4), true);
    journal.piece({ topic: "note", key: 2 }, 0, new Uint8Array(4), false);
    expect(readJournal(journal.bytes()).reader.damage.entries).toEqual([
      { slot: 0, reason: "end stamp 0 is not behind the begin stamp" },
      { slot: 1, reason: "a record without a kind" },
      { slot: 3, reason: "answers an exec in slot 12, where none waits" },
      { slot: 4, reason: "piece 3 of a text does not follow the one before" },
      { slot: 5, reason: "a text ends after 1 pieces" },
      { slot: 2, reason: "end stamp 900 lies beyond the journal" },
    ]);
  });
});
