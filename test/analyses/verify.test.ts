/** The verdict on a process, from what its replay met: exact, diverged, or why it cannot be known. */
import { describe, expect, it } from "vitest";
import {
  judgeProcess,
  mostKept,
  type ProcessEvidence,
  type ProcessVerdict,
  sumUp,
} from "../../src/analyses/verify.ts";
import type { Divergence } from "../../src/space/compare.ts";
import type { MapsCheck } from "../../src/space/maps-check.ts";
import type { SpaceReport } from "../../src/space/state/reports.ts";

const facts = { permissions: "rw-p", offset: 0, dev: 0, inode: "0", path: "" };

function differing(more: Partial<Divergence> = {}): Divergence {
  const range = { start: 100, end: 200, expected: facts };
  return { ...range, cause: "unrecorded call", harmless: false, ...more };
}

const byItself = differing({ start: 700, end: 800, cause: "stack growth", harmless: true });

function check(seq: number, divergences: readonly Divergence[] = [], stable = true): MapsCheck {
  return { seq, atNanos: seq * 10, moment: "exit", stable, ranges: 7, divergences };
}

function evidence(more: Partial<ProcessEvidence> = {}): ProcessEvidence {
  return {
    ...{ process: 3, pid: 4123, program: "grow", coverage: { status: "full", reasons: [] } },
    ...{ end: { how: "exit", status: 0 }, texts: 2, firstStable: true },
    ...{ checks: [check(50)], lost: [], reports: [] },
    ...more,
  };
}

const judge = (more: Partial<ProcessEvidence> = {}): ProcessVerdict =>
  judgeProcess(evidence(more), (signal) => `signal ${signal}`);

function report(kind: SpaceReport["kind"], seq: number, more: Partial<SpaceReport> = {}) {
  return { kind, seq, call: "mmap", reason: "why", start: 100, end: 200, ...more };
}

const exact: ProcessVerdict = {
  ...{ process: 3, pid: 4123, program: "grow", status: "exact", texts: 1, ranges: 7 },
  ...{ divergences: [], divergenceCount: 0, harmless: [] },
  ...{ contradictions: [], contradictionCount: 0, reason: null, note: null },
};

/** As a verdict has it: what is not there is null. */
const range = {
  ...{ seq: 50, atNanos: 500, moment: "exit", start: 100, end: 200 },
  ...{ expected: facts, actual: null, cause: "unrecorded call" },
} as const;

describe("a verdict", () => {
  it("is exact where every text equals the replay, but for what needs no call", () => {
    expect(judge()).toEqual(exact);
    expect(judge({ checks: [check(40), check(50, [byItself])] })).toEqual({
      ...exact,
      texts: 2,
      ranges: 14,
      harmless: [{ ...range, start: 700, end: 800, cause: "stack growth" }],
    });
  });

  it("is diverged where one differs, with what makes that likely", () => {
    const coverage = { status: "full", reasons: ["the first", "the second"] } as const;
    const other = differing({ start: 300, end: 400, actual: facts });
    const checks = [
      { ...check(50, [differing(), byItself]), moment: undefined },
      check(60, [other]),
    ];
    expect(judge({ coverage, checks })).toEqual({
      ...exact,
      status: "diverged",
      ...{ texts: 2, ranges: 14, divergenceCount: 2, note: "the first" },
      divergences: [
        { ...range, moment: null },
        { ...range, seq: 60, atNanos: 600, start: 300, end: 400, actual: facts },
      ],
      harmless: [{ ...range, moment: null, start: 700, end: 800, cause: "stack growth" }],
    });
    expect(judge({ checks: [check(50, [differing()])] }).note).toBeNull();
  });

  it("is diverged where an event cannot be true", () => {
    const { status, contradictions, contradictionCount } = judge({
      reports: [report("contradiction", 9), report("unknown", 30)],
    });
    expect([status, contradictionCount]).toEqual(["diverged", 1]);
    expect(contradictions).toEqual([{ seq: 9, call: "mmap", start: 100, end: 200, reason: "why" }]);
  });

  it("keeps two hundred of each, and counts all", () => {
    expect(mostKept).toBe(200);
    const many = <T>(one: T): T[] => Array(201).fill(one);
    const verdict = judge({
      checks: [check(50, [...many(differing()), ...many(byItself)])],
      reports: many(report("contradiction", 9)),
    });
    const { divergences, divergenceCount, harmless, contradictions, contradictionCount } = verdict;
    expect([divergences.length, harmless.length, contradictions.length]).toEqual([200, 200, 200]);
    expect([divergenceCount, contradictionCount]).toEqual([201, 201]);
  });
});

