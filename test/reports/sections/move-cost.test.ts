/** The moves by size: the table, and the picture with its fit. */
import { describe, expect, it } from "vitest";
import type { MoveCostData } from "../../../src/analyses/move-cost.ts";
import type { GrowthPoint } from "../../../src/analyses/picture/growth-points.ts";
import { plainStyle } from "../../../src/base/style.ts";
import { moveCostSection } from "../../../src/reports/sections/move-cost.ts";
import { drawingOf } from "./drawing.ts";

function dataOf(more: Partial<MoveCostData> = {}): MoveCostData {
  return {
    ...{ pageBytes: 4096, moves: 1, sizes: [], verdict: "unknown", totalNanos: 2, copyNanos: 3 },
    ...{ baseNanos: 0, nanosPerPage: 0, nanosPer2MiB: 0, copyBytesPerSecond: 4 },
    ...more,
  };
}

describe("its table", () => {
  it("has a row for each size", () => {
    const sizes = [
      { fromPages: 4, count: 1500, medianPages: 5, medianNanos: 670, p99Nanos: 8900 },
      { fromPages: 1024, count: 7, medianPages: 1111, medianNanos: 1_200_000, p99Nanos: 34 },
    ];
    expect(moveCostSection.tables(dataOf({ sizes }), plainStyle)).toEqual([
      [
        "  pages from  moves  median     p99",
        "  4           1,500  670 ns  8.9 µs",
        "  1,024           7  1.2 ms   34 ns",
      ],
    ]);
  });

  it("is none without a move", () => {
    expect(moveCostSection.tables(dataOf(), plainStyle)).toEqual([[]]);
  });
});

describe("its picture", () => {
  const draw = (points: readonly GrowthPoint[], data = dataOf(), oneIn = 1) => {
    const { plot } = moveCostSection;
    if (!("draw" in plot)) throw new Error("it has none");
    return drawingOf(plot.draw(data, { growthPoints: { points, oneIn }, durationNanos: 4000 }));
  };
  const point = (movedBytes: number, durationNanos: number, more: Partial<GrowthPoint> = {}) => ({
    ...{ seq: 1, process: 1, atNanos: 9, bytes: 12_288, newBytes: movedBytes + 12_288 },
    ...{ durationNanos, outcome: "moved" as const, ...more },
  });
  /** 4 KiB in 1 µs, 128 KiB in 10 µs, 4 MiB in 100 µs. */
  const three = [point(4096, 1000), point(2 ** 17, 10_000), point(2 ** 22, 100_000)];
  const arrow = "m-4 0h8m-3 -3l3 3l-3 3";
  const words = "What each move took against the size that moved, both on scales of powers.";

  it("has each move at the size that moved and at what it took", () => {
    // From 2^12 at 76 to 2^22 at 478 across, and from 10^3 at 190 to 10^5 at 14.
    const drawn = draw([
      ...three,
      // Of no known size, of no known time, and no move.
      point(4096, 5, { newBytes: 0 }),
      point(4096, 0),
      point(4096, 5, { outcome: "relocated" }),
    ]);
    expect(drawn).toMatchObject({
      title: "What a move takes against the size of what moved",
      caption: words,
      texts: ["1 µs", "10 µs", "100 µs", "4 KiB", "16 KiB", "64 KiB", "256 KiB", "1 MiB", "4 MiB"],
    });
    expect(drawn?.paths).toEqual({
      axis: expect.stringMatching(/^M68 190H490M68 102H490M68 14H490M76 194v4/),
      "mark mark-attention": `M76 190${arrow}M277 102${arrow}M478 14${arrow}`,
    });
  });

  /** A line through what the first and the last take, at the places of their marks. */
  it.each<[string, Partial<MoveCostData>]>([
    ["line", { verdict: "linear", baseNanos: 1000 - 99_000 / 1023, nanosPerPage: 99_000 / 1023 }],
    ["steps", { verdict: "steps of 2 MiB", baseNanos: 1000 - 99_000, nanosPer2MiB: 99_000 }],
  ])("has the %s that fits, through marks that lie on it", (_, fit) => {
    const drawn = draw(three, dataOf(fit));
    expect(drawn?.caption).toBe(`${words} The broken line is the fit.`);
    const places = drawn?.paths["fit"]?.slice(1).split("L");
    expect(places).toHaveLength(65);
    expect([places?.[0], places?.[64]]).toEqual(["76 190", "478 14"]);
  });

  it("has a flat line where size does not matter", () => {
    const drawn = draw(three, dataOf({ verdict: "constant", baseNanos: 10_000 }));
    const heights = drawn?.paths["fit"]
      ?.slice(1)
      .split("L")
      .map((place) => place.split(" ")[1]);
    expect(new Set(heights)).toEqual(new Set(["102"]));
  });

  it("says how many moves a mark stands for", () => {
    expect(draw(three, dataOf(), 4)?.caption).toBe(`${words} One in 4 is drawn.`);
  });

  it("is none of two moves", () => {
    expect(draw(three.slice(1))).toBeUndefined();
  });
});
