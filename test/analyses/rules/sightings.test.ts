/** What rules forbid, seen call by call: where it was, how much, and what is none. */
import { describe, expect, it } from "vitest";
import { type Sighting, SightingFold } from "../../../src/analyses/rules/sightings.ts";
import { kindCodes } from "../../../src/events/kinds.ts";
import { maps } from "../../app/replay-sample.ts";
import { at, page, spaceOf } from "../../space/helpers.ts";
import { batchOf, type EventRow } from "../../store/batches.ts";
import { heapStart, protect, remap } from "../growths.ts";

/** The calls, which are events 1, 2, 3 ...; without a text nobody knows what was mapped. */
function seen(text: string | undefined, rows: readonly EventRow[]): SightingFold {
  const fold = new SightingFold(page);
  const space = text === undefined ? undefined : spaceOf(text);
  if (space !== undefined) fold.began(1, space);
  const batch = batchOf(rows);
  for (let row = 0; row < batch.length; row += 1) {
    fold.before(space, batch, row);
    space?.apply(batch, row);
    if (space !== undefined) fold.after(space, batch, row);
  }
  if (space !== undefined) fold.ended(1, space);
  return fold;
}

function mapped(from: number, pages: number, prot: number, more: Partial<EventRow> = {}): EventRow {
  const args = [0, pages * page, prot, 0x22, -1, 0];
  return { kind: kindCodes.mmap, args, result: at(from), ...more };
}

const sighting = (seq: number, from: number, pages: number): Sighting => {
  return { seq, process: 1, start: at(from), bytes: pages * page };
};

it("growths that moved and that were refused, with what they asked for", () => {
  const { moved, refused } = seen(maps("rw-p 0-4"), [
    remap({ from: 0, old: 4, now: 9, to: 20 }),
    remap({ from: 20, old: 9, now: 10 }),
    remap({ from: 20, old: 10, now: 12, errno: 12, how: 0 }),
  ]);
  expect(moved).toEqual({ count: 1, kept: [sighting(1, 0, 5)] });
  expect(refused).toEqual({ count: 1, kept: [sighting(3, 20, 2)] });
});

