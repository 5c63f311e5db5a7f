import { describe, expect, it } from "vitest";
import type { MapsItem, TextItem } from "../../src/journal/contents/items.ts";
import { defines } from "../../src/journal/wire/wire.gen.ts";
import { JournalBuilder } from "../helpers/journal-builder.ts";
import { headerOf, openReader, readJournal, takeAll } from "./read-journal.ts";

const decode = (item: TextItem | MapsItem | undefined): string =>
  new TextDecoder().decode(item?.bytes);

function mapsOf(journal: JournalBuilder): MapsItem[] {
  return readJournal(journal.bytes()).taken.filter(
    (entry): entry is MapsItem => entry.type === "maps",
  );
}

describe("texts", () => {
  it("come together from pieces that other records part", () => {
    const journal = new JournalBuilder();
    const piece = (text: string) => new TextEncoder().encode(text);
    journal.piece({ topic: "exe", tid: 1 }, 0, piece("/usr/"), false);
    journal.piece({ topic: "note", tid: 2 }, 0, piece("two "), false);
    journal.call({ kind: "madvise", tid: 3 });
    journal.piece({ topic: "exe", tid: 1 }, 1, piece("bin/x"), true);
    journal.piece({ topic: "note", tid: 2, cut: true }, 1, piece("words"), true);
    const { taken } = readJournal(journal.bytes());
    expect(taken).toMatchObject([
      { type: "row" },
      { type: "text", topic: "exe", slot: 3, tid: 1, cut: false },
      { type: "text", topic: "note", slot: 4, tid: 2, cut: true },
    ]);
    expect(decode(taken[1] as TextItem)).toBe("/usr/bin/x");
    expect(decode(taken[2] as TextItem)).toBe("two words");
  });

  it("survive a reader that is killed between two pieces", () => {
    const long = "0123456789".repeat(60);
    const journal = new JournalBuilder();
    journal.call({ kind: "madvise" });
    const header = headerOf(journal.bytes());
    journal.text({ topic: "coverage", tid: 9 }, long);
    for (let cut = 1; cut <= journal.drawn; cut++) {
      const first = openReader(header);
      first.feed(journal.window(), cut);
      const before = takeAll(first);
      const second = openReader(header, {
        resume: JSON.parse(JSON.stringify(first.resumeState())),
      });
      expect(second.wanted).toBe(first.lowWater);
      second.feed(journal.window(first.lowWater), journal.drawn);
      const after = takeAll(second);
      const texts = [...before, ...after].filter(
        (entry): entry is TextItem => entry.type === "text",
      );
      expect(texts.map(decode)).toEqual([long]);
      expect(second.damage.count).toBe(0);
    }
  });
});

describe("paths", () => {
  const file = {
    dev: 0x800001,
    inode: 2n ** 60n + 1n,
    flags: defines.MT_FLAG_FILE,
    path: 0xffff_ffff_0000_0001n,
  };

  it("name files once, whether the text stands before or behind the call", () => {
    const journal = new JournalBuilder();
    journal.call({ kind: "mmap", ...file });
    journal.text({ topic: "path", key: file.path }, "/lib/a.so");
    journal.call({ kind: "mmap", ...file });
    journal.call({ kind: "mmap", ...file, inode: 7 });
    const { rows, files } = readJournal(journal.bytes());
    expect(rows.map((row) => row.file)).toEqual([1, 1, 2]);
    expect(files).toEqual([
      { dev: file.dev, inode: file.inode, path: "/lib/a.so" },
      { dev: file.dev, inode: 7n, path: "/lib/a.so" },
    ]);
  });

  it("are waited for until a cursor that was read later shows that they are missing", () => {
    const journal = new JournalBuilder();
    journal.call({ kind: "mmap", ...file });
    const reader = openReader(headerOf(journal.bytes()));
    reader.feed(journal.window(), 1);
    expect(takeAll(reader)).toEqual([]);
    expect(reader.blocked).toMatchObject({ slot: 0, why: "path" });
    expect(takeAll(reader)).toEqual([]);
    reader.feed(journal.window(), 1);
    expect(takeAll(reader)).toMatchObject([{ file: 1 }]);
    expect(reader.damage.entries).toEqual([
      { slot: 0, reason: "the path of the mapped file is missing" },
    ]);
  });
});

describe("a maps text is stable", () => {
  it("when the last call of each thread ended before the reading", () => {
    const journal = new JournalBuilder();
    journal.call({ kind: "mmap", tid: 2 });
    journal.clock(80_000);
    journal.text({ topic: "maps", key: 4, tid: 1 }, "x".repeat(200));
    expect(mapsOf(journal)).toMatchObject([{ moment: "exit", stable: true, tid: 1, slot: 4 }]);
  });

  it("and not when a call began during it", () => {
    const journal = new JournalBuilder();
    const from = journal.clock(80_000);
    journal.piece({ topic: "maps", key: 1, tid: 1 }, 0, new Uint8Array(3), false);
    journal.call({ kind: "mmap", tid: 2 });
    journal.piece({ topic: "maps", key: 1, tid: 1 }, 1, new Uint8Array(3), true);
    expect(from).toBe(0);
    expect(mapsOf(journal)).toMatchObject([{ stable: false }]);
    const before = new JournalBuilder();
    before.call({ kind: "mmap", tid: 2 });
    before.text({ topic: "maps", key: 1, tid: 1, readBefore: 1 }, "x");
    expect(mapsOf(before)).toMatchObject([{ stable: false }]);
  });

  it.each([
    ["another thread's call ends after the reading began", 2, 3, false],
    ["another thread's call may have ended after it began", 2, 2, false],
    ["the own thread's call ended right before", 1, 2, true],
    ["another thread's call ended before the marker", 2, 1, true],
  ])("%s", (_, tid, end, stable) => {
    const journal = new JournalBuilder();
    journal.call({ kind: "munmap", tid, end });
    journal.clock(80_000);
    journal.text({ topic: "maps", key: 5, tid: 1 }, "x");
    expect(mapsOf(journal)).toMatchObject([{ stable }]);
  });

  it("not while a call without an end may still run in another thread", () => {
    const journal = new JournalBuilder();
    journal.call({ kind: "munmap", tid: 2, state: "begun" });
    journal.clock(80_000);
    journal.text({ topic: "maps", key: 5, tid: 1 }, "x");
    journal.call({ kind: "madvise", tid: 2 });
    journal.clock(90_000);
    journal.text({ topic: "maps", key: 5, tid: 1 }, "x");
    expect(mapsOf(journal).map((item) => item.stable)).toEqual([false, true]);
  });

  it("not when it was cut", () => {
    const journal = new JournalBuilder();
    journal.text({ topic: "maps", key: 2, cut: true }, "x");
    expect(mapsOf(journal)).toMatchObject([{ moment: "fork", stable: false, cut: true }]);
  });
});
