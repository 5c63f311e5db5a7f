import { describe, expect, it } from "vitest";
import type { FreedFigures, StaleRangesData } from "../../../src/analyses/stale-ranges.ts";
import { plainStyle } from "../../../src/base/style.ts";
import { staleRangesSection } from "../../../src/reports/sections/stale-ranges.ts";
import { drawn } from "../drawn.ts";
import { ascii } from "../painted.ts";

const none: FreedFigures = {
  ranges: 0,
  bytes: 0,
  followed: 0,
  takenAgain: 0,
  bySameSite: 0,
  medianNanos: 0,
  soonestNanos: 0,
  delays: [],
};
const moved: FreedFigures = {
  ranges: 1234,
  bytes: 8192,
  followed: 1000,
  takenAgain: 250,
  bySameSite: 100,
  medianNanos: 1500,
  soonestNanos: 40,
  delays: [
    { fromNanos: 512, count: 4 },
    { fromNanos: 1024, count: 2 },
  ],
};
const unmapped: FreedFigures = { ...none, ranges: 56, followed: 40, bySameSite: 0 };
const shrunk: FreedFigures = { ...moved, ranges: 9, followed: 8, takenAgain: 6, bySameSite: 2 };

const dataOf = (more: Partial<StaleRangesData>): StaleRangesData => ({
  ...{ moved: none, unmapped: none, shrunk: none },
  takers: { rows: [], more: 0 },
  soonest: [],
  forgotten: 0,
  ...more,
});

const facts = { growthPoints: { points: [], oneIn: 1 }, durationNanos: 5000 };

describe("the table of stale ranges", () => {
  it("has a row for each way in which ranges were left", () => {
    expect(staleRangesSection.tables(dataOf({ moved, unmapped, shrunk }), plainStyle)).toEqual([
      [
        "  left by   ranges  taken again  by the same site  half within",
        "  moved      1,234         25 %              10 %       1.5 µs",
        "  unmapped      56          0 %               0 %",
        "  shrunk         9         75 %              25 %       1.5 µs",
      ],
    ]);
  });

  it("leaves out a way in which none was left, and is not there without any", () => {
    expect(staleRangesSection.tables(dataOf({ shrunk }), ascii)).toEqual([
      [
        "  left by  ranges  taken again  by the same site  half within",
        "  shrunk        9         75 %              25 %       1.5 us",
      ],
    ]);
    expect(staleRangesSection.tables(dataOf({}), plainStyle)).toEqual([[]]);
  });
});

describe("the picture of stale ranges", () => {
  const { plot } = staleRangesSection;
  const draw = (data: StaleRangesData) => ("draw" in plot ? plot.draw(data, facts) : undefined);

  it("has a bar for each time until reuse", () => {
    // From 68 to 490 across for two bars, 211 each with 0.75 free on both sides; from 174 up to 10
    // for 4 ranges, so 2 reach to 92.
    expect(drawn(draw(dataOf({ moved, unmapped })))).toMatchObject({
      title: "Delays until reuse",
      caption: "How long it took until an address that a move had left was mapped again.",
      words: ["0", "2", "4", "512 ns", "1.02 µs"],
      shapes: { bar: "M68.8 174V10H278.3V174zM279.8 174V92H489.3V174z" },
    });
  });

  it("is of moves alone, and of two at least", () => {
    expect(draw(dataOf({ moved: { ...moved, takenAgain: 1 }, unmapped: moved }))).toBeUndefined();
    expect(draw(dataOf({ moved: { ...moved, takenAgain: 2 } }))).toBeDefined();
  });
});
