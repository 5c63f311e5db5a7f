/** The blockers' table and bars, every figure another. */
import { describe, expect, it } from "vitest";
import type { BlockerGroup, BlockersData } from "../../../src/analyses/blockers.ts";
import { plainStyle } from "../../../src/base/style.ts";
import { blockersSection } from "../../../src/reports/sections/blockers.ts";
import { drawingOf } from "./drawing.ts";

function group(name: string, count: number, more: Partial<BlockerGroup> = {}): BlockerGroup {
  return {
    ...{ name, count, kind: "heap", moves: 12, refusals: 3, events: [] },
    ...{ medianGapBytes: 4096, medianNeedBytes: 5 * 1024 ** 2, medianAgeNanos: 6_700_000 },
    ...more,
  };
}

function dataOf(rows: readonly BlockerGroup[], more = 0): BlockersData {
  return { moves: 1, refusals: 2, groups: { rows, more }, blocks: [], moreBlocks: 0 };
}

const library = group("libz.so.1", 80, {
  ...{ moves: 1000, refusals: 0 },
  ...{ medianGapBytes: 0, medianNeedBytes: 17 * 1024, medianAgeNanos: 8 },
});

describe("its table", () => {
  it("has a row for each thing that stood in the way", () => {
    expect(
      blockersSection.tables(dataOf([group("thread stacks", 160), library]), plainStyle),
    ).toEqual([
      [
        "  blocked by     moves  refusals    gap  needed     age",
        "  thread stacks     12         3  4 KiB   5 MiB  6.7 ms",
        "  libz.so.1      1,000         0    0 B  17 KiB    8 ns",
      ],
    ]);
  });

  it("is none where nothing did", () => {
    expect(blockersSection.tables(dataOf([]), plainStyle)).toEqual([[]]);
  });
});

describe("its picture", () => {
  const draw = (data: BlockersData) => {
    const { plot } = blockersSection;
    if (!("draw" in plot)) throw new Error("it has none");
    return drawingOf(plot.draw(data, { growthPoints: { points: [], oneIn: 1 }, durationNanos: 1 }));
  };
  const words = "What stood above the growths that moved or were refused.";

  it("has a bar for each, the longest of 430 pixels", () => {
    expect(draw(dataOf([group("thread stacks", 1600), library]))).toEqual({
      title: "Blockers by growths",
      caption: words,
      texts: ["thread stacks", "1,600", "libz.so.1", "80"],
      paths: {},
      widths: [430, (430 * 80) / 1600],
    });
  });

  it("has the six commonest, and says how many are not there", () => {
    const rows = ["a", "b", "c", "d", "e", "f", "g"].map((name, i) => group(name, 9 - i));
    expect(draw(dataOf(rows))?.caption).toBe(`${words} 1 rarer one is not drawn.`);
    const drawn = draw(dataOf(rows, 4));
    expect(drawn?.caption).toBe(`${words} 5 rarer ones are not drawn.`);
    expect(drawn?.texts.filter((_, i) => i % 2 === 0)).toEqual(["a", "b", "c", "d", "e", "f"]);
    expect(draw(dataOf(rows.slice(0, 6)))?.caption).toBe(words);
    expect(draw(dataOf(rows.slice(0, 2), 1))?.caption).toBe(`${words} 1 rarer one is not drawn.`);
  });

  it("is none where nothing did", () => {
    expect(draw(dataOf([]))).toBeUndefined();
  });
});
