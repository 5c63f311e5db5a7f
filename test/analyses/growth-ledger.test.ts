/** The growth ledger: every figure of a small recording, what it says on each side of its limits, and its ranking. */
import { describe, expect, it } from "vitest";
import {
  type GrowthGroup,
  type GrowthLedgerData,
  growthLedger,
} from "../../src/analyses/growth-ledger.ts";
import type { GrowthOutcome } from "../../src/analyses/recorders/growth.ts";
import type { TimeFigures } from "../../src/analyses/tally/time-tally.ts";
import { analysed, maps, page, scripted } from "../app/replay-sample.ts";
import {
  brk,
  type GrowthRow,
  type GrowthsOptions,
  growthsOf,
  namedSites,
  outcomesOf,
  remap,
  returnTo,
} from "./growths.ts";

const [table, reader] = [1, 2];
const sites = namedSites("grow_table (table.c:12)", "read_all (in.c:7)");

/**
 * All that can become of a call, by three processes; the third has no maps text. In the comments:
 * event, outcome, pages asked for, pages whose tables moved. Durations stand in the rows.
 */
function everyOutcome(): string {
  return scripted((script) => {
    script.start(1).maps(1, "start", maps("heap", "stack"));
    script.start(2, { argv: ["other"] }).maps(2, "start", maps("heap"));
    script.start(3, { argv: ["third"] });
    script.from(returnTo(table)).map(1, 0, 4);
    script.rows(
      remap({ from: 0, old: 4, now: 6 }, { duration: 100 }), // 7 in place, 2
      remap({ from: 0, old: 6, now: 10, to: 100 }, { duration: 900 }), // 8 moved, 4, 6
      remap({ from: 100, old: 10, now: 12, to: 200, how: 3 }, { duration: 700 }), // 9 relocated, 2, 10
      remap({ from: 200, old: 12, now: 5, to: 300, how: 3 }, { duration: 650 }), // 10 relocated, 0, 5
    );
    script.from(returnTo(reader)).rows(
      remap({ from: 300, old: 5, now: 9, errno: 12, how: 0 }, { duration: 50 }), // 11 refused, 4
      remap({ from: 300, old: 5, now: 9, errno: 14 }, { duration: 45 }), // 12 refused, 4
      // Half a page is no address to move to.
      remap({ from: 300, old: 5, now: 2, to: 600.5, errno: 22, how: 3 }, { duration: 35 }), // 13 refused, 0
      remap({ from: 300, old: 5, now: 6, errno: 11 }, { duration: 55 }), // 14 refused, 1
      remap({ from: 300, old: 5, now: 3 }, { duration: 80 }), // 15 shrunk
      remap({ from: 300, old: 3, now: 3 }, { duration: 10 }), // 16 unchanged
    );
    script.from(0).map(1, 400, 2, { args: [0, 2 * page, 3, 0x21, -1, 0] });
    script.rows(
      remap({ from: 400, old: 0, now: 2, to: 500 }, { duration: 60 }), // 18 duplicated
      remap({ from: 500, old: 2, now: 4 }, { duration: -1, flags: 1 }), // 19 never came back
      brk(5, 5, { tid: 4000, duration: 300 }), // 20 in place, 3
      brk(9, 5, { tid: 4000, duration: 40 }), // 21 refused, 4
      brk(4, 4, { tid: 4000, duration: 70 }), // 22 shrunk
      brk(-1, 4, { tid: 4000, duration: 5 }), // 23 below the heap: a question
    );
    script.from(returnTo(reader)).map(2, 0, 2);
    script.rows(
      remap({ process: 2, from: 0, old: 2, now: 3, to: 50 }, { duration: 1200 }), // 25 moved, 1, 2
      // Nothing is known at that address.
      remap({ process: 2, from: 900, old: 1, now: 2, to: 950 }, { duration: 20 }), // 26 moved, 1, 1
    );
    script.unmap(2, 50, 3);
    script.rows(
      remap({ process: 3, from: 0, old: 1, now: 3 }, { duration: 30 }), // 28 in place, 2
      remap({ process: 3, from: 0, old: 3, now: 4 }, { duration: 25 }), // 29 in place, 1
    );
  });
}

/** By nearest rank: of n sorted durations the one at ceil(n / 2), and the longest where n < 100. */
function times(medianNanos: number, longestNanos: number, totalNanos: number): TimeFigures {
  return { medianNanos, p99Nanos: longestNanos, longestNanos, totalNanos };
}

