/** Rules held against figures: each kept, broken and unknown, on both sides of its limit. */
import { describe, expect, it } from "vitest";
import { type CheckedFacts, judgeRules, type Place } from "../../../src/analyses/rules/judge.ts";
import type { Rules } from "../../../src/analyses/rules/rules.ts";
import type { Sighting } from "../../../src/analyses/rules/sightings.ts";
import { summariseCoverage } from "../../../src/analyses/stats.ts";
import type { ProcessVerdict } from "../../../src/analyses/verify.ts";
import { growthOf, processOf, statsOf } from "../../reports/figures.ts";

function sighting(seq: number, bytes = 0): Sighting {
  return { seq, process: 1, start: 0, bytes };
}

function seen(...seqs: number[]) {
  return { count: seqs.length, kept: seqs.map((seq) => sighting(seq)) };
}

const growth = growthOf({
  inPlace: { count: 4, bytes: 0, nanos: 0 },
  moved: { count: 3, bytes: 0, nanos: 0 },
  relocated: { count: 2, bytes: 0, nanos: 0 },
  refused: { count: 1, bytes: 0, nanos: 0 },
  shrunk: { count: 90, bytes: 0, nanos: 0 },
});

function facts(more: Partial<CheckedFacts> = {}): CheckedFacts {
  return {
    stats: statsOf({ growth }),
    verify: {
      ...{ recording: 3, status: "exact", exact: 0, diverged: 0, unverifiable: 0, processes: [] },
    },
    seen: {
      moved: seen(11, 12, 13, 14, 15, 16),
      refused: seen(21),
      writableAndExecutable: seen(31, 32),
      peakMapped: { value: 4096, process: 1, seq: 41 },
      peakRegions: { value: 50, process: 2, seq: 51 },
    },
    left: [sighting(61, 10), sighting(62, 30), sighting(63, 20)],
    damage: [],
    ...more,
  };
}

const placeOf = (one: Sighting): Place => {
  return { ...one, pid: 4121, program: "grow", atNanos: 0, call: null, site: null };
};

const judged = (rules: Rules, of = facts()) => judgeRules(rules, of, placeOf);

/** Status, figure, limit, events and reasons of the one rule. */
function verdict(rules: Rules, of = facts()) {
  const { rules: verdicts, status } = judged(rules, of);
  const [one] = verdicts;
  expect(verdicts).toHaveLength(1);
  expect(status).toBe(one?.status === "kept" ? "kept" : "broken");
  return [one?.status, one?.figure, one?.limit, one?.where.map(({ seq }) => seq), one?.reasons];
}

