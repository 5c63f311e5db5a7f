/** The whole comparison of two recordings, and every caution that weakens it. */
import { describe, expect, it } from "vitest";
import { parseCondition } from "../../../src/analyses/diff/conditions.ts";
import { compareRecordings, type DiffSide } from "../../../src/analyses/diff/diff.ts";
import type { SiteClass } from "../../../src/analyses/diff/site-fold.ts";
import { growthOf, processOf, statsOf } from "../../reports/figures.ts";

function classOf(site: string, more: Partial<SiteClass> = {}): SiteClass {
  return {
    ...{ program: "grow", call: "mremap", site, sizeClassBytes: 4096, count: 1, failed: 0 },
    ...{ nanos: 0, firstSeq: 1, outcomes: [], outcomeSeqs: [] },
    ...more,
  };
}

function side(more: Partial<DiffSide> = {}): DiffSide {
  return {
    ...{ database: "a.db", stats: statsOf(), verify: { status: "exact" } },
    ...{ classes: [classOf("f (f.c:1)")], damage: [], notes: [] },
    ...more,
  };
}

const { recording } = statsOf();
const coverage = { status: "full", full: 1, partial: 0, none: 0, reasons: [] } as const;

/** Two calls of one name at one size: their growths are of one history. */
const twice: readonly SiteClass[] = [
  classOf("f (f.c:1)", {
    ...{ count: 2, failed: 1, nanos: 30, firstSeq: 7 },
    ...{ outcomes: ["moved", "refused"], outcomeSeqs: [7, 9] },
  }),
  classOf("f (f.c:1)", {
    ...{ count: 3, failed: 4, nanos: 500, firstSeq: 3 },
    ...{ outcomes: ["inPlace", "inPlace"], outcomeSeqs: [3, 8] },
  }),
  classOf("0x7f00", { call: "mmap", firstSeq: 2 }),
];

const a = side({
  classes: twice,
  stats: statsOf({
    calls: {
      mmap: { count: 5, failed: 0, nanos: 100 },
      mremap: { count: 4, failed: 1, nanos: 2000 },
    },
    growth: growthOf({
      inPlace: { count: 3, bytes: 0, nanos: 0 },
      moved: { count: 1, bytes: 0, nanos: 0 },
    }),
    ...{ peakMappedBytes: 4096, peakRegions: 10 },
  }),
});

const b = side({
  database: "b.db",
  classes: [
    classOf("f (f.c:9)", {
      ...{ count: 4, nanos: 40, firstSeq: 11 },
      ...{ outcomes: ["inPlace", "moved", "moved"], outcomeSeqs: [11, 12, 13] },
    }),
    classOf("0x8f00", { call: "mmap", count: 2, firstSeq: 4 }),
    classOf("g", { call: "brk", firstSeq: 5 }),
  ],
  stats: statsOf({
    recording: { ...recording, id: 4, durationNanos: null },
    processes: [processOf(1), processOf(2)],
    calls: {
      brk: { count: 1, failed: 0, nanos: 10 },
      mremap: { count: 8, failed: 0, nanos: 3000 },
    },
    growth: growthOf({
      inPlace: { count: 1, bytes: 0, nanos: 0 },
      moved: { count: 2, bytes: 0, nanos: 0 },
      refused: { count: 1, bytes: 0, nanos: 0 },
    }),
    ...{ peakMappedBytes: 8192, peakRegions: 9 },
    ...{ coverage: { ...coverage, full: 2 } },
  }),
});

/** [name, unit, a, b, percent of a]; percent null where a is 0 or either is not known. */
const metrics = (
  [
    ["growths", "count", 4, 4, 0],
    ["moved", "count", 1, 2, 100],
    ["moved-share", "share", 25, 50, 100],
    ["in-place", "count", 3, 1, -200 / 3],
    ["relocated", "count", 0, 0, 0],
    ["refused", "count", 0, 1, null],
    ["mremap-time", "nanos", 2000, 3000, 50],
    ["peak", "bytes", 4096, 8192, 100],
    ["regions", "count", 10, 9, -10],
    ["calls", "count", 9, 9, 0],
    ["failed", "count", 1, 0, -100],
    ["call-time", "nanos", 2100, 3010, 91_000 / 2100],
    ["duration", "nanos", 1_840_000_000, null, null],
    ["processes", "count", 1, 2, 100],
    ["new-sites", "count", 0, 1, null],
    ["gone-sites", "count", 0, 0, 0],
    ["brk", "count", 0, 1, null],
    ["mmap", "count", 5, 0, -100],
    ["mremap", "count", 4, 8, 100],
  ] as const
).map(([name, unit, before, after, changePercent]) => {
  const change = after === null ? null : after - before;
  return { name, unit, a: before, b: after, change, changePercent };
});

