/** Sites and growths of two histories side by side: who is who, and what became of each. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareRecordings, type DiffSide } from "../../../src/analyses/diff/diff.ts";
import { compareSites } from "../../../src/analyses/diff/diff-sites.ts";
import { renamedSites } from "../../../src/analyses/diff/match-sites.ts";
import { pairGrowths } from "../../../src/analyses/diff/pair-growths.ts";
import { type SiteClass, SiteFold } from "../../../src/analyses/diff/site-fold.ts";
import type { GrowthOutcome } from "../../../src/analyses/recorders/growth.ts";
import type { SiteNames } from "../../../src/analyses/recorders/sites.ts";
import { StatsFold, summariseCoverage } from "../../../src/analyses/stats.ts";
import { kindCodes } from "../../../src/events/kinds.ts";
import { batchOf, type EventRow } from "../../store/batches.ts";

const page = 4096;

/** The site is the return address, its name is letters: nothing that two runs share but the name. */
function names(table: Readonly<Record<number, string>>): SiteNames {
  return {
    siteOf: (batch, row) => batch.returnAddress[row]!,
    name: (site) => table[site] ?? "unknown",
  };
}

function fold(rows: readonly EventRow[], sites: SiteNames, program = "grow"): SiteClass[] {
  const result = new SiteFold({ sites, programOf: () => program });
  result.feed(batchOf(rows));
  return result.classes();
}

function grow(site: number, newPages: number, result: number, from = 0x7000_0000): EventRow {
  const args = [from, page, newPages * page, 1, 0];
  return { kind: kindCodes.mremap, args, result, returnAddress: site, duration: 10 };
}

const stay = 0x7000_0000;
const away = 0x9000_0000;

describe("classes", () => {
  it("are apart by program, call, site and power of two of the size", () => {
    const classes = fold(
      [
        grow(1, 2, stay),
        grow(1, 3, away),
        grow(1, 4, stay),
        grow(2, 4, -12),
        { kind: kindCodes.munmap, args: [stay, 5 * page], returnAddress: 1, duration: 7 },
        { kind: kindCodes.exit_group, returnAddress: 1 },
      ],
      names({ 1: "a", 2: "b" }),
    );
    expect(classes).toMatchObject([
      { call: "mremap", site: "a", sizeClassBytes: 2 * page, count: 2, firstSeq: 1, nanos: 20 },
      { call: "mremap", site: "a", sizeClassBytes: 4 * page, count: 1, outcomes: ["inPlace"] },
      { call: "mremap", site: "b", sizeClassBytes: 4 * page, failed: 1, outcomes: ["refused"] },
      { call: "munmap", site: "a", sizeClassBytes: 4 * page, count: 1, outcomes: [] },
    ]);
    expect(classes[0]?.outcomes).toEqual(["inPlace", "moved"]);
    expect(classes[0]?.outcomeSeqs).toEqual([1, 2]);
  });

  it("hold sizes beyond 32 bits", () => {
    const [one] = fold([grow(1, 2 ** 30 + 1, stay)], names({}));
    expect(one?.sizeClassBytes).toBe(2 ** 30 * page);
  });
});

function classOf(site: string, more: Partial<SiteClass> = {}): SiteClass {
  return {
    program: "grow",
    call: "mmap",
    site,
    sizeClassBytes: page,
    count: 1,
    failed: 0,
    nanos: 0,
    firstSeq: 1,
    outcomes: [],
    outcomeSeqs: [],
    ...more,
  };
}

