/** The policies' table and bars, every figure another. */
import { describe, expect, it } from "vitest";
import type { PolicyFigures } from "../../../src/analyses/demand.ts";
import type { WhatIfData } from "../../../src/analyses/what-if.ts";
import { plainStyle } from "../../../src/base/style.ts";
import { whatIfSection } from "../../../src/reports/sections/what-if.ts";
import { drawingOf } from "./drawing.ts";

function policy(name: string, moves: number, more: Partial<PolicyFigures> = {}): PolicyFigures {
  return {
    ...{ name, what: "", calls: 2000, moves, relocations: 3 },
    ...{ peakBytes: 4 * 1024, peakReservedBytes: 5 * 1024 ** 2, wastedBytes: 6 * 1024 ** 3 },
    ...more,
  };
}

function dataOf(recorded: PolicyFigures, policies: readonly PolicyFigures[]): WhatIfData {
  const byLineage = { rows: [], more: 0 };
  return { lineages: 1, recorded, policies, reserveBytes: 1, byLineage };
}

const recorded = policy("as recorded", 1000);
const five = ["one", "two", "three", "four", "five"].map((name, i) => policy(name, 10 * i));

describe("its table", () => {
  it("has a row for what was recorded and for each policy", () => {
    const second = policy("factor 2", 7, {
      ...{ calls: 8, relocations: 9 },
      ...{ peakBytes: 11 * 1024, peakReservedBytes: 12 * 1024, wastedBytes: 0 },
    });
    expect(whatIfSection.tables(dataOf(recorded, [second]), plainStyle)).toEqual([
      [
        "  policy       calls  moves  relocated    peak  addresses  unused",
        "  as recorded  2,000  1,000          3   4 KiB      5 MiB   6 GiB",
        "  factor 2         8      7          9  11 KiB     12 KiB     0 B",
      ],
    ]);
  });

  it("leaves no policy out", () => {
    const [lines] = whatIfSection.tables(dataOf(recorded, five), plainStyle);
    expect(lines?.map((line) => line.trim().split("  ")[0])).toEqual([
      ...["policy", "as recorded", "one", "two", "three", "four", "five"],
    ]);
  });

  it("is none where nothing was asked for", () => {
    const nothing = policy("as recorded", 0, { calls: 0 });
    expect(whatIfSection.tables(dataOf(nothing, five), plainStyle)).toEqual([[]]);
  });
});

describe("its picture", () => {
  const draw = (data: WhatIfData) => {
    const { plot } = whatIfSection;
    if (!("draw" in plot)) throw new Error("it has none");
    return drawingOf(plot.draw(data, { growthPoints: { points: [], oneIn: 1 }, durationNanos: 1 }));
  };

  it("has the moves of each policy, as recorded first", () => {
    expect(draw(dataOf({ ...recorded, name: "exact" }, five))).toEqual({
      title: "Moves by policy",
      caption: "Moves that the recorded demand would lead to under each policy of growing.",
      texts: [
        ...["as recorded", "1,000", "one", "0", "two", "10"],
        ...["three", "20", "four", "30", "five", "40"],
      ],
      paths: {},
      widths: [430, 0, 4.3, 8.6, 12.9, 17.2],
    });
  });

  it("has six bars at the most", () => {
    expect(draw(dataOf(recorded, [...five, policy("six", 50)]))?.widths).toHaveLength(6);
  });

  it("is none where nothing moved", () => {
    expect(draw(dataOf(policy("as recorded", 0), five))).toBeUndefined();
  });
});
