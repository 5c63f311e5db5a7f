/** `maptrail maps` as text: what changed, and regions with their age and where they have lived. */
import { describe, expect, it } from "vitest";
import { plainStyle } from "../../src/base/style.ts";
import { agedText, diffText, type HeldRange, type RegionStory } from "../../src/reports/maps.ts";
import { colours, painted } from "./painted.ts";

describe("what changed", () => {
  it("is told by lines that went and lines that came", () => {
    const changes = [
      { sign: "-", line: "1000-2000 rw-p a  " },
      { sign: "+", line: "1000-3000 rw-p \u001b" },
    ] as const;
    expect(painted(diffText({ from: 3, to: 9, changes }, colours))).toEqual({
      text: "from @3 to @9\n- 1000-2000 rw-p a\n+ 1000-3000 rw-p \\x1b",
      roles: ["quiet from @3 to @9", "bad - 1000-2000 rw-p a", "good + 1000-3000 rw-p \\x1b"],
    });
  });

  it("is said to be nothing where nothing did", () => {
    const text = "nothing changed from @3 to @9";
    expect(painted(diffText({ from: 3, to: 9, changes: [] }, colours))).toEqual({
      text,
      roles: [`quiet ${text}`],
    });
  });
});

const held = (from: number, more: Partial<HeldRange> = {}): HeldRange => ({
  start: 0x1000 * from,
  end: 0x1000 * (from + 2),
  from,
  gain: "grown",
  by: "mremap",
  ...more,
});
const story = (mapping: number, more: Partial<RegionStory> = {}): RegionStory => ({
  line: `${mapping}000-${mapping}800 rw-p   `,
  mapping,
  bornSeq: 7,
  bornBy: "mmap",
  foundSeq: null,
  ageNanos: 1500,
  ranges: [],
  ...more,
});

describe("regions", () => {
  const stories = [
    story(1),
    story(22, { bornBy: null, ranges: [held(9, { gain: "mapped", by: null })] }),
    story(3, {
      bornSeq: 0,
      ageNanos: null,
      line: "3000-3800 r--p /\u001b",
      ranges: [held(0, { gain: "found", by: null }), held(5), held(6, { by: null })],
    }),
    story(4, { bornSeq: 0, foundSeq: 12, ageNanos: 2e9 }),
  ];

  it("have their mapping, age and birth before them", () => {
    expect(painted(agedText(stories, { lineage: false }, colours))).toEqual({
      text: `\
mapping     age  born      maps
     #1  1.5 µs  @7 mmap   1000-1800 rw-p
    #22  1.5 µs  @7        22000-22800 rw-p
     #3          before    3000-3800 r--p /\\x1b
     #4     2 s  seen @12  4000-4800 rw-p`,
      roles: ["quiet mapping", "quiet age", "quiet born", "quiet maps"],
    });
  });

  it("have where they have lived below them, if that is more than one place", () => {
    const { text, roles } = painted(agedText(stories, { lineage: true }, colours));
    expect(text.split("\n").slice(3, 8)).toEqual([
      "     #3          before    3000-3800 r--p /\\x1b",
      "          found  0x0 + 8 KiB",
      "          grown  0x5000 + 8 KiB  @5 mremap",
      "          grown  0x6000 + 8 KiB  @6",
      "     #4     2 s  seen @12  4000-4800 rw-p",
    ]);
    expect(roles.slice(4)).toEqual([
      "quiet           found  0x0 + 8 KiB",
      "quiet           grown  0x5000 + 8 KiB  @5 mremap",
      "quiet           grown  0x6000 + 8 KiB  @6",
    ]);
  });

  it("have the last twelve of their places", () => {
    const lines = (count: number) => {
      const ranges = Array.from({ length: count }, (_, i) => held(i + 1));
      return agedText([story(1, { ranges })], { lineage: true }, plainStyle)
        .split("\n")
        .slice(2);
    };
    expect(lines(12)).toHaveLength(12);
    expect(lines(12)[0]).toBe("          grown  0x1000 + 8 KiB  @1 mremap");
    expect(lines(1512)).toHaveLength(13);
    expect(lines(1512).slice(0, 2)).toEqual([
      "          1,500 earlier",
      "          grown  0x5d_d000 + 8 KiB  @1501 mremap",
    ]);
  });
});
