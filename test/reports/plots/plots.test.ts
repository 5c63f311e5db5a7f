/** The small pictures, taken apart into words and paths whose places are worked out by hand. */
import { describe, expect, it } from "vitest";
import type { GrowthPoint } from "../../../src/analyses/picture/growth-points.ts";
import { namedBars, standingBars } from "../../../src/reports/plots/plot-bars.ts";
import { growthOverTime, moveCost } from "../../../src/reports/plots/plot-growth.ts";
import { plotOf } from "../../../src/reports/sections/plots.ts";
import { drawn } from "../drawn.ts";

describe("lying bars", () => {
  it("have their names above and their counts behind them", () => {
    const bars = [
      { name: "x.so", count: 2000 },
      { name: "<b>", count: 500 },
      { name: "nobody", count: 0 },
    ];
    // 430 for the most; 40 down for each; 14 high.
    expect(drawn(namedBars("Blockers", "Who it was.", bars, "bar-attention"))).toEqual({
      title: "Blockers",
      caption: "Who it was.",
      words: ["x.so", "2,000", "&lt;b&gt;", "500", "nobody", "0"],
      shapes: {
        "bar-attention 0": "0 19 430 14",
        "bar-attention 1": "0 59 107.5 14",
        "bar-attention 2": "0 99 0 14",
      },
      height: 120,
    });
  });

  it("are of one role where nothing is said, and their words stand where they end", () => {
    const { text } = namedBars("t", "w", [{ name: "n", count: 0 }]);
    expect(text).toContain('<text class="strong" x="0" y="13">n<title>n</title></text>');
    expect(text).toContain('<rect class="bar" x="0" y="19" width="0" height="14"/>');
    expect(text).toContain('<text x="7" y="30">0</text>');
  });

  it("have long names cut, whole in the title", () => {
    const name = "a".repeat(67);
    const { text } = namedBars("t", "w", [{ name, count: 1 }]);
    expect(text).toContain(`>${"a".repeat(65)}…<title>${name}</title>`);
    const fits = "é".repeat(66);
    expect(namedBars("t", "w", [{ name: fits, count: 1 }]).text).toContain(`>${fits}<title>`);
  });
});

describe("standing bars", () => {
  it("name every bar where there are six, and every second where there are more", () => {
    const bars = (count: number) =>
      Array.from({ length: count }, (_, i) => ({ text: `b${i}`, count: 1 }));
    const words = (count: number) =>
      drawn(standingBars("t", "w", bars(count)))!.words.filter((one) => one.startsWith("b"));
    expect(words(6)).toEqual(["b0", "b1", "b2", "b3", "b4", "b5"]);
    expect(words(7)).toEqual(["b0", "b2", "b4", "b6"]);
    expect(words(13)).toEqual(["b0", "b3", "b6", "b9", "b12"]);
  });

  it("have their marks and words at the places where they begin", () => {
    const { text } = standingBars("t", "w", [
      { text: "one", count: 1 },
      { text: "two", count: 2 },
    ]);
    expect(text).toContain('<text x="68" y="192" text-anchor="middle">one</text>');
    expect(text).toContain('<text x="279" y="192" text-anchor="middle">two</text>');
    expect(text).toContain('<text x="60" y="178" text-anchor="end">0</text>');
    expect(text).toContain('d="M68 174H490M68 92H490M68 10H490M68 174v4M279 174v4"');
    expect(text).toMatch(/^<svg class="plot" viewBox="0 0 500 200" role="img" aria-label="t">/);
  });
});

function point(outcome: GrowthPoint["outcome"], more: Partial<GrowthPoint>): GrowthPoint {
  const rest = { seq: 1, process: 1, atNanos: 0, durationNanos: 100, bytes: 4096, newBytes: 8192 };
  return { ...rest, outcome, ...more };
}

describe("growths over time", () => {
  it("have a sign for each outcome where and when they happened", () => {
    const points = [
      point("inPlace", { atNanos: 0, bytes: 4096 }),
      point("moved", { atNanos: 1000, bytes: 16_384 }),
      point("relocated", { atNanos: 500, bytes: 8192 }),
      point("refused", { atNanos: 750, bytes: 16_384 }),
      point("inPlace", { atNanos: 1000, bytes: 4096 }),
      // Nothing more was asked for.
      point("relocated", { atNanos: 10, bytes: 0 }),
    ];
    // Across from 68 to 490; from 4 KiB at 188 to 16 KiB at 16.
    expect(drawn(growthOverTime({ points, oneIn: 1 }, 1000))).toEqual({
      title: "Growths over time by how much more they asked for",
      caption:
        "How much more each growth asked for, over time: + in place, → moved, ⇒ relocated, × refused.",
      words: [
        ...["4 KiB", "8 KiB", "16 KiB"],
        ...["0", "200 ns", "400 ns", "600 ns", "800 ns", "1 µs"],
      ],
      shapes: {
        axis: "M68 188H490M68 102H490M68 16H490M68 194v4M152.4 194v4M236.8 194v4M321.2 194v4M405.6 194v4M490 194v4",
        "mark mark-good": "M68 188m-3 0h6m-3 -3v6M490 188m-3 0h6m-3 -3v6",
        "mark mark-attention": "M490 16m-4 0h8m-3 -3l3 3l-3 3",
        "mark mark-accent": "M279 102m-4 -1.5h8m-8 3h8",
        "mark mark-bad": "M384.5 16m-3 -3l6 6m0 -6l-6 6",
      },
      height: 220,
    });
  });

  it("say how many are drawn where not all are", () => {
    const points = [point("moved", {})];
    const text = drawn(growthOverTime({ points, oneIn: 2048 }, 10))!.caption;
    expect(text).toMatch(/× refused\. One in 2,048 is drawn\.$/);
  });

  it("are not drawn where nothing asked for more", () => {
    expect(growthOverTime({ points: [], oneIn: 1 }, 10)).toBeUndefined();
    expect(
      growthOverTime({ points: [point("inPlace", { bytes: 0 })], oneIn: 1 }, 10),
    ).toBeUndefined();
  });
});

