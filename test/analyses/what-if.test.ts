/** What if: a recorded demand under every policy, worked out by hand, and what is made of it. */
import { describe, expect, it } from "vitest";
import type { PolicyFigures } from "../../src/analyses/demand.ts";
import { type WhatIfData, whatIf } from "../../src/analyses/what-if.ts";
import { analysed, maps, page, scripted } from "../app/replay-sample.ts";
import { brk, type GrowthRow, growthsOf, namedSites, remap, returnTo } from "./growths.ts";

const sites = namedSites("grow_table (table.c:12)", "read_all (in.c:7)");

/**
 * Three mappings that grow, A from 4 pages, B from 2 and C from 10, and calls that are no demand of
 * a mapping that can move.
 */
function threeMappings(): string {
  return scripted((script) => {
    script.start(1).maps(1, "start", maps("heap"));
    script.start(2, { argv: ["other"] }).maps(2, "start", maps("heap"));
    script.from(returnTo(1)).map(1, 0, 4);
    script.rows(
      remap({ from: 0, old: 4, now: 6 }),
      remap({ from: 0, old: 6, now: 7, to: 100 }),
      remap({ from: 100, old: 7, now: 11, to: 200 }),
    );
    script.from(0).map(1, 500, 2);
    script.rows(remap({ from: 500, old: 2, now: 3, to: 600 }));
    script
      .from(returnTo(2))
      .rows(
        remap({ from: 200, old: 11, now: 40, to: 300, how: 3 }),
        remap({ from: 300, old: 40, now: 50, errno: 12, how: 0 }),
      );
    script.unmap(1, 600, 3).map(2, 0, 10);
    script.rows(
      remap({ process: 2, from: 0, old: 10, now: 12, to: 100 }),
      remap({ from: 300, old: 40, now: 40 }),
      remap({ from: 300, old: 40, now: 20 }),
      remap({ from: 300, old: 20, now: 25, to: 400 }),
      remap({ from: 400, old: 25, now: 29, to: 700 }),
      // None of these counts: the heap cannot move, and 900 is not known.
      brk(300),
      remap({ process: 2, from: 900, old: 1, now: 99, to: 950 }),
    );
    script.map(1, 1000, 2, { args: [0, 2 * page, 3, 0x21, -1, 0] });
    script.rows(remap({ from: 1000, old: 0, now: 200, to: 2000 }));
  });
}

interface Worked {
  readonly calls: number;
  readonly moves: number;
  readonly relocations?: number;
  readonly peak: number;
  readonly reserved: number;
  readonly wasted: number;
}

function policy(name: string, what: string, worked: Worked): PolicyFigures {
  const { calls, moves, relocations = 0, peak, reserved, wasted } = worked;
  return {
    ...{ name, what, calls, moves, relocations },
    peakBytes: peak * page,
    peakReservedBytes: reserved * page,
    wastedBytes: wasted * page,
  };
}

/*
 * The capacities in pages after each demand; * is a call, m a move. A shrink is a call in each.
 *
 * demand        begin A  6    7    11   begin B  3    40   (50)  C 12   (20)  25   29
 * as recorded        4   6*   7*m  11*m       2  3*m  40*  *     12*m   20*   25*m 29*m
 * factor 1.5         4   6*   9*m  14*m       2  3*m  40*  *     15*m   20*   30*m 30
 * factor 2           4   8*   8 m  16*m       2  4*m  40*  *     20*m   20*   40*m 40
 * reserve          64*  64*  64*   64*      64* 64*   64*        64**   64*   64*  64*
 * fixed             8*   8*   8*   22*       4*  4*   80*        20**   80*   80*  80*
 * pool               4   6    7    11         2  3    40*  *     12     20*   25   29
 *
 * The 50 are refused: no policy that has the room asks. B has ended before C begins with 10.
 * The demands at once are the most at 40 + 12; of A alone 40, of B 3, of C 12.
 */