describe("sites", () => {
  const renamed = (a: readonly string[], b: readonly string[]): string[] => {
    const classes = (names: readonly string[]): SiteClass[] =>
      names.map((name) => {
        const [call = "", site = ""] = name.split(/ (.*)/s);
        return classOf(site, { call });
      });
    const found = renamedSites(classes(a), classes(b));
    return [...found].map(([from, to]) => `${JSON.parse(from)[2]} is ${to}`);
  };

  it("are the same where a function's lines have moved together, and what is new between stays new", () => {
    const a = ["mmap f (a.c:10)", "munmap f (a.c:12)", "mmap f (a.c:14)", "mmap g (a.c:30)"];
    const b = [
      "mmap f (a.c:15)",
      "mmap f (a.c:16)",
      "munmap f (a.c:17)",
      "mmap f (a.c:19)",
      "mmap g (b.c:35)",
    ];
    expect(renamed(a, b)).toEqual([
      "f (a.c:10) is f (a.c:15)",
      "f (a.c:12) is f (a.c:17)",
      "f (a.c:14) is f (a.c:19)",
    ]);
  });

  it("are paired in the order of their lines where an edit lies between them", () => {
    const a = ["mmap f (a.c:10)", "mmap f (a.c:20)", "munmap f (a.c:25)"];
    const b = ["mmap f (a.c:11)", "mmap f (a.c:27)", "munmap f (a.c:32)"];
    expect(renamed(a, b).toSorted()).toEqual([
      "f (a.c:10) is f (a.c:11)",
      "f (a.c:20) is f (a.c:27)",
      "f (a.c:25) is f (a.c:32)",
    ]);
  });

  it("are not taken for another that has come to stand on their line", () => {
    const a = ["mmap f (a.c:10)", "munmap f (a.c:11)", "mmap f (a.c:14)"];
    const b = ["mmap f (a.c:14)", "munmap f (a.c:15)"];
    expect(renamed(a, b)).toEqual([
      "f (a.c:10) is f (a.c:14)",
      "f (a.c:11) is f (a.c:15)",
      "f (a.c:14) is f (a.c:14 in A)",
    ]);
  });

  it("are not guessed where the numbers differ, nor renamed where the name is still there", () => {
    expect(renamed(["mmap f (a.c:1)", "mmap f (a.c:2)"], ["mmap f (a.c:7)"])).toHaveLength(1);
    expect(renamed(["mmap f (a.c:10)"], ["mmap f (a.c:10)", "mmap f (a.c:12)"])).toEqual([]);
    expect(renamed(["mmap f (a.c:9)", "mmap f (a.c:10)"], ["mmap f (a.c:9)"])).toEqual([]);
    const two = ["mmap f (a.c:10)", "mmap f (a.c:20)", "mmap f (a.c:23)"];
    expect(renamed(two, ["mmap f (a.c:10)", "mmap f (a.c:31)"])).toEqual([]);
    expect(renamed(["mmap x.so+0x10"], ["mmap x.so+0x20"])).toEqual([]);
    expect(renamed(["mmap f (a.c:10)"], ["munmap f (a.c:12)"])).toEqual([]);
  });

  it("are new, gone, changed or the same, those that move more first", () => {
    const moved = (count: number): Partial<SiteClass> => ({
      call: "mremap",
      count: 10,
      outcomes: Array.from({ length: 10 }, (_, i) => (i < count ? "moved" : "inPlace")),
    });
    const a = [
      classOf("same"),
      classOf("gone"),
      classOf("few", { count: 5 }),
      classOf("worse", moved(1)),
    ];
    const b = [
      classOf("same", { nanos: 99 }),
      classOf("new"),
      classOf("few", { count: 900 }),
      classOf("worse", moved(9)),
    ];
    const told = compareSites(a, b).map(({ site, status }) => `${site} ${status}`);
    expect(told).toEqual(["new new", "gone gone", "worse changed", "few changed", "same same"]);
  });

  it("sum up their size classes", () => {
    const a = [
      classOf("s", { count: 2 }),
      classOf("s", { sizeClassBytes: 8192, count: 3, firstSeq: 9 }),
    ];
    expect(compareSites(a, [])).toMatchObject([
      { status: "gone", a: { count: 5, firstSeq: 1 }, b: null },
    ]);
  });
});

