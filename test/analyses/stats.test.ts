/** The figures of stats, from events by hand: every call, every outcome, each process by itself. */
import { describe, expect, it } from "vitest";
import { StatsFold, summariseCoverage } from "../../src/analyses/stats.ts";
import { kindCodes } from "../../src/events/kinds.ts";
import { page } from "../app/replay-sample.ts";
import { batchOf, type EventRow } from "../store/batches.ts";
import { brk, heapStart, remap } from "./growths.ts";

function folded(batches: readonly (readonly EventRow[])[], heapEnds: readonly number[] = []) {
  const fold = new StatsFold({ pageBytes: page, heapEnd: (blob) => heapEnds[blob] });
  for (const rows of batches) fold.feed(batchOf(rows));
  return fold;
}

const nothing = { count: 0, bytes: 0, nanos: 0 };
const observed = (blob: number, process = 1): EventRow => {
  return { kind: kindCodes.mapsObserved, process, args: [blob, 1, 1] };
};
const lost = (count: number): EventRow => ({ kind: kindCodes.callsLost, args: [count, 1] });

describe("a fold", () => {
  const fold = folded([
    [
      remap({ from: 0, old: 2, now: 5 }, { duration: 100 }),
      remap({ from: 0, old: 5, now: 9, to: 40 }, { duration: 20 }),
      remap({ process: 2, from: 0, old: 1, now: 2, to: 30 }, { duration: 3 }),
      remap({ process: 2, from: 30, old: 2, now: 8, to: 50, how: 3 }, { duration: 4 }),
    ],
    [
      remap({ from: 40, old: 9, now: 16, errno: 12 }, { duration: 50 }),
      remap({ from: 40, old: 9, now: 1 }, { duration: 60 }),
      remap({ from: 40, old: 1, now: 1 }, { duration: 70 }),
      remap({ from: 40, old: 0, now: 10, to: 80 }, { duration: 80 }),
      remap({ from: 40, old: 1, now: 2 }, { duration: -1, flags: 1 }),
      { kind: kindCodes.mmap, result: -22, duration: 7 },
      { kind: kindCodes.exit_group, duration: -1, flags: 1, process: 2 },
      // A call that this version does not know.
      { kind: 36, duration: 9 },
      lost(40),
      lost(2),
    ],
  ]);

  it("counts calls by name, with those that failed and the time of those that came back", () => {
    expect(fold.calls()).toEqual({
      mmap: { count: 1, failed: 1, nanos: 7 },
      mremap: { count: 9, failed: 1, nanos: 100 + 20 + 3 + 4 + 50 + 60 + 70 + 80 },
      "kind 36": { count: 1, failed: 0, nanos: 9 },
      exit_group: { count: 1, failed: 0, nanos: 0 },
    });
  });

  it("counts what became of growths", () => {
    expect(fold.growth()).toEqual({
      inPlace: { count: 1, bytes: 3 * page, nanos: 100 },
      moved: { count: 2, bytes: (4 + 1) * page, nanos: 23 },
      relocated: { count: 1, bytes: 6 * page, nanos: 4 },
      refused: { count: 1, bytes: 7 * page, nanos: 50 },
      shrunk: { count: 1, bytes: 8 * page, nanos: 60 },
      unchanged: { count: 1, bytes: 0, nanos: 70 },
      duplicated: { count: 1, bytes: 10 * page, nanos: 80 },
    });
  });

  it("counts by process, and calls that are missing", () => {
    expect(fold.ofProcess(1)).toEqual({ calls: 9, failed: 2, moved: 1 });
    expect(fold.ofProcess(2)).toEqual({ calls: 3, failed: 0, moved: 1 });
    expect(fold.ofProcess(3)).toEqual({ calls: 0, failed: 0, moved: 0 });
    expect(fold.dropped).toBe(42);
  });

  it("of nothing is nothing", () => {
    const empty = new StatsFold();
    expect([empty.calls(), empty.dropped]).toEqual([{}, 0]);
    expect(Object.values(empty.growth())).toEqual(Array(7).fill(nothing));
  });
});

describe("a heap", () => {
  const growth = (rows: readonly EventRow[], ends?: readonly number[]) => {
    const { inPlace, shrunk } = folded([rows], ends).growth();
    return [inPlace.bytes / page, shrunk.bytes / page];
  };
  const twoPages = heapStart + 2 * page;

  it("is known from its process's first maps text that has one", () => {
    expect(growth([brk(5)])).toEqual([0, 0]);
    expect(growth([observed(0), brk(5)], [twoPages])).toEqual([3, 0]);
    expect(growth([observed(7), observed(0), brk(5)], [twoPages])).toEqual([3, 0]);
    expect(growth([observed(0, 2), brk(5)], [twoPages])).toEqual([0, 0]);
  });

  it("is where its calls left it, whatever a later text says", () => {
    const later = heapStart + 9 * page;
    const rows = [observed(0), brk(5), observed(1), brk(6)];
    expect(growth(rows, [twoPages, later])).toEqual([3 + 1, 0]);
  });

  it("is not known where no text can be read", () => {
    const fold = new StatsFold();
    fold.feed(batchOf([observed(0), brk(5), brk(6)]));
    expect(fold.growth().inPlace.bytes).toBe(page);
  });
});

describe("coverage", () => {
  const [full, partial, none] = (["full", "partial", "none"] as const).map((status) => {
    return (...reasons: string[]) => ({ status, reasons });
  });

  it.each([
    ["full", [], [0, 0, 0]],
    ["full", [full!(), full!()], [2, 0, 0]],
    ["partial", [full!(), none!()], [1, 0, 1]],
    ["partial", [partial!()], [0, 1, 0]],
    ["none", [none!(), none!()], [0, 0, 2]],
  ] as const)("is %s", (status, coverages, [fulls, partials, nones]) => {
    expect(summariseCoverage(coverages)).toEqual({
      ...{ status, full: fulls, partial: partials, none: nones, reasons: [] },
    });
  });

  it("has the commonest reason first", () => {
    const { reasons } = summariseCoverage([partial!("a"), none!("b", "c"), partial!("c")]);
    expect(reasons).toEqual([
      { reason: "c", processes: 2 },
      { reason: "a", processes: 1 },
      { reason: "b", processes: 1 },
    ]);
  });
});
