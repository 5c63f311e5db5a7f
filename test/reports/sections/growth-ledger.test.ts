/** The growth ledger's tables and picture, every figure another. */
import { describe, expect, it } from "vitest";
import type { GrowthGroup, GrowthLedgerData } from "../../../src/analyses/growth-ledger.ts";
import type { GrowthPoint } from "../../../src/analyses/picture/growth-points.ts";
import { createStyle, plainStyle } from "../../../src/base/style.ts";
import { growthLedgerSection } from "../../../src/reports/sections/growth-ledger.ts";
import { outcomesOf } from "../../analyses/growths.ts";
import { drawingOf } from "./drawing.ts";

function group(name: string, more: Partial<GrowthGroup> = {}): GrowthGroup {
  return {
    name,
    firstSeq: 1,
    growths: 1234,
    outcomes: outcomesOf({ inPlace: 1000, moved: 21, relocated: 5, refused: 3, shrunk: 2 }),
    askedBytes: 44 * 1024,
    movedPages: 99,
    time: { medianNanos: 5500, p99Nanos: 66_000, longestNanos: 88, totalNanos: 7_700_000 },
    ...more,
  };
}

const brk = group("brk", {
  growths: 9,
  outcomes: outcomesOf({ refused: 8 }),
  askedBytes: 12 * 1024,
  time: { medianNanos: 130, p99Nanos: 1400, longestNanos: 77, totalNanos: 15_000 },
});

const none = { rows: [], more: 0 };
const data: Pick<GrowthLedgerData, "byCall" | "byProcess" | "byThread" | "bySite" | "byLineage"> = {
  byCall: { rows: [group("mremap"), brk], more: 0 },
  byProcess: { rows: [group("4121 grow")], more: 0 },
  byThread: { rows: [group("thread 1")], more: 0 },
  bySite: { rows: [group("a\u001bb")], more: 0 },
  byLineage: { rows: [group("#3 of 4121 grow")], more: 0 },
};
const whole = data as GrowthLedgerData;

const byCall = [
  "  call    growths  moved  refused   asked  median     p99   total",
  "  mremap    1,234     21        3  44 KiB  5.5 µs   66 µs  7.7 ms",
  "  brk           9      0        8  12 KiB  130 ns  1.4 µs   15 µs",
];

describe("its tables", () => {
  it("stand by call, process, thread, site and mapping", () => {
    expect(growthLedgerSection.tables(whole, plainStyle)).toEqual([
      byCall,
      [
        "  process    growths  moved  refused   asked  median    p99   total",
        "  4121 grow    1,234     21        3  44 KiB  5.5 µs  66 µs  7.7 ms",
      ],
      [
        "  thread    growths  moved  refused   asked  median    p99   total",
        "  thread 1    1,234     21        3  44 KiB  5.5 µs  66 µs  7.7 ms",
      ],
      [
        "  site    growths  moved  refused   asked  median    p99   total",
        "  a\\x1bb    1,234     21        3  44 KiB  5.5 µs  66 µs  7.7 ms",
      ],
      [
        "  mapping          growths  moved  refused   asked  median    p99   total",
        "  #3 of 4121 grow    1,234     21        3  44 KiB  5.5 µs  66 µs  7.7 ms",
      ],
    ]);
  });

  it("have five rows at the most, and none without a row", () => {
    const rows = ["1", "2", "3", "4", "5", "6"].map((name) => group(name));
    const groups = { rows, more: 7 };
    const some = { ...whole, byCall: groups, byThread: none };
    const tables = growthLedgerSection.tables(some, plainStyle);
    expect(tables[0]?.map((line) => line.slice(0, 3))).toEqual([
      ...["  c", "  1", "  2", "  3", "  4", "  5"],
    ]);
    expect(tables[2]).toEqual([]);
  });

  it("write as the terminal can show", () => {
    const style = createStyle({ unicode: false, colour: true });
    const [header, line] = growthLedgerSection.tables(whole, style)[0] ?? [];
    expect(header).toBe(byCall[0]!.replace(/\w+/g, "\u001b[2m$&\u001b[0m"));
    expect(line).toBe(byCall[1]!.replaceAll("µs", "us"));
  });
});

describe("its picture", () => {
  const draw = (points: readonly GrowthPoint[], oneIn = 1) => {
    const { plot } = growthLedgerSection;
    if (!("draw" in plot)) throw new Error("it has none");
    return drawingOf(plot.draw(whole, { growthPoints: { points, oneIn }, durationNanos: 4000 }));
  };
  const point = (atNanos: number, bytes: number, outcome: GrowthPoint["outcome"]): GrowthPoint => {
    return { seq: 1, process: 1, atNanos, durationNanos: 7, bytes, newBytes: 1, outcome };
  };
  const four = [
    point(0, 4096, "inPlace"),
    point(1000, 16_384, "refused"),
    point(2000, 65_536, "moved"),
    point(4000, 8192, "relocated"),
    point(3000, 0, "relocated"),
  ];

  it("has each growth at its time and at what it asked for, by the sign of what became of it", () => {
    // From 68 to 490 across, and from 4 KiB at 188 to 64 KiB at 16: 43 each doubling.
    expect(draw(four)).toEqual({
      title: "Growths over time by how much more they asked for",
      caption:
        "How much more each growth asked for, over time: + in place, → moved, ⇒ relocated, × refused.",
      texts: [
        ...["4 KiB", "8 KiB", "16 KiB", "32 KiB", "64 KiB"],
        ...["0", "1 µs", "2 µs", "3 µs", "4 µs"],
      ],
      paths: {
        axis: "M68 188H490M68 145H490M68 102H490M68 59H490M68 16H490M68 194v4M173.5 194v4M279 194v4M384.5 194v4M490 194v4",
        "mark mark-good": "M68 188m-3 0h6m-3 -3v6",
        "mark mark-attention": "M279 16m-4 0h8m-3 -3l3 3l-3 3",
        "mark mark-accent": "M490 145m-4 -1.5h8m-8 3h8",
        "mark mark-bad": "M173.5 102m-3 -3l6 6m0 -6l-6 6",
      },
      widths: [],
    });
  });

  it("says how many growths a mark stands for", () => {
    expect(draw(four, 2048)?.caption).toMatch(/ × refused\. One in 2,048 is drawn\.$/);
  });

  it("is none where nothing asked for more", () => {
    expect(draw([])).toBeUndefined();
    expect(draw([point(3000, 0, "relocated")])).toBeUndefined();
  });
});
