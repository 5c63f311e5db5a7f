/** The picture's columns as they are handed out: processes, their order, sites, bands; and which rows are kept. */
import { describe, expect, it } from "vitest";
import { bandsOf } from "../../../src/analyses/picture/address-bands.ts";
import { LargestRows } from "../../../src/analyses/picture/largest-rows.ts";
import { PictureFold } from "../../../src/analyses/picture/picture-fold.ts";
import { kindCodes } from "../../../src/events/kinds.ts";
import { AddressSpace } from "../../../src/space/space.ts";
import { at, page } from "../../space/helpers.ts";
import { batchOf, type EventRow } from "../../store/batches.ts";

const mmap = (
  process: number,
  place: number,
  pages: number,
  more: Partial<EventRow> = {},
): EventRow => ({
  kind: kindCodes.mmap,
  process,
  args: [0, pages * page, 3, 0x22, -1, 0],
  result: at(place),
  ...more,
});
const move = (process: number, from: number, old: number, now: number, to: number): EventRow => ({
  kind: kindCodes.mremap,
  process,
  args: [at(from), old * page, now * page, 1, 0],
  result: at(to),
  duration: 40,
  returnAddress: 30,
});

/** Each process has a space of its own; a site is its return address. */
function pictureOf(rows: readonly EventRow[], durationNanos = 0) {
  const sites = {
    siteOf: (batch: { returnAddress: Float64Array }, row: number) => batch.returnAddress[row]!,
    name: (site: number) => `site ${site}`,
  };
  const fold = new PictureFold({ sites });
  const processes = [...new Set(rows.map(({ process }) => process!))];
  const spaces = new Map(
    processes.map((one) => [one, new AddressSpace({ lineage: fold.listener(one) })]),
  );
  const batch = batchOf(rows.map((row, i) => ({ at: 100 * (i + 1), ...row })));
  fold.begin(batch);
  for (const [row, { process }] of rows.entries()) spaces.get(process!)!.apply(batch, row);
  const known = [...processes, 99].map((process) => ({
    process,
    pid: 4120 + process,
    program: `p${process}`,
    fromNanos: process,
    toNanos: process === 2 ? 555 : undefined,
  }));
  return fold.finish(known, durationNanos);
}

describe("the picture of several processes", () => {
  const rows = [
    mmap(1, 0, 4, { returnAddress: 20 }),
    mmap(2, 0, 2, { returnAddress: 10 }),
    mmap(2, 8, 1),
    mmap(3, 0, 3),
    mmap(1, 10, 2, { args: [0, 2 * page, 0, 0x22, -1, 0] }),
    move(3, 0, 3, 5, 40),
  ];

  it("has those with moves first, then those with most ranges, each with its rows together", () => {
    const picture = pictureOf(rows);
    expect(picture.processes).toMatchObject([
      {
        process: 3,
        pid: 4123,
        program: "p3",
        fromNanos: 3,
        toNanos: 640,
        rangeCount: 2,
        moveCount: 1,
        ranges: [4, 6],
        moves: [0, 1],
      },
      { process: 1, toNanos: 640, rangeCount: 2, moveCount: 0, ranges: [0, 2], moves: [0, 0] },
      { process: 2, toNanos: 555, rangeCount: 2, moveCount: 0, ranges: [2, 4], moves: [0, 0] },
    ]);
    expect([...picture.ranges.process]).toEqual([1, 1, 2, 2, 3, 3]);
    expect([picture.rangeCount, picture.moveCount, picture.ranges.length]).toEqual([6, 1, 6]);
    // The last event began at 600 and took 40; a recording may have lasted longer.
    expect(picture.durationNanos).toBe(640);
    expect(pictureOf(rows, 9000).durationNanos).toBe(9000);
  });

  it("has every fact of a move, and each site once", () => {
    const { moves, ranges, sites } = pictureOf(rows);
    const facts = [
      moves.process,
      moves.seq,
      moves.atNanos,
      moves.durationNanos,
      moves.from,
      moves.to,
    ];
    expect(facts.map((column) => column[0])).toEqual([3, 6, 600, 40, at(0), at(40)]);
    expect([moves.oldBytes[0], moves.newBytes[0]]).toEqual([3 * page, 5 * page]);
    expect(sites[moves.site[0]!]).toBe("site 30");
    const named = Array.from(ranges.site, (site, i) => `${ranges.process[i]} ${sites[site]}`);
    // Those of one process that end at one time stand in the order of their mappings' rows.
    expect(named.sort()).toEqual(["1 ", "1 site 20", "2 ", "2 site 10", "3 ", "3 site 30"]);
    expect(new Set(sites).size).toBe(sites.length);
  });

  it("gives reserved memory no room of its own, unless there is nothing else", () => {
    const reserved = { args: [0, 9 * page, 0, 0x22, -1, 0] };
    const { processes } = pictureOf([
      mmap(1, 0, 9, reserved),
      mmap(2, 0, 9, reserved),
      mmap(2, 100, 1),
    ]);
    const bands = (process: number) =>
      processes
        .find((one) => one.process === process)!
        .bands.map(({ start, end, isFold }) => [start, end, isFold]);
    expect(bands(1)).toEqual([[at(0), at(9), false]]);
    expect(bands(2)).toEqual([
      [at(0), at(100), true],
      [at(100), at(101), false],
    ]);
  });
});