function group(
  name: string,
  firstSeq: number,
  growths: number,
  counts: Partial<Record<GrowthOutcome, number>>,
  [askedPages, movedPages]: readonly [number, number],
  time: TimeFigures,
): GrowthGroup {
  const askedBytes = askedPages * page;
  return { name, firstSeq, growths, outcomes: outcomesOf(counts), askedBytes, movedPages, time };
}

/** Events 20 to 22 are the one thread's, the heap's and all that brk did: 40, 70 and 300 ns. */
const ofBrk = (name: string) =>
  group(name, 20, 2, { inPlace: 1, refused: 1, shrunk: 1 }, [3 + 4, 0], times(70, 300, 410));
/** Events 25 and 26: 20 and 1200 ns. */
const ofSecond = (name: string) =>
  group(name, 25, 2, { moved: 2 }, [1 + 1, 2 + 1], times(20, 1200, 1220));
/** Events 28 and 29: 25 and 30 ns. */
const ofThird = (name: string) => group(name, 28, 2, { inPlace: 2 }, [2 + 1, 0], times(25, 30, 55));

const expected: GrowthLedgerData = {
  growths: 4 + 3 + 2 + 5,
  outcomes: {
    // 7, 20, 28, 29: 25, 30, 100 and 300 ns.
    inPlace: { count: 4, bytes: (2 + 3 + 2 + 1) * page, ...times(30, 300, 455) },
    // 8, 25, 26: 20, 900 and 1200 ns.
    moved: { count: 3, bytes: (4 + 1 + 1) * page, ...times(900, 1200, 2120) },
    // 9, 10: 650 and 700 ns.
    relocated: { count: 2, bytes: 2 * page, ...times(650, 700, 1350) },
    // 11 to 14 and 21: 35, 40, 45, 50 and 55 ns.
    refused: { count: 5, bytes: (4 + 4 + 0 + 1 + 4) * page, ...times(45, 55, 225) },
    // 15, 22: 70 and 80 ns.
    shrunk: { count: 2, bytes: (2 + 1) * page, ...times(70, 80, 150) },
    unchanged: { count: 1, bytes: 0, ...times(10, 10, 10) },
    duplicated: { count: 1, bytes: 2 * page, ...times(60, 60, 60) },
  },
  movedPages: 6 + 10 + 5 + 2 + 1,
  byCall: {
    rows: [
      // The eighth of 10 20 25 30 35 45 50 55 60 80 100 650 700 900 1200.
      group(
        "mremap",
        7,
        12,
        {
          inPlace: 3,
          moved: 3,
          relocated: 2,
          refused: 4,
          shrunk: 1,
          unchanged: 1,
          duplicated: 1,
        },
        [2 + 4 + 2 + (4 + 4 + 1) + (1 + 1) + (2 + 1), 24],
        times(55, 1200, 3960),
      ),
      ofBrk("brk"),
    ],
    more: 0,
  },
  byProcess: {
    rows: [
      ofSecond("4122 other"),
      // The seventh of 10 35 40 45 50 55 60 70 80 100 300 650 700 900.
      group(
        "4121 grow",
        7,
        10,
        {
          inPlace: 2,
          moved: 1,
          relocated: 2,
          refused: 5,
          shrunk: 2,
          unchanged: 1,
          duplicated: 1,
        },
        [2 + 4 + 2 + (4 + 4 + 1) + (3 + 4), 6 + 10 + 5],
        times(60, 900, 3095),
      ),
      ofThird("4123 third"),
    ],
    more: 0,
  },
  byThread: {
    rows: [
      ofSecond("thread 4122"),
      // The sixth of 10 35 45 50 55 60 80 100 650 700 900.
      group(
        "thread 4121",
        7,
        8,
        {
          inPlace: 1,
          moved: 1,
          relocated: 2,
          refused: 4,
          shrunk: 1,
          unchanged: 1,
          duplicated: 1,
        },
        [2 + 4 + 2 + (4 + 4 + 1), 21],
        times(60, 900, 2685),
      ),
      ofBrk("thread 4000"),
      ofThird("thread 4123"),
    ],
    more: 0,
  },
  bySite: {
    rows: [
      // Events 11 to 16, 25, 26, 28, 29; the fifth of 10 20 25 30 35 45 50 55 80 1200.
      group(
        "read_all (in.c:7)",
        11,
        8,
        { inPlace: 2, moved: 2, refused: 4, shrunk: 1, unchanged: 1 },
        [4 + 4 + 1 + (1 + 1) + (2 + 1), 2 + 1],
        times(35, 1200, 1550),
      ),
      // Events 7 to 10.
      group(
        "grow_table (table.c:12)",
        7,
        4,
        { inPlace: 1, moved: 1, relocated: 2 },
        [2 + 4 + 2, 6 + 10 + 5],
        times(650, 900, 2350),
      ),
      // Events 18 and 20 to 22.
      group(
        "unknown",
        18,
        2,
        { inPlace: 1, refused: 1, shrunk: 1, duplicated: 1 },
        [3 + 4, 0],
        times(60, 300, 470),
      ),
    ],
    more: 0,
  },
  // Mappings 1 and 2 of the first process are its heap and its stack, mapping 1 of the second its heap.
  byLineage: {
    rows: [
      // Events 7 to 16; the fifth of 10 35 45 50 55 80 100 650 700 900.
      group(
        "#3 of 4121 grow",
        7,
        8,
        { inPlace: 1, moved: 1, relocated: 2, refused: 4, shrunk: 1, unchanged: 1 },
        [2 + 4 + 2 + (4 + 4 + 1), 21],
        times(55, 900, 2625),
      ),
      // Events 26, 28, 29: 20, 25 and 30 ns.
      group(
        "mappings that are not known",
        26,
        3,
        { inPlace: 2, moved: 1 },
        [1 + 2 + 1, 1],
        times(25, 30, 75),
      ),
      group("#2 of 4122 other", 25, 1, { moved: 1 }, [1, 2], times(1200, 1200, 1200)),
      ofBrk("#1 of 4121 grow"),
      group("#4 of 4121 grow", 18, 0, { duplicated: 1 }, [0, 0], times(60, 60, 60)),
    ],
    more: 0,
  },
  notKept: 0,
};