describe("a comparison", () => {
  it("has all that two recordings differ in", () => {
    const conditions = ["moved>+0", "munmap>+0"].map(parseCondition);
    const key = { program: "grow", call: "mremap", site: "f (f.c:9)" };
    expect(compareRecordings(a, b, conditions)).toEqual({
      a: { ...{ database: "a.db", recording, verify: "exact", dropped: 0, damage: [] }, coverage },
      b: {
        ...{ database: "b.db", verify: "exact", dropped: 0, damage: [] },
        recording: { ...recording, id: 4, durationNanos: null },
        coverage: { ...coverage, full: 2 },
      },
      metrics,
      matchedBy: "name",
      sites: [
        {
          ...{ program: "grow", call: "brk", site: "g", status: "new", a: null },
          b: { count: 1, failed: 0, nanos: 0, growths: 0, moved: 0, refused: 0, firstSeq: 5 },
        },
        {
          ...{ ...key, status: "changed" },
          a: { count: 5, failed: 5, nanos: 530, growths: 4, moved: 1, refused: 1, firstSeq: 3 },
          b: { count: 4, failed: 0, nanos: 40, growths: 3, moved: 2, refused: 0, firstSeq: 11 },
        },
        {
          // Its address is another in each run.
          ...{ program: "grow", call: "mmap", site: "code in no file", status: "changed" },
          a: { count: 1, failed: 0, nanos: 0, growths: 0, moved: 0, refused: 0, firstSeq: 2 },
          b: { count: 2, failed: 0, nanos: 0, growths: 0, moved: 0, refused: 0, firstSeq: 4 },
        },
      ],
      growths: [
        {
          // In place, moved, in place, refused against in place, moved, moved.
          ...{ ...key, sizeClassBytes: 4096, pairs: 3, same: 2, onlyA: 1, onlyB: 0 },
          turns: [{ from: "inPlace", to: "moved", count: 1, firstSeqA: 8, firstSeqB: 13 }],
        },
      ],
      conditions: [
        {
          ...{ condition: "moved>+0", metric: "moved", status: "met", unit: "count" },
          ...{ a: 1, b: 2, change: 1, changePercent: 100 },
        },
        {
          // Neither made that call.
          ...{ condition: "munmap>+0", metric: "munmap", status: "clear", unit: "count" },
          ...{ a: 0, b: 0, change: 0, changePercent: 0 },
        },
      ],
      cautions: [],
    });
  });

  it("goes by calls and sizes alone where one side knows no site", () => {
    const unknown = side({ classes: [classOf("unknown"), classOf("unknown", { call: "mmap" })] });
    const found = compareRecordings(unknown, side());
    expect(found.matchedBy).toBe("call");
    expect(found.sites.map(({ call, site, status }) => [call, site, status])).toEqual([
      ["mmap", "unknown", "gone"],
      ["mremap", "unknown", "same"],
    ]);
    expect(compareRecordings(side(), unknown).matchedBy).toBe("call");
    // Of no call, and of one site that is known, something is known.
    const some = side({ classes: [classOf("unknown"), classOf("g")] });
    expect(compareRecordings(side({ classes: [] }), some).matchedBy).toBe("name");
  });
});

describe("a caution", () => {
  const cautions = (more: Partial<DiffSide>) => compareRecordings(side(), side(more)).cautions;
  const stats = (more: Parameters<typeof statsOf>[0]) => ({ stats: statsOf(more) });

  it.each<[string, Partial<DiffSide>]>([
    [
      "the two were recorded with different commands",
      stats({ recording: { ...recording, command: ["other"] } }),
    ],
    [
      "sites are not known in both, so calls are matched by kind and size alone",
      { classes: [classOf("unknown")] },
    ],
    ["B is not finished", stats({ recording: { ...recording, status: "recording" } })],
    ["B is damaged", { damage: ["chunk 4"] }],
    ["B is not fully covered", stats({ coverage: { ...coverage, status: "partial" } })],
    ["B lacks calls that were lost", stats({ dropped: 1 })],
    ["B is diverged", { verify: { status: "diverged" } }],
    ["B: libx.so has changed", { notes: ["libx.so has changed"] }],
  ])("is that %s", (sentence, more) => {
    expect(cautions(more)).toEqual([sentence]);
  });

  it("of A comes before those of B, each in its order", () => {
    const doubtful = (database: string): DiffSide => ({
      ...side({ database, damage: ["x"], notes: ["n", "m"], verify: { status: "unverifiable" } }),
      ...stats({
        ...{ dropped: 3, coverage: { ...coverage, status: "none" } },
        recording: { ...recording, status: "recording" },
      }),
    });
    const of = (letter: string) => [
      ...[`${letter} is not finished`, `${letter} is damaged`, `${letter} is not fully covered`],
      ...[`${letter} lacks calls that were lost`, `${letter} is unverifiable`],
      ...[`${letter}: n`, `${letter}: m`],
    ];
    const other = { ...recording, command: ["other"], status: "recording" };
    const [first, second] = [doubtful("a"), doubtful("b")];
    const b = { ...second, stats: { ...second.stats, recording: other } };
    expect(compareRecordings(first, b).cautions).toEqual([
      "the two were recorded with different commands",
      ...of("A"),
      ...of("B"),
    ]);
  });
});
