import { describe, expect, it } from "vitest";
import { displayWidth } from "../../src/base/display-width.ts";
import { createStyle, plainStyle } from "../../src/base/style.ts";
import type { ClaimResult, LabResult } from "../../src/lab/claim.ts";
import { claimText, labHeader, labTable } from "../../src/reports/lab.ts";

const rule = { source: "mremap(2)", standing: "rule" } as const;

const holds: ClaimResult = {
  ...rule,
  id: "grow-in-place",
  title: "grows in place when room is above",
  says: "A mapping grows where it stands when the range above it is free",
  verdict: "holds",
  checks: [
    { subject: "4 to 8 pages, no flags", expected: "8", observed: "8", holds: true },
    { subject: "what it held", expected: "kept", observed: "kept", holds: true },
  ],
};
const differs: ClaimResult = {
  ...rule,
  id: "sizes-round-up",
  title: "sizes round up to whole pages",
  says: "Sizes round up to whole pages",
  verdict: "differs",
  checks: [{ subject: "1 byte to 4,097", expected: "2", observed: "EINVAL", holds: false }],
};
const missing: ClaimResult = {
  ...rule,
  id: "several-at-once",
  title: "one call moves several mappings",
  says: "One call with MREMAP_FIXED moves several mappings, and the gaps between them",
  verdict: "not available",
  checks: [{ subject: "3 mappings", expected: "the target", observed: "EFAULT", holds: false }],
  reason: "needs Linux 6.17, this is 5.10.0",
};
const point = (lengthBytes: number, moveNanos: number, aligned: number, copyNanos: number) => ({
  lengthBytes,
  rounds: 9,
  moveNanos,
  alignedMoveNanos: aligned,
  copyNanos,
});
const belief: ClaimResult = {
  id: "move-cost",
  title: "a move costs the same at any size",
  says: "A move costs the same whatever the size, for only page tables change",
  source: "often said",
  standing: "belief",
  verdict: "differs",
  checks: [],
  curve: {
    points: [
      point(4096, 6_600, 6_500, 200),
      point(16_384, 7_000, 7_100, 280),
      point(2 ** 20, 9_000, 9_000, 18_000),
      point(2 ** 28, 770_000, 53_000, 13_700_000),
    ],
    floorNanos: 770,
    exponents: { moveNanos: 0.8, alignedMoveNanos: 0.3, copyNanos: 1.2 },
    stopped: {
      lengthBytes: 2 ** 30,
      reason: "it needs 2112 MiB of memory, 1500 MiB are free by /proc/meminfo",
    },
  },
};

function resultOf(claims: readonly ClaimResult[]): LabResult {
  const count = (verdict: string) => claims.filter((one) => one.verdict === verdict).length;
  return {
    kernel: "5.10.0",
    pageBytes: 4096,
    claims,
    counts: {
      holds: count("holds"),
      differs: count("differs"),
      notAvailable: count("not available"),
    },
  };
}

describe("a claim", () => {
  it("is shown with what was expected and what was observed", () => {
    expect(labHeader("5.10.0", 4096, plainStyle)).toBe(
      "maptrail lab  Linux 5.10.0, pages of 4 KiB\n",
    );
    expect(claimText(holds, plainStyle)).toBe(`
+ grow-in-place
  A mapping grows where it stands when the range above it is free.
  mremap(2)
                          expected  observed
  4 to 8 pages, no flags  8         8
  what it held            kept      kept
`);
  });

  it("says why it is not available", () => {
    expect(claimText(missing, plainStyle)).toMatch(
      /^\n· several-at-once\n[\s\S]* EFAULT\n {2}needs Linux 6\.17, this is 5\.10\.0\.\n$/,
    );
  });

  it("with a curve is a table and a plot", () => {
    expect(claimText(belief, plainStyle)).toBe(`
× move-cost
  A move costs the same whatever the size, for only page tables change.
  often said

     size  moved by a page  by whole GiB   memcpy  move / memcpy
    4 KiB           6.6 µs        6.5 µs   200 ns         3300 %
   16 KiB             7 µs        7.1 µs   280 ns         2500 %
    1 MiB             9 µs          9 µs    18 µs           50 %
  256 MiB           770 µs         53 µs  13.7 ms          5.6 %

    100 ms ┤
           │
     10 ms ┤                     c
           │
      1 ms ┤                     m
           │
    100 µs ┤
           │               c     a
     10 µs ┤   m     m     m
           │
      1 µs ┤
           │   c     c
    100 ns ┤
              4K   16K    1M  256M

  c  memcpy of as much, between pages that are there already
  a  moved by whole GiB: page tables change hands
  m  moved by a page: entry by entry
  Medians; an mremap that changes nothing takes 770 ns here.
  From 1 MiB on, time goes with this power of the size: c 1.2, a 0.3, m 0.8
  (1 is in proportion, 0 is the same whatever the size).
  The curve ends before 1 GiB: it needs 2112 MiB of memory, 1500 MiB are free by
  /proc/meminfo.
`);
  });
});

describe("the table at the end", () => {
  it("has a line a claim, the sums, and a word on what was promised nowhere", () => {
    expect(labTable(resultOf([holds, differs, missing, belief]), plainStyle)).toBe(`
+ holds          grow-in-place    grows in place when room is above
× differs        sizes-round-up   sizes round up to whole pages
· not available  several-at-once  one call moves several mappings
× differs        move-cost        a move costs the same at any size

1 of 4 hold, 2 differ, 1 not available
move-cost is often said and promised nowhere: this kernel has no fault.
`);
    expect(labTable(resultOf([holds]), plainStyle)).toMatch(/\n1 of 1 holds\n$/);
  });

  it("fits 80 columns, and a terminal without colour or Unicode", () => {
    const ascii = createStyle({ colour: false, unicode: false });
    const colourful = createStyle({ colour: true, unicode: true });
    const long = { ...differs, checks: [{ ...differs.checks[0]!, observed: "x".repeat(90) }] };
    const claims = [holds, long, missing, belief];
    for (const style of [ascii, colourful]) {
      const text =
        claims.map((one) => claimText(one, style)).join("") + labTable(resultOf(claims), style);
      expect(Math.max(...text.split("\n").map(displayWidth))).toBeLessThanOrEqual(80);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: all that ASCII has
      if (style === ascii) expect(text).toMatch(/^[\x00-\x7f]*$/);
    }
  });
});