it("keeps the first twenty", () => {
  const rows = Array.from({ length: 21 }, () => remap({ from: 0, old: 1, now: 2, errno: 12 }));
  const { refused } = seen(undefined, rows);
  expect(refused.count).toBe(21);
  expect(refused.kept.map(({ seq }) => seq)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
});

describe("memory that is writable and executable", () => {
  const [exec, readOnly] = [0o100_000, 0o10_000];
  const attach = (flags: number, more: Partial<EventRow> = {}): EventRow => ({
    kind: kindCodes.shmat,
    ...{ args: [7, 0, flags, 3 * page, 7], result: at(40), flags: 8, ...more },
  });
  const rows: readonly (readonly [EventRow, Sighting | undefined])[] = [
    [mapped(8, 2, 7), sighting(1, 8, 2)],
    [mapped(8, 2, 6), sighting(1, 8, 2)],
    [mapped(8, 2, 3), undefined],
    [mapped(8, 2, 5), undefined],
    [mapped(8, 2, 7, { result: -12 }), undefined],
    [protect(1, 2, 7), sighting(1, 1, 2)],
    [protect(1, 2, 7, { kind: kindCodes.pkey_mprotect }), sighting(1, 1, 2)],
    [protect(1, 2, 2), undefined],
    [protect(1, 2, 4), undefined],
    [attach(exec), sighting(1, 40, 3)],
    [attach(0), undefined],
    [attach(exec | readOnly), undefined],
    [attach(exec, { result: -22 }), undefined],
    [{ kind: kindCodes.madvise, args: [at(0), page, 7] }, undefined],
  ];

  it.each(rows)("%j is %j, whether or not the space is known", (row, expected) => {
    const found = { count: expected === undefined ? 0 : 1, kept: expected ? [expected] : [] };
    expect(seen(maps("rw-p 0-4"), [row]).writableAndExecutable).toEqual(found);
    expect(seen(undefined, [row]).writableAndExecutable).toEqual(found);
  });

  it("is what an mprotect has changed before it failed, where the space is known", () => {
    const failed = protect(3, 4, 7, { result: -12 });
    expect(seen(maps("rw-p 0-4"), [failed]).writableAndExecutable.kept).toEqual([
      sighting(1, 3, 4),
    ]);
    expect(
      seen(maps("rw-p 0-4"), [protect(4, 4, 7, { result: -12 })]).writableAndExecutable.count,
    ).toBe(0);
    expect(seen(undefined, [failed]).writableAndExecutable.count).toBe(0);
  });

  it("is none of a call that never came back", () => {
    const lost = protect(1, 2, 7, { flags: 1, duration: -1 });
    expect(seen(undefined, [lost]).writableAndExecutable.count).toBe(0);
    expect(seen(undefined, [mapped(8, 2, 7, { flags: 1 })]).writableAndExecutable.count).toBe(0);
  });

  it("is what was there before the first call", () => {
    const { writableAndExecutable } = seen(
      maps("rwxp 0-4", "r-xp 5-6", "rw-p 7-8", "-wxp 9-10"),
      [],
    );
    expect(writableAndExecutable).toEqual({
      count: 2,
      kept: [sighting(0, 0, 4), sighting(0, 9, 1)],
    });
  });
});

it("a call on memory that was so already is no other time", () => {
  const touch = { kind: kindCodes.madvise, args: [at(0), page, 4] };
  const narrow = protect(0, 4, 5);
  expect(seen(maps("rwxp 0-4"), [touch, narrow]).writableAndExecutable.count).toBe(1);
});

describe("the most that a process had", () => {
  it("is at the event that first made it so", () => {
    const { peakMapped, peakRegions } = seen(maps("rw-p 0-4", "rw-p 6-7"), [
      mapped(10, 5, 3),
      { kind: kindCodes.munmap, args: [at(0), 4 * page] },
      mapped(20, 3, 3),
      mapped(30, 1, 3),
      mapped(40, 1, 3),
    ]);
    // 5, 10, 6, 9, 10, 11 pages; 2, 3, 2, 3, 4, 5 regions.
    expect(peakMapped).toEqual({ value: 11 * page, process: 1, seq: 5 });
    expect(peakRegions).toEqual({ value: 5, process: 1, seq: 5 });
    const first = seen(maps("rw-p 0-4"), [{ kind: kindCodes.munmap, args: [at(0), page] }]);
    expect(first.peakMapped).toEqual({ value: 4 * page, process: 1, seq: 0 });
    expect(first.peakRegions).toEqual({ value: 1, process: 1, seq: 0 });
  });

  it("does not count twice what the kernel may merge", () => {
    const { peakRegions } = seen(maps("rw-p 0-4"), [mapped(10, 2, 3), mapped(12, 2, 3)]);
    expect(peakRegions).toEqual({ value: 2, process: 1, seq: 1 });
  });

  it("is not known of no process", () => {
    expect(seen(undefined, [mapped(10, 2, 3)]).peakMapped).toBeUndefined();
  });
});

describe("memory that was left", () => {
  it("is not the heap, though a call made it", () => {
    const rows = [0, 3].map((pages) => {
      const end = heapStart + pages * page;
      return { kind: kindCodes.brk, args: [end], result: end };
    });
    expect(seen(maps("rw-p 0-4"), rows).left).toEqual([]);
  });

  it("is what a call made, that can be used, with all pieces of one mapping", () => {
    const { left } = seen(maps("heap", "rw-p 0-4"), [
      mapped(10, 9, 3),
      { kind: kindCodes.munmap, args: [at(12), page] },
      mapped(30, 2, 0), // nobody can use it
      mapped(40, 2, 1),
      mapped(50, 2, 3, { args: [0, 2 * page, 3, 0x21, -1, 0] }), // shared
      { kind: kindCodes.brk, args: [heapStart + 5 * page], result: heapStart + 5 * page },
      mapped(60, 2, 4),
      mapped(70, 2, 2),
    ]);
    expect(left).toEqual([
      sighting(1, 10, 8),
      sighting(4, 40, 2),
      sighting(7, 60, 2),
      sighting(8, 70, 2),
    ]);
  });
});