describe("a recording with every outcome", () => {
  it("is told in full, by call, process, thread, site and mapping", () => {
    const { data, findings } = analysed(everyOutcome(), sites).of("growth-ledger")!;
    expect(data).toEqual(expected);
    expect(findings).toEqual([
      {
        sentence: "3 of 14 growths moved (21 %)",
        severity: "attention",
        numbers: { growths: 14, moved: 3, movedNanos: 2120, movedPages: 24 },
        events: [25, 8, 26],
      },
      {
        sentence: "2 of 3 moves were asked for by read_all (in.c:7)",
        severity: "note",
        numbers: { moves: 3, bySite: 2 },
        events: [11],
      },
      {
        sentence: "5 growths were refused",
        advice: "Pass MREMAP_MAYMOVE where the address may change, or reserve the room ahead",
        severity: "attention",
        numbers: { refused: 5 },
        events: [14, 11, 12, 21, 13],
      },
    ]);
  });

  it("names a place by its address where no names are known", () => {
    const { bySite } = analysed(everyOutcome()).of("growth-ledger")!.data;
    expect(bySite.rows.map(({ name }) => name)).toEqual(["0x2000", "0x1000", "unknown"]);
  });
});

function ledger(rows: readonly GrowthRow[], options: GrowthsOptions = { sites }) {
  const { facts, growth } = growthsOf(rows, options);
  return growthLedger.conclude(facts, { growth });
}

function repeat(count: number, row: GrowthRow): GrowthRow[] {
  return Array.from({ length: count }, () => row);
}

const moved: GrowthRow = { outcome: "moved" };
const inPlace: GrowthRow = { outcome: "inPlace" };
const refused: GrowthRow = { outcome: "refused" };

it("answers its question from events", () => {
  const { id, title, question, basis } = growthLedger;
  expect({ id, title, question, basis }).toEqual({
    id: "growth-ledger",
    title: "Growth ledger",
    question: "How many growths stayed in place, how many moved, and what did they take?",
    basis: ["events"],
  });
});

