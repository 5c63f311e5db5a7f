import { describe, expect, it } from "vitest";
import { createBatch } from "../../src/events/batch.ts";
import type { JournalStack } from "../../src/journal/contents/stacks.ts";
import type { JournalReader } from "../../src/journal/reader.ts";
import { JournalBuilder } from "../helpers/journal-builder.ts";
import { headerOf, openReader } from "./read-journal.ts";

const libc = { path: "/lib/libc.so.6", buildId: "58254ca9" };
const frame = (module: number, address: number): bigint =>
  (BigInt(module) << 48n) | BigInt(address);

/** The stacks that a whole journal gives, and each row's id of them. */
function read(journal: JournalBuilder): {
  stacks: JournalStack[];
  ids: number[];
  reader: JournalReader;
} {
  const stacks: JournalStack[] = [];
  const reader = openReader(headerOf(journal.bytes()), { stackId: (stack) => stacks.push(stack) });
  reader.feed(journal.window(), journal.drawn);
  reader.finish(journal.drawn);
  return { stacks, ids: idsOf(reader), reader };
}

function idsOf(reader: JournalReader): number[] {
  const batch = createBatch(64);
  while (reader.take(batch) !== undefined);
  return [...batch.stack.subarray(0, batch.length)];
}

describe("a stack", () => {
  it("is put together from its pieces, with its modules by name", () => {
    const journal = new JournalBuilder();
    journal.text({ topic: "module", key: 1 }, `${libc.buildId} ${libc.path}`);
    journal.stackPiece({ id: 2 }, [frame(1, 0x9_8f5a), frame(0, 0x7f12_3456_7001)]);
    journal.text({ topic: "module", key: 2 }, "- /usr/bin/my program");
    journal.stackPiece({ id: 2, piece: 1, end: "no_table" }, [frame(2, 0x1139)]);
    journal.call({ kind: "brk", stack: 2 });
    journal.call({ kind: "brk" });
    const { stacks, ids, reader } = read(journal);
    expect(stacks).toEqual([
      {
        frames: [
          { module: libc, offset: 0x9_8f5a },
          { offset: 0x7f12_3456_7001 },
          { module: { path: "/usr/bin/my program", buildId: "" }, offset: 0x1139 },
        ],
        end: "no-table",
      },
    ]);
    expect(ids).toEqual([1, 0]);
    expect(reader.damage.entries).toEqual([]);
  });

  it("is known to a reader that goes on, whole or half read", () => {
    const journal = new JournalBuilder();
    journal.text({ topic: "module", key: 1 }, `${libc.buildId} ${libc.path}`);
    journal.stackPiece({ id: 1, end: "start" }, [frame(1, 16)]);
    journal.stackPiece({ id: 2 }, [frame(1, 32)]);
    const stacks: JournalStack[] = [];
    const stackId = (stack: JournalStack): number => stacks.push(stack);
    const first = openReader(headerOf(journal.bytes()), { stackId });
    first.feed(journal.window(), journal.drawn);
    expect(idsOf(first)).toEqual([]);
    const resume = JSON.parse(JSON.stringify(first.resumeState()));
    const half = journal.drawn;
    journal.stackPiece({ id: 2, piece: 1, end: "start" }, [frame(1, 48)]);
    journal.call({ kind: "brk", stack: 2 });
    journal.call({ kind: "brk", stack: 1 });
    const second = openReader(headerOf(journal.bytes()), { stackId, resume });
    expect(second.wanted).toBe(half);
    second.feed(journal.window(half), journal.drawn);
    second.finish(journal.drawn);
    expect(idsOf(second)).toEqual([2, 1]);
    expect(stacks.map(({ frames }) => frames.map(({ offset }) => offset))).toEqual([
      [16],
      [32, 48],
    ]);
    expect(second.damage.entries).toEqual([]);
  });

  it("that its writer was killed over is not missed", () => {
    const journal = new JournalBuilder();
    journal.call({ kind: "brk" });
    journal.piece({ topic: "module", key: 1 }, 0, new Uint8Array(96).fill(65), false);
    journal.stackPiece({ id: 1 }, [frame(0, 4096)]);
    const { stacks, ids, reader } = read(journal);
    expect([stacks, ids, reader.damage.entries]).toEqual([[], [0], []]);
  });
});

describe("damage is said", () => {
  const cases: readonly (readonly [string, (journal: JournalBuilder) => void, RegExp])[] = [
    [
      "a stack that is not there",
      (journal) => journal.call({ kind: "brk", stack: 9 }),
      /stack 9 is not/,
    ],
    [
      "a module without a name",
      (journal) => journal.stackPiece({ id: 1, end: "start" }, [frame(3, 16)]),
      /module 3, which is not named/,
    ],
    [
      "a piece out of turn",
      (journal) => journal.stackPiece({ id: 1, piece: 2, end: "start" }, [frame(0, 4096)]),
      /piece 2 of a stack does not follow/,
    ],
    [
      "more frames than a piece has",
      (journal) => journal.stackPiece({ id: 1, count: 200, end: "start" }, [frame(0, 4096)]),
      /does not follow/,
    ],
    ["no frames", (journal) => journal.stackPiece({ id: 1, end: "start" }, []), /has no frames/],
    [
      "an id that no journal of this length can have given out",
      (journal) => journal.stackPiece({ id: 4_000_000_000, end: "start" }, [frame(0, 4096)]),
      /4000000000/,
    ],
  ];
  it.each(cases)("%s", (_, write, reason) => {
    const journal = new JournalBuilder();
    write(journal);
    const { stacks, reader } = read(journal);
    expect(stacks.length).toBeLessThan(2);
    expect(reader.damage.entries.map((entry) => entry.reason).join()).toMatch(reason);
  });
});
