/** The map budget: regions of five processes worked out call by call, and its limits. */
import { describe, expect, it } from "vitest";
import { type MapBudgetData, mapBudget } from "../../src/analyses/map-budget.ts";
import { AnalysisPass } from "../../src/analyses/recorders/pass.ts";
import { kindCodes } from "../../src/events/kinds.ts";
import { FileTable } from "../../src/space/state/files.ts";
import { analysed, maps, page, type Script, scripted } from "../app/replay-sample.ts";
import { meta } from "../store/helpers.ts";
import { growthsOf, namedSites, protect, returnTo } from "./growths.ts";

const [table, guards] = [1, 2];
const sites = namedSites("grow_table (table.c:12)", "protect_page (g.c:3)");

function limitedTo(maxMapCount: number) {
  return { ...meta.host, maxMapCount };
}

/** Regions of the first process after each call stand in the comments, with those that may be merged. */
function fiveProcesses(limit: number): string {
  return scripted((script) => {
    script.start(1).maps(1, "start", maps("heap", "lib", "stack")); // 2: 3
    script.from(returnTo(table)).map(1, 0, 9); // 3: 4
    script.from(returnTo(guards)).rows(
      protect(1, 1, 1), // 4: 6, cut in three
      protect(3, 1, 1), // 5: 8
    );
    script.from(returnTo(table)).rows(protect(5, 1, 1)); // 6: 10
    script.unmap(1, 5, 1); // 7: 9
    script.from(returnTo(guards)).map(1, 100, 3); // 8: 10
    script.from(returnTo(table)).map(1, 300, 1); // 9: 11
    script.map(1, 301, 1); // 10: 12, one of which may be merged
    script.from(0).map(1, 400, 1); // 11: 13
    script.rows(protect(101, 1, 1)); // 12: 15
    script.map(1, 500, 1); // 13: 16
    script.start(2).maps(2, "start", maps("heap")); // 15: 1
    script.start(3).maps(3, "start", maps("heap", "stack")); // 17: 2
    script.start(4, { argv: ["four"] }).maps(4, "start", maps("heap", "lib", "stack")); // 19: 3
    script.start(5).maps(5, "start", maps("heap")).from(returnTo(table)); // 21: 1
    script.map(5, 0, 1).map(5, 5, 1).map(5, 10, 1).unmap(5, 10, 1).end(5); // 22 to 25: 2 3 4 3
  }, limitedTo(limit));
}

const heap = { name: "heap", bytes: 2 * page, regions: 1 };
const library = { name: "x.so", bytes: 4 * page, regions: 1 };
const stack = { name: "main stack", bytes: 16 * page, regions: 1 };

/** Calls are a microsecond apart, from event 1 on. */
function series(firstSeq: number, mostRegions: readonly number[], leastRegions = mostRegions) {
  const seq = mostRegions.map((_, i) => firstSeq + i);
  return { seq, atNanos: seq.map((number) => number * 1000), leastRegions, mostRegions };
}