describe("what it says", () => {
  const sentences = (rows: readonly GrowthRow[]) =>
    ledger(rows).findings.map(({ severity, sentence }) => `${severity}: ${sentence}`);

  it.each<[string, GrowthRow[], string[]]>([
    ["nothing without a growth", [{ outcome: "shrunk" }, { outcome: "duplicated" }], []],
    ["that one stayed", [inPlace], ["good: 1 growth, none moved"]],
    [
      "that a tenth moved",
      [moved, ...repeat(9, inPlace)],
      ["attention: 1 of 10 growths moved (10 %)"],
    ],
    ["less of fewer", [moved, ...repeat(10, inPlace)], ["note: 1 of 11 growths moved (9 %)"]],
    [
      "that one was refused",
      [refused, { outcome: "relocated" }],
      ["good: 2 growths, none moved", "attention: 1 growth was refused"],
    ],
    [
      "who asked for half of the moves",
      [...repeat(2, { ...moved, site: 1 }), { ...moved, site: 2 }, moved],
      [
        "attention: 4 of 4 growths moved (100 %)",
        "note: 2 of 4 moves were asked for by grow_table (table.c:12)",
      ],
    ],
    [
      "nobody who asked for less than half",
      [...repeat(2, { ...moved, site: 1 }), ...[2, 3, 4].map((site) => ({ ...moved, site }))],
      ["attention: 5 of 5 growths moved (100 %)"],
    ],
    ["nobody for one move", [{ ...moved, site: 1 }], ["attention: 1 of 1 growth moved (100 %)"]],
    ["nobody who is not known", repeat(2, moved), ["attention: 2 of 2 growths moved (100 %)"]],
  ])("%s", (_, rows, expected) => {
    expect(sentences(rows)).toEqual(expected);
  });

  it("shows the ten growths in place that took longest, and their count", () => {
    const rows = Array.from({ length: 11 }, (_, i): GrowthRow => ({ ...inPlace, nanos: i + 1 }));
    expect(ledger([...rows, { outcome: "relocated" }]).findings).toEqual([
      {
        sentence: "12 growths, none moved",
        severity: "good",
        numbers: { growths: 12, inPlace: 11 },
        events: [11, 10, 9, 8, 7, 6, 5, 4, 3, 2],
      },
    ]);
  });

  it.each(["moved", "refused"] as const)("shows the hundred %s that took longest", (outcome) => {
    const rows = Array.from({ length: 101 }, (_, i): GrowthRow => ({ outcome, nanos: i + 1 }));
    const { findings } = ledger(rows);
    expect(findings.at(-1)?.events).toEqual(Array.from({ length: 100 }, (_, i) => 101 - i));
  });
});

describe("its groups", () => {
  it("are the twenty with most moves, then with most growths, and a count of the others", () => {
    const rows: GrowthRow[] = [
      ...Array.from({ length: 20 }, (_, i): GrowthRow => ({ ...inPlace, lineage: i + 1 })),
      ...repeat(99, { ...inPlace, lineage: 20 }),
      ...repeat(4, { outcome: "shrunk", lineage: 21 }),
      { ...moved, lineage: 22 },
    ];
    const { byLineage } = ledger(rows).data;
    // Equals stay in their order; of the 22, lineages 19 and 21 are the lightest that came last.
    const numbers = [22, 20, ...Array.from({ length: 18 }, (_, i) => i + 1)];
    expect(byLineage.rows.map(({ name }) => name)).toEqual(
      numbers.map((lineage) => `#${lineage + 10} of 4121 grow`),
    );
    expect(byLineage.more).toBe(2);
    expect(byLineage.rows[1]).toMatchObject({ growths: 100, firstSeq: 20 });
  });

  it("of all rows are the same whichever column they are made by", () => {
    const rows = [moved, { ...inPlace, nanos: 70 }];
    const { byCall, byProcess, byThread, bySite, byLineage } = ledger(rows).data;
    const figures = { firstSeq: 1, growths: 2, outcomes: outcomesOf({ inPlace: 1, moved: 1 }) };
    const whole = { ...figures, askedBytes: 2 * page, movedPages: 1, time: times(70, 500, 570) };
    const names = ["mremap", "4121 grow", "thread 4121", "unknown", "#11 of 4121 grow"];
    expect([byCall, byProcess, byThread, bySite, byLineage]).toEqual(
      names.map((name) => ({ rows: [{ name, ...whole }], more: 0 })),
    );
  });

  it("leave out rows that were not kept, and totals do not", () => {
    const rows: GrowthRow[] = [
      { ...moved, nanos: 10 },
      { outcome: "gone" },
      { ...moved, nanos: 30 },
      { ...inPlace, nanos: 7 },
    ];
    const { data } = ledger(rows, { capacity: 2 });
    expect(data.notKept).toBe(2);
    expect(data.outcomes.moved).toEqual({ count: 2, bytes: 2 * page, ...times(10, 10, 40) });
    expect(data.outcomes.inPlace).toEqual({ count: 1, bytes: page, ...times(0, 0, 7) });
    expect(data.growths).toBe(3);
    expect(data.movedPages).toBe(1);
    expect(data.byCall.rows.map(({ growths }) => growths)).toEqual([1]);
  });
});
