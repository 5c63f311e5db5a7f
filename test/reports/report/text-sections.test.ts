/** The report's pictures in characters. */
import { describe, expect, it } from "vitest";
import type { GrowthPoint } from "../../../src/analyses/picture/growth-points.ts";
import { barLines } from "../../../src/reports/report/text-plots.ts";
import { blockerPlotLines, growthPlotLines } from "../../../src/reports/report/text-sections.ts";
import { growthOf, statsOf } from "../figures.ts";
import { analysesOf, reportOf, resultOf } from "../report-sample.ts";

describe("pictures in characters", () => {
  const point = (outcome: GrowthPoint["outcome"], atNanos: number): GrowthPoint => {
    return { seq: 1, process: 1, atNanos, durationNanos: 1, bytes: 1, newBytes: 1, outcome };
  };

  it("have a line for each outcome that there was", () => {
    const one = { count: 1500, bytes: 0, nanos: 0 };
    const growth = growthOf({ inPlace: one, moved: { ...one, count: 2 }, shrunk: one });
    const points = [point("moved", 0), point("moved", 999), point("inPlace", 500)];
    expect(
      growthPlotLines(reportOf({ stats: statsOf({ growth }), growthPoints: { points, oneIn: 1 } })),
    ).toEqual([
      `in place  ${" ".repeat(30)}█${" ".repeat(29)} 1,500`,
      `moved     █${" ".repeat(58)}█ 2`,
      `          0${" ".repeat(55)}1 µs`,
    ]);
    expect(
      growthPlotLines(reportOf({ stats: statsOf({ growth: growthOf({ shrunk: one }) }) })),
    ).toEqual([]);
  });

  it("have a bar for each of six blockers", () => {
    const lines = (...rows: { name: string; count: number }[]) =>
      blockerPlotLines(
        reportOf({ analyses: analysesOf(resultOf("blockers", { data: { groups: { rows } } })) }),
      );
    expect(lines({ name: "x.so", count: 10 }, { name: "a\u001b", count: 5 })).toEqual([
      "blocked by",
      `x.so   10  ${"█".repeat(20)}`,
      `a\\x1b   5  ${"█".repeat(10)}`,
    ]);
    expect(lines()).toEqual([]);
    expect(blockerPlotLines(reportOf())).toEqual([]);
    const many = Array.from({ length: 7 }, (_, i) => ({ name: "n".repeat(61), count: 7 - i }));
    expect(lines(...many)).toHaveLength(7);
    expect(lines(...many)[1]).toBe(`${"n".repeat(59)}…  7  ${"█".repeat(20)}`);
  });

  it("have bars that can be seen, however short", () => {
    const bars = [
      { name: "a", count: 1000 },
      { name: "long", count: 1 },
      { name: "b", count: 0 },
    ];
    expect(barLines(bars, 10)).toEqual(["a     1000  ██████████", "long     1  █", "b        0"]);
    expect(barLines([{ name: "b", count: 0 }], 10)).toEqual(["b  0"]);
    expect(barLines([], 10)).toEqual([]);
  });
});