describe("the cost of moves", () => {
  const KiB = 1024;
  /** A move of so much, which asked for as much again. */
  const move = (oldBytes: number, durationNanos: number): GrowthPoint =>
    point("moved", { bytes: oldBytes, newBytes: 2 * oldBytes, durationNanos });
  const three = [move(4 * KiB, 100), move(16 * KiB, 1000), move(64 * KiB, 10_000)];

  it("has each move by the size that moved and the time it took, and the fit", () => {
    // Across from 76 to 478 for 4 powers of two, 100.5 each; from 190 up to 14 for two of ten.
    const fit = (bytes: number): number => (100 * bytes) / (4 * KiB);
    const plot = drawn(moveCost({ points: three, oneIn: 1 }, fit))!;
    expect(plot).toMatchObject({
      title: "What a move takes against the size of what moved",
      caption:
        "What each move took against the size that moved, both on scales of powers. The broken line is the fit.",
      words: ["100 ns", "1 µs", "10 µs", "4 KiB", "8 KiB", "16 KiB", "32 KiB", "64 KiB"],
    });
    const arrow = "m-4 0h8m-3 -3l3 3l-3 3";
    expect(plot.shapes["mark mark-attention"]).toBe(
      `M76 190${arrow}M277 102${arrow}M478 14${arrow}`,
    );
    // From 100 ns to 1,600 ns, which is log10(16) = 1.204 of two powers: 190 - 1.204 * 88 = 84.
    const line = plot.shapes["fit"]!;
    expect(line.split("L")).toHaveLength(65);
    expect([line.split("L")[0], line.split("L")[64]]).toEqual(["M76 190", "478 84"]);
    // Half of the way is 16 KiB, 400 ns: 190 - 0.602 * 88 = 137.
    expect(line.split("L")[32]).toBe("277 137");
  });

  it("has no line without a fit, and one that does not fall below a nanosecond", () => {
    const plain = drawn(moveCost({ points: three, oneIn: 4 }, undefined))!;
    expect(plain.shapes["fit"]).toBeUndefined();
    expect(plain.caption).toBe(
      "What each move took against the size that moved, both on scales of powers. One in 4 is drawn.",
    );
    // 1 ns is two powers of ten below 100 ns.
    const low = drawn(moveCost({ points: three, oneIn: 1 }, () => 0))!;
    expect(low.shapes["fit"]!.split("L")[64]).toBe("478 366");
  });

  it("is drawn of three moves whose time is known, and of nothing else", () => {
    const draw = (...points: readonly GrowthPoint[]) => moveCost({ points, oneIn: 1 }, undefined);
    expect(draw(...three)).toBeDefined();
    expect(draw(...three.slice(1))).toBeUndefined();
    const rest = three.slice(1);
    expect(draw(...rest, move(4096, -1))).toBeUndefined();
    expect(draw(...rest, move(4096, 0))).toBeUndefined();
    expect(draw(...rest, { ...move(4096, 5), outcome: "inPlace" })).toBeUndefined();
    // A heap has no size that its call tells.
    expect(draw(...rest, { ...move(4096, 5), newBytes: 0 })).toBeUndefined();
  });
});

describe("the picture of an analysis", () => {
  const facts = { growthPoints: { points: [], oneIn: 1 }, durationNanos: 10 };
  const about = { title: "", question: "", basis: [], findings: [] } as const;
  const lifetimes = [
    { fromNanos: 1, count: 1 },
    { fromNanos: 2, count: 1 },
  ];

  it("is that of its section, if it has one and did not fail", () => {
    const data = { lifetimes };
    expect(plotOf({ id: "lives", ...about, data }, facts)).toBeDefined();
    expect(plotOf({ id: "lives", ...about, data, failure: "it broke" }, facts)).toBeUndefined();
    expect(plotOf({ id: "hardening", ...about, data }, facts)).toBeUndefined();
    expect(plotOf({ id: "no-such", ...about, data }, facts)).toBeUndefined();
  });
});
