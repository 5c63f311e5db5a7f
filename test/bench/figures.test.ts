import { describe, expect, it } from "vitest";
import {
  addedOf,
  type Figure,
  goalText,
  isMet,
  median,
  ratioOf,
  spreadOf,
} from "../../bench/figures.ts";
import { tableLines } from "../../bench/table.ts";

const figure = { name: "pair", way: "maptrail", unit: "ns", decimals: 0 } as const;

describe("median", () => {
  it("is the middle value, whatever the order", () => {
    expect(median([9, 1, 5])).toBe(5);
  });

  it("is between the two middle values of an even number", () => {
    expect(median([4, 1, 100, 2])).toBe(3);
  });

  it("leaves its argument as it is", () => {
    const values = [3, 1, 2];
    median(values);
    expect(values).toEqual([3, 1, 2]);
  });

  it("refuses an empty list", () => {
    expect(() => median([])).toThrow(RangeError);
  });
});

describe("comparisons", () => {
  it("keeps the extremes and the number of rounds", () => {
    expect(spreadOf([7, 3, 5])).toEqual({ median: 5, min: 3, max: 7, count: 3 });
  });

  it("compares each round with itself: a slow round counts no more than a fast one", () => {
    // the ratio of the medians would be 22 / 20, although each round says 1.1
    const untraced = [10, 20, 1000];
    const traced = [11, 22, 1100];
    expect(ratioOf(traced, untraced).max).toBeCloseTo(1.1);
    expect(ratioOf(traced, untraced).min).toBeCloseTo(1.1);
    expect(addedOf(traced, untraced)).toEqual({ median: 2, min: 1, max: 100, count: 3 });
  });

  it("takes the median of the ratios, not the ratio of the medians", () => {
    expect(ratioOf([10, 20, 30], [10, 5, 30]).median).toBe(1);
  });

  it("refuses rounds that do not belong together", () => {
    expect(() => ratioOf([1, 2], [1])).toThrow("2 rounds cannot be compared with 1");
  });
});

describe("goals", () => {
  const goal = { of: "ratio", is: "at most", limit: 1.12 } as const;

  it("are met up to and including the limit", () => {
    expect(isMet({ ...figure, ratio: spreadOf([1.12]), goal })).toBe(true);
    expect(isMet({ ...figure, ratio: spreadOf([1.13]), goal })).toBe(false);
    const speed = { of: "value", is: "at least", limit: 2.5 } as const;
    expect(isMet({ ...figure, value: spreadOf([2.5]), goal: speed })).toBe(true);
    expect(isMet({ ...figure, value: spreadOf([2.4]), goal: speed })).toBe(false);
  });

  it("say nothing about what was not measured or has no goal", () => {
    expect(isMet({ ...figure, goal })).toBeUndefined();
    expect(isMet({ ...figure, value: spreadOf([1]) })).toBeUndefined();
  });

  it("read as one would say them", () => {
    expect(goalText(goal)).toBe("<= x1.12");
    expect(goalText({ of: "added", is: "at most", limit: 120 })).toBe("<= +120");
    expect(goalText({ of: "value", is: "at least", limit: 2.5 })).toBe(">= 2.5");
  });
});

describe("the table", () => {
  const untraced: Figure = { ...figure, way: "untraced", value: spreadOf([1000, 1200, 1100]) };
  const traced: Figure = {
    ...figure,
    value: spreadOf([1500, 1600, 1400]),
    ratio: spreadOf([1.5, 1.33, 1.27]),
    added: spreadOf([500, 400, 300]),
    goal: { of: "ratio", is: "at most", limit: 1.12 },
  };

  it("aligns, names each measure once and says what missed its goal", () => {
    expect(tableLines([untraced, traced])).toEqual([
      "                median      min .. max  unit  ratio  added      goal",
      "pair  untraced   1,100  1,000 .. 1,200  ns",
      "      maptrail   1,500  1,400 .. 1,600  ns    x1.33   +400  <= x1.12  MISSED",
    ]);
  });

  it("says once below what is not available, and why", () => {
    const absent: Figure = { ...figure, way: "perf trace", missing: "perf is not installed" };
    const lines = tableLines([untraced, absent, { ...absent, name: "madvise" }]);
    expect(lines.at(-1)).toBe("not available: perf trace (perf is not installed)");
    expect(lines).toHaveLength(3);
  });
});