describe("bands", () => {
  const of = (...ranges: readonly (readonly [number, number])[]) => {
    const starts = Float64Array.from(ranges, ([start]) => start * page);
    const ends = Float64Array.from(ranges, ([, end]) => end * page);
    const low = Math.min(...ranges.map(([start]) => start)) * page;
    const high = Math.max(...ranges.map(([, end]) => end)) * page;
    return bandsOf(starts, ends, low, high).map(({ start, end, isFold }) => [
      start / page,
      end / page,
      isFold,
    ]);
  };

  it("put together what overlaps or touches, in whatever order it comes", () => {
    expect(of([4, 8], [0, 5], [8, 9], [2, 3])).toEqual([[0, 9, false]]);
  });

  it("fold a gap from a 24th of what is mapped on, and a page at the least", () => {
    // 48 pages are mapped: 2 are a 24th.
    expect(of([0, 24], [26, 50])).toEqual([[0, 50, false]]);
    expect(of([0, 24], [27, 51])).toEqual([
      [0, 24, false],
      [24, 27, true],
      [27, 51, false],
    ]);
    expect(of([0, 1], [2, 3])).toEqual([[0, 3, false]]);
    expect(of([0, 1], [3, 4])).toHaveLength(3);
  });

  it("have heights by the 0.4th power of their bytes, and folds little", () => {
    const bands = bandsOf(
      Float64Array.of(0, 64 * page),
      Float64Array.of(page, 96 * page),
      0,
      96 * page,
    );
    const heights = bands.map(({ low, high }) => high - low);
    // A page and 32 pages, which weigh 1 and 4: of what a fold of 0.02 and twice 0.025 leave, 0.93.
    expect(heights[0]).toBeCloseTo(0.025 + 0.93 / 5, 9);
    expect(heights[1]).toBeCloseTo(0.02, 9);
    expect(heights[2]).toBeCloseTo(0.025 + (4 * 0.93) / 5, 9);
  });
});

describe("the largest rows", () => {
  const kept = (most: number, ...keys: readonly number[]) => {
    const rows = new LargestRows(2, most);
    for (const [i, key] of keys.entries()) {
      const row = rows.offer(key);
      if (row < 0) continue;
      rows.columns[0]![row] = key;
      rows.columns[1]![row] = i;
    }
    rows.finish();
    return Array.from({ length: rows.length }, (_, row) =>
      rows.columns.map((column) => column[row]),
    );
  };

  it("are in the order in which they came, and of equals the first", () => {
    expect(kept(3, 5, 1, 5, 9, 5, 5)).toEqual([
      [5, 0],
      [5, 2],
      [9, 3],
    ]);
    expect(kept(3, 2, 1)).toEqual([
      [2, 0],
      [1, 1],
    ]);
    expect(kept(3)).toEqual([]);
  });

  it("are kept over more than there is room for at once", () => {
    const keys = Array.from({ length: 5000 }, (_, i) => (i * 7919) % 5000);
    const wanted = keys.map((key, i) => [key, i]).filter(([key]) => key! >= 5000 - 1500);
    expect(kept(1500, ...keys)).toEqual(wanted);
  });

  it("are refused where they are surely too small", () => {
    const rows = new LargestRows(1, 2);
    for (const key of [1, 2, 3, 4]) expect(rows.offer(key)).toBeGreaterThanOrEqual(0);
    // Full: the two largest, 3 and 4, stay, and what is below 3 need not come in.
    expect([rows.offer(2), rows.offer(3)]).toEqual([-1, 2]);
    expect(rows.offered).toBe(6);
  });
});
