/** The map budget's tables and its picture of regions over time, every figure another. */
import { describe, expect, it } from "vitest";
import type { MapBudgetData, ProcessBudget } from "../../../src/analyses/map-budget.ts";
import { plainStyle } from "../../../src/base/style.ts";
import { mapBudgetSection } from "../../../src/reports/sections/map-budget.ts";
import { drawingOf } from "./drawing.ts";

function process(name: string, more: Partial<ProcessBudget> = {}): ProcessBudget {
  return {
    ...{ process: 1, name, peakMergedRegions: 1100, peakRegions: 2200, peakSeq: 3 },
    consumers: [
      { name: "grow_table (table.c:12)", bytes: 12_288, regions: 1500 },
      { name: "heap", bytes: 5 * 1024 ** 2, regions: 1 },
    ],
    ...{ consumersSeq: 4, callsUntilLimit: 5 },
    series: {
      seq: [1, 2, 3],
      atNanos: [1000, 3000, 4000],
      leastRegions: [1, 1, 1],
      mostRegions: [4, 8, 6],
    },
    ...more,
  };
}

function dataOf(processes: readonly ProcessBudget[]): MapBudgetData {
  const splitters = { rows: [], more: 0 };
  return { limit: 10_000, limitFrom: "default", processes, moreProcesses: 0, splitters };
}

const second = process("4122 other", {
  ...{ peakMergedRegions: 33, peakRegions: 440 },
  consumers: [{ name: "of no interest", bytes: 1, regions: 1 }],
});

describe("its tables", () => {
  it("have a row for each process, and one for each that used up the first one's", () => {
    expect(mapBudgetSection.tables(dataOf([process("4121 grow"), second]), plainStyle)).toEqual([
      [
        "  process     regions merged  never merged  of the limit",
        "  4121 grow            1,100         2,200          22 %",
        "  4122 other              33           440           4 %",
      ],
      [
        "  regions of the first      bytes  regions",
        "  grow_table (table.c:12)  12 KiB    1,500",
        "  heap                      5 MiB        1",
      ],
    ]);
  });

  it("are none without a process", () => {
    expect(mapBudgetSection.tables(dataOf([]), plainStyle)).toEqual([[], []]);
  });
});

describe("its picture", () => {
  const draw = (data: MapBudgetData, durationNanos: number) => {
    const { plot } = mapBudgetSection;
    if (!("draw" in plot)) throw new Error("it has none");
    return drawingOf(plot.draw(data, { growthPoints: { points: [], oneIn: 1 }, durationNanos }));
  };

  it("has the first one's regions from its first call to the recording's end", () => {
    // From 1 to 5 µs on 422 pixels from 68 on, and 8 regions on 134 up from 144.
    const line = "M68 77H279V10H384.5V43.5H490";
    expect(draw(dataOf([process("4121 grow"), second]), 5000)).toEqual({
      title: "Regions over time",
      caption: "Regions of 4121 grow over time, of at most 10,000.",
      texts: ["0", "5", "1 µs", "2 µs", "3 µs", "4 µs", "5 µs"],
      paths: {
        area: `${line}V144H68z`,
        axis: "M68 144H490M68 60.3H490M68 144v4M173.5 144v4M279 144v4M384.5 144v4M490 144v4",
        line,
      },
      widths: [],
    });
  });

  it("has some width where the recording's end is not known", () => {
    expect(draw(dataOf([process("4121 grow")]), 0)?.paths["line"]).toMatch(/H490$/);
  });

  it("is none without a process", () => {
    expect(draw(dataOf([]), 5000)).toBeUndefined();
  });
});