describe("two recordings", () => {
  const side = (classes: readonly SiteClass[], more: Partial<DiffSide> = {}): DiffSide => {
    const nothing = new StatsFold();
    const recording = {
      ...{
        id: 1,
        status: "complete",
        command: ["grow"],
        cwd: "/",
        startedAt: "",
        source: "native",
      },
      ...{ durationNanos: 1, eventCount: 0, exit: null },
    };
    const stats = {
      recording,
      processes: [],
      calls: nothing.calls(),
      growth: nothing.growth(),
      coverage: summariseCoverage([]),
      dropped: 0,
    };
    const verify = { status: "exact" } as const;
    return { database: "x.db", stats, verify, classes, damage: [], notes: [], ...more };
  };

  it("share the code that a runtime made, whose addresses differ from run to run", () => {
    const a = side([
      classOf("0x7f0012340000", { count: 2 }),
      classOf("0x7f0012350000"),
      classOf("f (a.c:1)"),
    ]);
    const b = side([classOf("0x7f9912340000", { count: 3 }), classOf("f (a.c:1)")]);
    expect(compareRecordings(a, b).sites.map(({ site, status }) => `${site} ${status}`)).toEqual([
      "code in no file same",
      "f (a.c:1) same",
    ]);
  });

  it("put the growths of places with one name back into the order of history", () => {
    const at = (site: string, ...seqs: number[]): SiteClass =>
      classOf(site, {
        outcomes: seqs.map((seq) => (seq % 2 ? "moved" : "inPlace")),
        outcomeSeqs: seqs,
      });
    const a = side([at("0x7f01", 1, 4), at("0x7f02", 2, 3)]);
    const b = side([at("0x7f03", 1, 2, 3, 4)]);
    expect(compareRecordings(a, b).growths).toMatchObject([{ pairs: 4, same: 4, turns: [] }]);
  });

  it("are matched by call where one of them knows no site", () => {
    const a = side([
      classOf("f (a.c:1)"),
      classOf("g (a.c:9)", { outcomes: ["moved"], outcomeSeqs: [7] }),
    ]);
    const b = side([classOf("unknown", { count: 2, outcomes: ["inPlace"], outcomeSeqs: [3] })]);
    const { matchedBy, sites, growths } = compareRecordings(a, b);
    expect([matchedBy, sites.length, sites[0]?.a?.count]).toEqual(["call", 1, 2]);
    expect(growths).toMatchObject([{ turns: [{ from: "moved", to: "inPlace", firstSeqA: 7 }] }]);
  });

  it("tell what makes them hard to compare", () => {
    const a = side([], {
      damage: ["1 event could not be read"],
      notes: ["x.so: it was changed since"],
    });
    const b = side([], { verify: { status: "diverged" } });
    expect(compareRecordings(a, b).cautions).toEqual([
      "A is damaged",
      "A: x.so: it was changed since",
      "B is diverged",
    ]);
  });
});

describe("growths", () => {
  const series = (...outcomes: GrowthOutcome[]): SiteClass =>
    classOf("s", { outcomes, outcomeSeqs: outcomes.map((_, i) => 100 + i) });

  it("are held against each other in their order", () => {
    const [row] = pairGrowths(
      [series("inPlace", "inPlace", "moved", "inPlace")],
      [series("inPlace", "moved", "moved", "moved", "refused")],
    );
    expect(row).toMatchObject({
      pairs: 4,
      same: 2,
      onlyA: 0,
      onlyB: 1,
      turns: [{ from: "inPlace", to: "moved", count: 2, firstSeqA: 101, firstSeqB: 101 }],
    });
  });

  it("without a partner's class are only counted", () => {
    expect(pairGrowths([series("moved")], [])).toMatchObject([
      { pairs: 0, same: 0, onlyA: 1, onlyB: 0, turns: [] },
    ]);
  });

  it("are all accounted for, and a recording differs in nothing from itself", () => {
    const outcome = fc.constantFrom<GrowthOutcome>("inPlace", "moved", "relocated", "refused");
    const side = fc.array(fc.array(outcome, { maxLength: 8 }), { maxLength: 5 });
    const classes = (all: GrowthOutcome[][]): SiteClass[] =>
      all.map((outcomes, i) =>
        classOf(`s${i}`, { outcomes, outcomeSeqs: outcomes.map((_, k) => k) }),
      );
    fc.assert(
      fc.property(side, side, (a, b) => {
        const rows = pairGrowths(classes(a), classes(b));
        const sum = (key: "pairs" | "onlyA" | "onlyB"): number =>
          rows.reduce((total, row) => total + row[key], 0);
        expect(sum("pairs") + sum("onlyA")).toBe(a.flat().length);
        expect(sum("pairs") + sum("onlyB")).toBe(b.flat().length);
        for (const { turns, pairs, same } of rows) {
          expect(same + turns.reduce((total, { count }) => total + count, 0)).toBe(pairs);
        }
        for (const row of pairGrowths(classes(a), classes(a))) {
          expect(row).toMatchObject({ turns: [], onlyA: 0, onlyB: 0, same: row.pairs });
        }
      }),
    );
  });
});