describe("the cause of a difference", () => {
  const causes = (more: Partial<ProcessEvidence>) => {
    const one = judge({ checks: [check(50, [differing()])], ...more });
    return one.status === "diverged" ? one.divergences.map(({ cause }) => cause) : one.reason;
  };
  const partial = { status: "partial", reasons: [] } as const;

  it.each<[string, Partial<ProcessEvidence>, string[] | string]>([
    ["a call that nobody recorded", {}, ["unrecorded call"]],
    ["one that the hook does not cover", { coverage: partial }, ["uncovered site"]],
    [
      "one that never came back",
      { reports: [report("unknown", 49)] },
      "a call in it never came back",
    ],
    [
      "none that never came back elsewhere",
      { reports: [report("unknown", 49, { start: 200, end: 300 })] },
      ["unrecorded call"],
    ],
    [
      "nor just below",
      { reports: [report("unknown", 49, { start: 0, end: 100 })] },
      ["unrecorded call"],
    ],
    ["nor later", { reports: [report("unknown", 50)] }, ["unrecorded call"]],
    [
      "nor before a text that set the replay right",
      { reports: [report("unknown", 40)], checks: [check(40), check(50, [differing()])] },
      ["unrecorded call"],
    ],
    [
      "nor one that was no such call",
      {
        reports: [report("unknown", 45), report("contradiction", 46)],
        checks: [check(44, [], false), check(50, [differing()])],
      },
      "a call in it never came back",
    ],
    [
      "one before the first text",
      { firstStable: false },
      "calls ran while its first maps were read",
    ],
    [
      "none before it once another text was read",
      { firstStable: false, checks: [check(40), check(50, [differing()])] },
      ["unrecorded call"],
    ],
    [
      "still one where that was disturbed",
      { firstStable: false, checks: [check(40, [], false), check(50, [differing()])] },
      "calls ran while its first maps were read",
    ],
    [
      "a call that was lost",
      { lost: [{ seq: 49, count: 1, reason: "full" }] },
      "1 call is missing: full",
    ],
    [
      "none that was lost later",
      { lost: [{ seq: 50, count: 1, reason: "full" }] },
      ["unrecorded call"],
    ],
  ])("is %s", (_, more, expected) => {
    expect(causes(more)).toEqual(expected);
  });
});

describe("a contradiction", () => {
  const status = (reports: readonly SpaceReport[], lost: ProcessEvidence["lost"] = []) =>
    judge({ reports, lost }).status;

  it("is explained by a call before it in its range that never came back, and by lost calls", () => {
    const one = report("contradiction", 20);
    expect(status([one])).toBe("diverged");
    expect(status([report("unknown", 19), one])).toBe("exact");
    expect(status([report("unknown", 20), one])).toBe("diverged");
    expect(status([report("unknown", 19, { start: 200, end: 300 }), one])).toBe("diverged");
    expect(status([one], [{ seq: 19, count: 1, reason: "full" }])).toBe("unverifiable");
    expect(status([one], [{ seq: 20, count: 1, reason: "full" }])).toBe("diverged");
  });

  it("excuses no other", () => {
    const reports = [report("contradiction", 9), report("contradiction", 10)];
    expect(judge({ reports }).contradictionCount).toBe(2);
  });
});

describe("a process is unverifiable", () => {
  const none = (...reasons: string[]) => ({ status: "none", reasons }) as const;
  const once = { checks: [], texts: 1 };
  const unread = { checks: [], texts: 0 };
  const unsteady = [check(40, [differing()], false)];

  it.each<[string, Partial<ProcessEvidence>]>([
    ["not covered", { ...unread, coverage: none() }],
    ["not covered: a static program", { ...unread, coverage: none("a static program", "more") }],
    [
      "12 calls are missing: full",
      {
        lost: [
          { seq: 1, count: 5, reason: "full" },
          { seq: 2, count: 7, reason: "late" },
        ],
      },
    ],
    ["imported, and what was mapped when it began is not known", { ...unread, startUnknown: true }],
    ["imported, and its maps are known at one moment alone", { ...once, startUnknown: true }],
    ["its maps could not be read", unread],
    [
      "signal 9 ended it before its maps were read again",
      { ...once, end: { how: "killed", signal: 9 } },
    ],
    [
      "signal 6 ended it before its maps were read",
      { ...once, texts: 2, end: { how: "exit", signal: 6 } },
    ],
    ["it was killed before its maps were read again", { ...once, end: { how: "killed" } }],
    ["it still runs, and its maps were read only once", { ...once, end: { how: "running" } }],
    ["it ran another program before its maps were read again", { ...once, end: { how: "exec" } }],
    ["no maps text was read at its end", { ...once, end: { how: "exit" } }],
    ["nobody saw its end, and its maps were read only once", { ...once, end: { how: "unknown" } }],
    ["nobody saw its end, and its maps were read only once", { ...once, end: undefined }],
    ["calls ran while its maps were read", { checks: unsteady }],
    ["calls ran while its maps were read", { checks: [...unsteady, check(45, [], false)] }],
    [
      "calls ran while its maps were read",
      { checks: [...unsteady, check(45, [differing()])], reports: [report("unknown", 44)] },
    ],
  ])("because %s", (reason, more) => {
    expect(judge(more)).toMatchObject({ status: "unverifiable", reason, note: null });
  });

  it("and not where a later text proves it", () => {
    expect(judge({ checks: [...unsteady, check(45, [byItself])] }).status).toBe("exact");
    expect(judge({ checks: [...unsteady, check(45)] }).status).toBe("exact");
    expect(judge({ startUnknown: true }).status).toBe("exact");
    expect(judge({ checks: [check(40, [byItself], false)] }).status).toBe("exact");
    // Covered in no part, and still as the kernel says.
    expect(judge({ coverage: none() }).status).toBe("exact");
  });
});

describe("a recording", () => {
  const of = (...statuses: ProcessVerdict["status"][]) =>
    statuses.map((status) => ({ ...exact, status }));

  it.each([
    ["exact", of(), [0, 0, 0]],
    ["exact", of("exact"), [1, 0, 0]],
    ["unverifiable", of("exact", "unverifiable", "unverifiable", "exact", "exact"), [3, 0, 2]],
    ["diverged", of("unverifiable", "diverged"), [0, 1, 1]],
  ] as const)("is %s", (status, processes, [right, diverged, unverifiable]) => {
    expect(sumUp(8, processes)).toEqual({
      ...{ recording: 8, status, exact: right, diverged, unverifiable, processes },
    });
  });
});