const expected: WhatIfData = {
  lineages: 3,
  recorded: policy("as recorded", "each growth asks for what it asked for", {
    ...{ calls: 10, moves: 6, peak: 52, reserved: 52, wasted: 0 },
  }),
  policies: [
    policy("factor 1.5", "each growth asks for 1.5 times what there is", {
      ...{ calls: 9, moves: 5, peak: 55, reserved: 55, wasted: 15 - 12 },
    }),
    policy("factor 2", "each growth asks for 2 times what there is", {
      ...{ calls: 8, moves: 5, peak: 60, reserved: 60, wasted: 4 - 3 + (20 - 12) },
    }),
    policy("reserve", "256 KiB of PROT_NONE ahead, made usable by mprotect", {
      ...{ calls: 12, moves: 0, peak: 52, reserved: 128 },
      wasted: 64 - 40 + (64 - 3) + (64 - 12),
    }),
    policy(
      "fixed reservation",
      "a reservation of twice the need, left by mremap with MREMAP_FIXED for one twice as long",
      {
        ...{ calls: 12, moves: 0, relocations: 2, peak: 52, reserved: 80 + 20 },
        wasted: 80 - 40 + (4 - 3) + (20 - 12),
      },
    ),
    policy("pool", "below 128 KiB from a pool, without a call", {
      ...{ calls: 3, moves: 0, peak: 52, reserved: 52, wasted: 0 },
    }),
  ],
  // The power of two that holds the 50 pages that were asked for in vain.
  reserveBytes: 64 * page,
  byLineage: {
    rows: [
      {
        name: "#2 of 4121 grow",
        site: "grow_table (table.c:12)",
        growths: 7,
        moves: 4,
        firstBytes: 4 * page,
        mostBytes: 50 * page,
        reserveBytes: 64 * page,
      },
      {
        name: "#3 of 4121 grow",
        site: "unknown",
        growths: 1,
        moves: 1,
        firstBytes: 2 * page,
        mostBytes: 3 * page,
        reserveBytes: 4 * page,
      },
      {
        name: "#2 of 4122 other",
        site: "read_all (in.c:7)",
        growths: 1,
        moves: 1,
        firstBytes: 10 * page,
        mostBytes: 12 * page,
        reserveBytes: 16 * page,
      },
    ],
    more: 0,
  },
};

it("a recorded demand comes to what each policy makes of it", () => {
  const { data, findings } = analysed(threeMappings(), sites).of("what-if")!;
  expect(data).toEqual(expected);
  expect(findings).toEqual([]);
});

function concluded(rows: readonly GrowthRow[]) {
  const { facts, growth } = growthsOf(rows, { sites });
  return whatIf.conclude(facts, { growth });
}

/** One mapping that grows by a page a call, from one page on. */
function byPages(count: number, outcomeOf: (i: number) => GrowthRow["outcome"]): GrowthRow[] {
  return Array.from({ length: count }, (_, i) => {
    return { outcome: outcomeOf(i), oldPages: i + 1, newPages: i + 2, nanos: i + 1 };
  });
}

const sentences = (rows: readonly GrowthRow[]) =>
  concluded(rows).findings.map(({ severity, sentence }) => `${severity}: ${sentence}`);

it("answers its question from events, by inference", () => {
  const { id, title, question, basis } = whatIf;
  expect({ id, title, question, basis }).toEqual({
    id: "what-if",
    title: "What if",
    question: "What would another policy of growing have done with the same demand?",
    basis: ["events", "inference"],
  });
});