describe("a rule", () => {
  const none = statsOf({ growth: growthOf() });
  const { seen: sightings } = facts();

  it.each<[Rules, ReturnType<typeof verdict>]>([
    [{ "max-moved": 3 }, ["kept", 3, 3, [11, 12, 13, 14, 15], []]],
    [{ "max-moved": 2 }, ["broken", 3, 2, [11, 12, 13, 14, 15], []]],
    // Three of ten: what shrank is no growth.
    [{ "max-moved-share": 30 }, ["kept", 30, 30, [11, 12, 13, 14, 15], []]],
    [{ "max-moved-share": 29.9 }, ["broken", 30, 29.9, [11, 12, 13, 14, 15], []]],
    [{ "max-regions": 50 }, ["kept", 50, 50, [51], []]],
    [{ "max-regions": 49 }, ["broken", 50, 49, [51], []]],
    [{ "max-peak": 4096 }, ["kept", 4096, 4096, [41], []]],
    [{ "max-peak": 4095 }, ["broken", 4096, 4095, [41], []]],
    [{ "no-refused": true }, ["broken", 1, null, [21], []]],
    [{ "no-wx": true }, ["broken", 2, null, [31, 32], []]],
    // The largest first; where none breaks it, the largest alone.
    [{ "no-leaks-over": 30 }, ["kept", 30, 30, [62], []]],
    [{ "no-leaks-over": 20 }, ["broken", 30, 20, [62], []]],
    [{ "no-leaks-over": 19 }, ["broken", 30, 19, [62, 63], []]],
    [{ "require-exact": true }, ["kept", 0, null, [], []]],
  ])("%j", (rules, expected) => {
    expect(verdict(rules)).toEqual(expected);
  });

  it("on a peak has the process and the event that made it", () => {
    expect(judged({ "max-regions": 1 }).rules[0]?.where).toEqual([
      placeOf({ seq: 51, process: 2, start: 0, bytes: 0 }),
    ]);
  });

  it("is kept where there was nothing", () => {
    const empty = facts({
      stats: none,
      seen: { ...sightings, moved: seen(), refused: seen(), writableAndExecutable: seen() },
      left: [],
    });
    expect(verdict({ "max-moved-share": 0 }, empty)).toEqual(["kept", 0, 0, [], []]);
    expect(verdict({ "no-refused": true }, empty)).toEqual(["kept", 0, null, [], []]);
    expect(verdict({ "no-wx": true }, empty)).toEqual(["kept", 0, null, [], []]);
    expect(verdict({ "no-leaks-over": 0 }, empty)).toEqual(["kept", 0, 0, [], []]);
  });

  it.each(["max-regions", "max-peak"] as const)(
    "%s is unknown where nothing was replayed",
    (rule) => {
      const peaks = { peakMapped: undefined, peakRegions: undefined };
      const unknown = facts({ seen: { ...sightings, ...peaks } });
      expect(verdict({ [rule]: 5 }, unknown)).toEqual([
        ...["unknown", null, 5, []],
        ["no process could be replayed, as no maps text of any is in the recording"],
      ]);
    },
  );

  it("that is not set is not judged", () => {
    expect(judged({ "no-wx": false })).toMatchObject({ status: "kept", rules: [] });
  });

  it("that is broken breaks the whole, in the rules' own order", () => {
    const { status, rules } = judged({ "no-refused": true, "max-moved": 9 });
    expect(status).toBe("broken");
    expect(rules.map(({ rule, status }) => [rule, status])).toEqual([
      ["max-moved", "kept"],
      ["no-refused", "broken"],
    ]);
  });
});

describe("doubts", () => {
  const processes = [
    processOf(1, { coverage: { status: "partial", reasons: ["mmap in libx.so"] } }),
    processOf(2),
  ];
  const coverage = summariseCoverage(processes.map((process) => process.coverage));
  const { recording } = statsOf();
  const one = (pid: number, status: ProcessVerdict["status"], reason: string | null) =>
    ({ pid, program: "grow", status, reason }) as ProcessVerdict;

  it("are all that makes a recording less than exact", () => {
    const verify = facts().verify;
    const doubtful = facts({
      stats: statsOf({
        ...{ processes, coverage, dropped: 7 },
        recording: { ...recording, status: "recording" },
      }),
      verify: {
        ...verify,
        processes: [
          one(1, "exact", null),
          one(2, "diverged", null),
          one(3, "unverifiable", "it was killed"),
        ],
      },
      damage: ["chunk 4 is damaged"],
    });
    const doubts = [
      "chunk 4 is damaged",
      "the recording is not finished",
      "1 of 2 processes not fully covered: mmap in libx.so",
      "7 calls are missing",
      "process 2 grow differs from the kernel's maps",
      "process 3 grow is unverifiable: it was killed",
    ];
    const result = judged({ "require-exact": true }, doubtful);
    expect(result.doubts).toEqual(doubts);
    expect(result.damage).toEqual(["chunk 4 is damaged"]);
    expect(result.recording).toEqual({ ...recording, status: "recording" });
    expect(result.rules).toEqual([
      {
        ...{ rule: "require-exact", limit: null, status: "broken", figure: 6 },
        ...{ where: [], reasons: doubts },
      },
    ]);
  });

  it("name another state, and that no process is known", () => {
    const stats = statsOf({ processes: [], recording: { ...recording, status: "damaged" } });
    expect(judged({}, facts({ stats })).doubts).toEqual([
      "the recording is damaged",
      "no process is known",
    ]);
  });
});