const expected: MapBudgetData = {
  limit: 32,
  limitFrom: "recording",
  processes: [
    {
      process: 1,
      name: "4121 grow",
      peakMergedRegions: 15,
      peakRegions: 16,
      peakSeq: 13,
      consumers: [
        // [0, 1) to [4, 5) and [6, 9) of event 3's, 300 and 301.
        { name: "grow_table (table.c:12)", bytes: (8 + 2) * page, regions: 6 + 2 },
        { name: "protect_page (g.c:3)", bytes: 3 * page, regions: 3 },
        { name: "anonymous memory of unknown origin", bytes: 2 * page, regions: 2 },
        stack,
        library,
        heap,
      ],
      consumersSeq: 13,
      // Of 12 calls the last quarter begins with the tenth: from 13 to 16 in two calls, and 16 to go.
      callsUntilLimit: Math.ceil((32 - 16) / (3 / 2)),
      series: series(
        2,
        [3, 4, 6, 8, 10, 9, 10, 11, 12, 13, 15, 16],
        [3, 4, 6, 8, 10, 9, 10, 11, 11, 12, 14, 15],
      ),
    },
    {
      process: 5,
      name: "4125 grow",
      peakMergedRegions: 4,
      peakRegions: 4,
      peakSeq: 24,
      consumers: [{ name: "grow_table (table.c:12)", bytes: 3 * page, regions: 3 }, heap],
      consumersSeq: 24,
      // It falls at its end.
      callsUntilLimit: null,
      series: series(21, [1, 2, 3, 4, 3]),
    },
    {
      process: 4,
      name: "4124 four",
      peakMergedRegions: 3,
      peakRegions: 3,
      peakSeq: 19,
      consumers: [stack, library, heap],
      consumersSeq: 19,
      // One moment has no rate.
      callsUntilLimit: null,
      series: series(19, [3]),
    },
    {
      process: 3,
      name: "4123 grow",
      peakMergedRegions: 2,
      peakRegions: 2,
      peakSeq: 17,
      consumers: [stack, heap],
      consumersSeq: 17,
      callsUntilLimit: null,
      series: series(17, [2]),
    },
  ],
  moreProcesses: 1,
  splitters: {
    rows: [
      { site: "protect_page (g.c:3)", splits: 2 + 2, firstSeq: 4 },
      { site: "grow_table (table.c:12)", splits: 2, firstSeq: 6 },
      { site: "unknown", splits: 2, firstSeq: 12 },
    ],
    more: 0,
  },
};

describe("a recording of five processes", () => {
  it("is told in full, and half of the limit is worth a finding", () => {
    const { data, findings } = analysed(fiveProcesses(32), sites).of("map-budget")!;
    expect(data).toEqual(expected);
    expect(findings).toEqual([
      {
        sentence:
          "4121 grow had 15 to 16 of 32 regions (50 % of vm.max_map_count); grow_table (table.c:12) had 8",
        advice: "Map in larger pieces, or raise vm.max_map_count",
        severity: "attention",
        numbers: { peakMergedRegions: 15, peakRegions: 16, limit: 32, callsUntilLimit: 11 },
        events: [13],
        process: 1,
      },
    ]);
  });

  it("has no calls left where the limit was passed, and says so of each process", () => {
    const { data, findings } = analysed(fiveProcesses(8), sites).of("map-budget")!;
    expect(data.processes.map(({ callsUntilLimit }) => callsUntilLimit)).toEqual([
      0,
      null,
      null,
      null,
    ]);
    expect(findings.map(({ process, severity, numbers }) => [process, severity, numbers])).toEqual([
      [1, "bad", { peakMergedRegions: 15, peakRegions: 16, limit: 8, callsUntilLimit: 0 }],
      [5, "attention", { peakMergedRegions: 4, peakRegions: 4, limit: 8 }],
    ]);
  });
});

/** The heap and so many other mappings, none beside another. */
function apart(count: number, host?: typeof meta.host): string {
  return scripted((script) => {
    script.start(1).maps(1, "start", maps("heap"));
    mapApart(script, count);
  }, host);
}

function mapApart(script: Script, count: number): void {
  for (let i = 0; i < count; i += 1) script.map(1, 2 * i, 1);
}

it("answers its question from events and observations, by inference", () => {
  const { id, title, question, basis } = mapBudget;
  expect({ id, title, question, basis }).toEqual({
    id: "map-budget",
    title: "Map budget",
    question: "How near did a process come to the limit of regions, and who used them up?",
    basis: ["events", "observations", "inference"],
  });
});

