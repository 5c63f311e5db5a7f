/** Pictures in characters, as literal text. */
import { describe, expect, it } from "vitest";
import type { GrowthPoint } from "../../src/analyses/picture/growth-points.ts";
import { barLines, countsOverTime, sparkline } from "../../src/reports/report/text-plots.ts";

const point = (atNanos: number, outcome: GrowthPoint["outcome"]): GrowthPoint => ({
  ...{ seq: 1, process: 1, durationNanos: 1, bytes: 4096, newBytes: 8192 },
  ...{ atNanos, outcome },
});

describe("a sparkline", () => {
  it.each([
    [[], ""],
    [[0, 0], "  "],
    [[1, 2, 3, 4, 5, 6, 7, 8], "▁▂▃▄▅▆▇█"],
    [[0, 0.001, 100], " ▁█"],
    [[5, 5], "██"],
  ])("%j is %j", (values, text) => {
    expect(sparkline(values)).toBe(text);
  });
});

it("growths are counted by when they began, the last moment in the last column", () => {
  const points = [point(0, "moved"), point(49, "moved"), point(50, "inPlace"), point(100, "moved")];
  expect(countsOverTime(points, "moved", 100, 4)).toEqual([1, 1, 0, 1]);
  expect(countsOverTime(points, "inPlace", 100, 4)).toEqual([0, 0, 1, 0]);
});

it("bars begin in one column, whatever script their names are in", () => {
  const bars = [
    { name: "漢字", count: 2 },
    { name: "cafe\u0301", count: 10 },
    { name: "ab", count: 1 },
  ];
  // Four columns each: two wide characters, four letters of which one has a mark, two and two blanks.
  expect(barLines(bars, 5)).toEqual(["漢字   2  █", "cafe\u0301  10  █████", "ab     1  █"]);
});