describe("what it says", () => {
  it("is what ten moves would have been, with all figures", () => {
    // Under factor 2 the capacities are 2, 4, 8 and 16 pages, a call and a move each.
    const recorded = { recordedCalls: 10, recordedMoves: 10 };
    const events = [10, 9, 8, 7, 6, 5, 4, 3, 2, 1];
    expect(concluded(byPages(10, () => "moved")).findings).toEqual([
      {
        sentence: "reserve 64 KiB ahead: 10 moves would have been 0, 20 KiB of addresses unused",
        advice: "Map 64 KiB with PROT_NONE and MAP_NORESERVE once, and grow by mprotect",
        severity: "attention",
        numbers: {
          ...recorded,
          calls: 1 + 10,
          moves: 0,
          wastedBytes: (16 - 11) * page,
          peakBytes: 11 * page,
          peakReservedBytes: 16 * page,
        },
        events,
      },
      {
        sentence:
          "grow by factor 2: 10 moves would have been 4, 10 calls 4, with 20 KiB more at the peak",
        advice: "Ask for more than is needed now, so that fewer calls ask at all",
        severity: "attention",
        numbers: {
          ...recorded,
          calls: 4,
          moves: 4,
          wastedBytes: (16 - 11) * page,
          peakBytes: 16 * page,
          peakReservedBytes: 16 * page,
        },
        events,
      },
    ]);
  });

  it("is nothing of nine moves", () => {
    expect(sentences(byPages(9, () => "moved"))).toEqual([]);
  });

  it("weighs less where fewer than one call in ten moves", () => {
    const severities = (count: number) =>
      concluded(
        byPages(count, (i) => (i % 10 === 0 && i < 100 ? "moved" : "inPlace")),
      ).findings.map(({ severity }) => severity);
    // Ten moves each: of 100 calls, and of 101. Doubling leaves five of them.
    expect(severities(100)).toEqual(["attention", "attention"]);
    expect(severities(101)).toEqual(["note", "note"]);
    const [first] = concluded(byPages(101, (i) => (i < 10 ? "moved" : "inPlace"))).findings;
    expect(first?.numbers).toMatchObject({ recordedCalls: 101, recordedMoves: 10 });
  });

  it("is no other factor where each mapping moves but once", () => {
    const rows = Array.from({ length: 10 }, (_, i): GrowthRow => {
      return { outcome: "moved", lineage: i + 1, newPages: 3 };
    });
    expect(sentences(rows)).toEqual([
      "attention: reserve 16 KiB ahead: 10 moves would have been 0, 40 KiB of addresses unused",
    ]);
  });

  it("is no reservation above a tebibyte", () => {
    const grownTo = (pages: number) => [
      ...byPages(9, () => "moved"),
      { outcome: "moved", oldPages: 10, newPages: pages } as const,
    ];
    const tebibyte = 2 ** 40 / page;
    expect(sentences(grownTo(tebibyte))[0]).toMatch(/^attention: reserve 1 TiB ahead: /);
    expect(sentences(grownTo(tebibyte + 1))[0]).toMatch(/^attention: grow by factor 2: /);
  });

  it("shows the hundred slowest moves", () => {
    const [first] = concluded(byPages(101, () => "moved")).findings;
    expect(first?.events).toEqual(Array.from({ length: 100 }, (_, i) => 101 - i));
  });
});

describe("a policy", () => {
  const named = (name: string, oldPages: number, newPages: number) =>
    concluded([{ outcome: "inPlace", oldPages, newPages }]).data.policies.find(
      (one) => one.name === name,
    );

  it("of a pool needs no call below 128 KiB, where malloc begins to map", () => {
    expect([named("pool", 1, 31)?.calls, named("pool", 1, 32)?.calls]).toEqual([0, 1]);
  });

  it("of fixed reservations makes the next one twice what is needed", () => {
    // Of the first, twice 4 pages, there was one too few.
    expect(named("fixed reservation", 4, 9)?.peakReservedBytes).toBe(18 * page);
  });
});

describe("its mappings", () => {
  it("are the twenty with most moves, then with most growths, and a count of the others", () => {
    const rows: GrowthRow[] = [
      ...Array.from({ length: 20 }, (_, i): GrowthRow => ({ outcome: "inPlace", lineage: i + 1 })),
      { outcome: "refused", lineage: 20 },
      ...Array.from({ length: 99 }, (): GrowthRow => ({ outcome: "relocated", lineage: 21 })),
      { outcome: "moved", lineage: 22 },
      // No demands.
      ...(["shrunk", "unchanged", "duplicated", "gone"] as const).map((outcome): GrowthRow => {
        return { outcome, lineage: 23 };
      }),
      { outcome: "moved", lineage: 0 },
      { outcome: "inPlace", lineage: 23, isBrk: true },
    ];
    const { lineages, byLineage } = concluded(rows).data;
    const numbers = [22, 21, 20, ...Array.from({ length: 17 }, (_, i) => i + 1)];
    expect(byLineage.rows.map(({ name }) => name)).toEqual(
      numbers.map((lineage) => `#${lineage + 10} of 4121 grow`),
    );
    expect(byLineage.more).toBe(2);
    expect(lineages).toBe(22);
  });

  it("of nothing are none", () => {
    const { data, findings } = concluded([]);
    expect(data.byLineage).toEqual({ rows: [], more: 0 });
    expect(data.reserveBytes).toBe(1);
    expect(data.recorded).toEqual(
      policy("as recorded", "each growth asks for what it asked for", {
        ...{ calls: 0, moves: 0, peak: 0, reserved: 0, wasted: 0 },
      }),
    );
    expect(findings).toEqual([]);
  });
});