describe("its limits", () => {
  const severity = (limit: number) =>
    analysed(apart(17, limitedTo(limit)))
      .of("map-budget")!
      .findings.map((finding) => finding.severity);

  it.each<[number, string[]]>([
    [20, ["bad"]],
    [21, ["attention"]],
    [36, ["attention"]],
    [37, []],
  ])("18 regions of %i are %j", (limit, expected) => {
    expect(severity(limit)).toEqual(expected);
  });

  it("is the kernel's own where the recording has none", () => {
    const { limit, limitFrom } = analysed(apart(1)).of("map-budget")!.data;
    expect({ limit, limitFrom }).toEqual({ limit: 65_535 - 5, limitFrom: "default" });
  });

  it("is as many calls away as the last quarter of them says, also where a step stands for two", () => {
    const limit = 100_000;
    const [first] = analysed(apart(600, limitedTo(limit))).of("map-budget")!.data.processes;
    // 601 calls make 300 steps of two and one of the last: step i ends with 2i + 2 regions.
    expect(first?.series.mostRegions).toEqual([
      ...Array.from({ length: 300 }, (_, i) => 2 * i + 2),
      601,
    ]);
    // From step 225 to 300, 150 calls: 452 to 601 regions.
    expect(first?.callsUntilLimit).toBe(Math.ceil((limit - 601) / ((601 - 452) / 150)));
  });

  it("is known from five calls on", () => {
    const left = (calls: number) =>
      analysed(apart(calls - 1, limitedTo(30))).of("map-budget")!.data.processes[0]
        ?.callsUntilLimit;
    // The last of five is more than a quarter of them, and there is one region more each.
    expect([left(4), left(5)]).toEqual([null, 30 - 5]);
  });

  it("of what made a peak is that of a moment at most a twentieth below it", () => {
    // The 22nd region is less than 1.05 times 21, so nobody looked again.
    const [first] = analysed(apart(21)).of("map-budget")!.data.processes;
    expect(first).toMatchObject({ peakRegions: 22, peakSeq: 23, consumersSeq: 22 });
    expect(first?.consumers.map(({ regions }) => regions)).toEqual([20, 1]);
  });
});

describe("splits", () => {
  const told = (splits: number) => {
    const pass = new AnalysisPass({ pageBytes: page, files: new FileTable(), sites });
    const recorders = pass.recordersOf(mapBudget.needs);
    recorders.splits.bySite.set(guards, { splits, firstSeq: 4 });
    const facts = { ...growthsOf([]).facts, sites: pass.sites };
    return mapBudget.conclude(facts, recorders).findings;
  };

  it("are told of from a thousand on", () => {
    expect(told(999)).toEqual([]);
    expect(told(1000)).toEqual([
      {
        sentence: "mprotect by protect_page (g.c:3) split regions into 1,000 pieces more",
        advice: "Protect whole mappings, or give each protection a mapping of its own",
        severity: "attention",
        numbers: { splits: 1000 },
        events: [4],
      },
    ]);
  });

  it("are listed for the twenty places with most, and those that cut nothing are none", () => {
    const folder = scripted((script) => {
      script.start(1).maps(1, "start", maps("heap")).map(1, 0, 100);
      for (let site = 1; site <= 21; site += 1) {
        script.from(returnTo(site)).rows(protect(2 * site - 1, 1, 1));
      }
      script.rows(protect(51, 1, 1));
      // The whole of what it protects, and nothing that is known.
      script
        .from(returnTo(30))
        .map(1, 200, 2)
        .rows(protect(200, 2, 1));
      script.from(returnTo(31)).rows(protect(0, 100, 3, { process: 2 }));
      const args = [0x7f00_0000_0000 + 60 * page, page, 1, 0];
      script.from(returnTo(1)).rows({ kind: kindCodes.pkey_mprotect, args });
    });
    const { rows, more } = analysed(folder, sites).of("map-budget")!.data.splitters;
    const splits = rows.map(({ splits, firstSeq }) => [splits, firstSeq]);
    // Site n is first seen at event n + 3; 1 and 21 were seen twice.
    const others = Array.from({ length: 18 }, (_, i) => [2, i + 5]);
    expect(splits).toEqual([[4, 4], [4, 24], ...others]);
    expect(more).toBe(1);
  });
});
