import { describe, expect, it } from "vitest";
import type { Finding } from "../../src/analyses/analysis.ts";
import { summariseCoverage } from "../../src/analyses/stats.ts";
import type { ProcessVerdict, VerifyResult } from "../../src/analyses/verify.ts";
import { createStyle, plainStyle } from "../../src/base/style.ts";
import { statsText } from "../../src/reports/stats.ts";
import { type SummaryResult, summaryText } from "../../src/reports/summary.ts";
import { growthOf, processOf, statsOf } from "./figures.ts";
import { painted } from "./painted.ts";

const verdict: ProcessVerdict = {
  process: 1,
  pid: 100,
  program: "python3",
  status: "exact",
  texts: 2,
  ranges: 40,
  divergences: [],
  divergenceCount: 0,
  harmless: [],
  contradictions: [],
  contradictionCount: 0,
  reason: null,
  note: null,
};
const verified: VerifyResult = {
  recording: 3,
  status: "exact",
  exact: 1,
  diverged: 0,
  unverifiable: 0,
  processes: [verdict],
};

const summaryOf = (more: Partial<SummaryResult> = {}): SummaryResult => ({
  stats: statsOf(),
  verify: verified,
  database: "maptrail.db",
  databaseOption: "",
  ...more,
});

describe("the summary at the end of a recording", () => {
  it("says what happened, whether to trust it, and what to type next", () => {
    const stats = statsOf({ peakMappedBytes: 231 * 1024 ** 2, peakRegions: 412 });
    expect(summaryText(summaryOf({ stats }), plainStyle)).toBe(`\
maptrail  430 of 512 growths moved (84 %), 2 refused; 3.1 ms in mremap
          covered: every call of 1 process
          exact: 1 of 1 process equals the kernel's maps

  python3 grow.py   exit 0   1.84 s   11,512 calls   peak 231 MiB in 412 regions
  + 80 in place   → 430 moved   × 2 refused

  recording 3 in maptrail.db
  next: maptrail stats   maptrail events moved`);
  });

  it("lists processes when there are several, with how they ended", () => {
    const processes = [
      processOf(1),
      processOf(2, {
        exe: "/bin/dash",
        calls: 30,
        moved: 0,
        end: { how: "killed", signal: 9, atNanos: 5 },
      }),
      processOf(3, {
        exe: "/usr/local/bin/hugo",
        calls: 0,
        moved: 0,
        end: { how: "exit", status: 3, atNanos: 5 },
        coverage: { status: "none", reasons: ["a Go program: it has no libc to hook"] },
      }),
    ];
    const text = summaryText(
      summaryOf({
        stats: statsOf({ processes }),
        database: "/data/my runs/a.db",
        databaseOption: "-o",
      }),
      plainStyle,
    );
    expect(text).toBe(`\
maptrail  430 of 512 growths moved (84 %), 2 refused; 3.1 ms in mremap
          incomplete: 1 of 3 processes not fully covered (a Go program: it has no libc to hook)
          exact: 1 of 1 process equals the kernel's maps

  python3 grow.py   exit 0   1.84 s   11,512 calls
  + 80 in place   → 430 moved   × 2 refused

   pid  program   calls  moved  coverage
  4121  python3  12,001    430  full
  4122  dash         30         full                                               killed by SIGKILL
  4123  hugo          0         not covered: a Go program: it has no libc to hook  exit 3

  recording 3 in /data/my runs/a.db
  next: maptrail stats -o '/data/my runs/a.db'   maptrail events -o '/data/my runs/a.db' moved`);
  });

  it("folds many processes by program, what is not covered first", () => {
    const git = Array.from({ length: 25 }, (_, i) =>
      processOf(i + 2, { exe: "/usr/bin/git", calls: 100, moved: 1 }),
    );
    const reasons = ["its loader was not the one that loads the hook"];
    const processes = [
      processOf(1, { exe: "/bin/bash", calls: 50, moved: 0 }),
      ...git,
      processOf(27, {
        exe: "/opt/tool",
        calls: 0,
        moved: 0,
        coverage: { status: "none", reasons },
      }),
    ];
    const lines = summaryText(summaryOf({ stats: statsOf({ processes }) }), plainStyle).split("\n");
    expect(lines.slice(7, 11)).toEqual([
      "  processes  program  calls  moved  coverage",
      "          1  tool         0         not covered: its loader was not the one that loads the hook",
      "         25  git      2,500     25  full",
      "          1  bash        50         full",
    ]);
  });

  it("stays within the terminal's width", () => {
    const reasons = ["a reason that goes on and on, for much longer than any terminal is wide"];
    const processes = [processOf(1, { coverage: { status: "partial", reasons } })];
    const narrow = createStyle({ colour: false, unicode: true, width: 60 });
    const table = summaryText(summaryOf({ stats: statsOf({ processes }) }), narrow)
      .split("\n")
      .slice(7, 9);
    expect(table.map((line) => line.length)).toEqual([40, 60]);
    expect(table[1]).toMatch(/partly: a reason that goes …$/);
  });

  it("folds many programs into a last line", () => {
    const processes = Array.from({ length: 40 }, (_, i) =>
      processOf(i + 1, { exe: `/bin/tool${i}`, calls: i, moved: 0 }),
    );
    const lines = summaryText(summaryOf({ stats: statsOf({ processes }) }), plainStyle).split("\n");
    const last = lines.findIndex((line) => line.includes("33 other programs"));
    expect(lines[last]).toBe("         33  33 other programs    528         full");
    expect(lines.length).toBeLessThan(24);
  });

  it("speaks ASCII where the locale has nothing else", () => {
    const ascii = createStyle({ colour: false, unicode: false });
    const text = summaryText(summaryOf({ database: `/${"deep/".repeat(20)}maptrail.db` }), ascii);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the range of ASCII
    expect(text).toMatch(/^[\u0000-\u007f]*$/);
    expect(text).toContain("+ 80 in place   > 430 moved   x 2 refused");
    expect(text).toContain("in .../");
  });

  it("offers the events that matter next, and leaves out what is not known", () => {
    const one = { count: 1, bytes: 4096, nanos: 1000 };
    const { recording } = statsOf();
    const last = (growth: ReturnType<typeof growthOf>) =>
      summaryText(summaryOf({ stats: statsOf({ growth }) }), plainStyle)
        .split("\n")
        .at(-1);
    expect(last(growthOf({ moved: one, refused: one }))).toMatch(/ {3}maptrail events moved$/);
    expect(last(growthOf({ refused: one, inPlace: one }))).toMatch(/ {3}maptrail events refused$/);
    expect(last(growthOf({ inPlace: one }))).toMatch(/ {3}maptrail events$/);
    const stats = statsOf({
      growth: growthOf({ unchanged: one }),
      recording: { ...recording, durationNanos: null, exit: null },
    });
    expect(summaryText(summaryOf({ stats }), plainStyle).split("\n").slice(3)).toEqual([
      "",
      "  python3 grow.py   11,512 calls",
      "",
      "  recording 3 in maptrail.db",
      "  next: maptrail stats   maptrail events",
    ]);
  });

  it("has its processes where there are two, or where one is not fully covered", () => {
    const rows = (stats: ReturnType<typeof statsOf>) =>
      summaryText(summaryOf({ stats }), plainStyle)
        .split("\n")
        .filter((line) => line.includes("pid"));
    expect(rows(statsOf())).toHaveLength(0);
    expect(rows(statsOf({ processes: [processOf(1), processOf(2)] }))).toHaveLength(1);
    const coverage = { status: "partial" as const, reasons: [] };
    expect(rows(statsOf({ processes: [processOf(1, { coverage })] }))).toHaveLength(1);
  });

  it("uses colour only by roles", () => {
    const text = summaryText(summaryOf(), createStyle({ colour: true, unicode: true }));
    expect(text).toContain("\u001b[38;5;214m→\u001b[0m 430 moved");
    expect(painted(text).roles).toEqual([
      "strong maptrail",
      "good covered: every call of 1 process",
      "good exact: 1 of 1 process equals the kernel's maps",
      ...["good +", "attention →", "bad ×"],
      ...["strong maptrail stats", "strong maptrail events moved"],
    ]);
  });
});

describe("the sentence", () => {
  const first = (stats: ReturnType<typeof statsOf>) =>
    statsText({ stats }, plainStyle).split("\n")[0];
  const one = { count: 1, bytes: 4096, nanos: 1000 };
  const cases: readonly (readonly [string, ReturnType<typeof statsOf>])[] = [
    ["no call was recorded", statsOf({ calls: {}, growth: growthOf() })],
    [
      "no growth: nothing asked for more by mremap or brk; 11,512 calls",
      statsOf({ growth: growthOf({ shrunk: one }) }),
    ],
    ["1 growth, all in place; 3.1 ms in mremap", statsOf({ growth: growthOf({ inPlace: one }) })],
    [
      "2 growths, none moved, 1 refused; 3.1 ms in mremap",
      statsOf({ growth: growthOf({ inPlace: one, refused: one }) }),
    ],
    [
      "1 of 2 growths moved (50 %); 3.1 ms in mremap",
      statsOf({ growth: growthOf({ moved: one, relocated: one }) }),
    ],
    ["1 growth, all in place", statsOf({ calls: {}, growth: growthOf({ inPlace: one }) })],
  ];
  for (const [sentence, stats] of cases) {
    it(sentence, () => {
      expect(first(stats)).toBe(sentence);
    });
  }
});

describe("the trust line", () => {
  const second = (stats: ReturnType<typeof statsOf>) =>
    statsText({ stats }, plainStyle).split("\n")[1];
  it("tells of everything that is missing", () => {
    const { recording } = statsOf();
    expect(second(statsOf({ dropped: 1204 }))).toBe("incomplete: 1,204 calls missing");
    expect(second(statsOf({ processes: [] }))).toBe("incomplete: no process is known");
    expect(second(statsOf({ recording: { ...recording, status: "recording" } }))).toBe(
      "incomplete: the recording is not finished",
    );
    expect(second(statsOf({ recording: { ...recording, status: "damaged" }, dropped: 1 }))).toBe(
      "incomplete: the recording is damaged; 1 call missing",
    );
  });
});

describe("stats on one screen", () => {
  it("fits 24 lines with a prompt, with every call, every outcome and many processes", () => {
    const figures = { count: 5, failed: 1, nanos: 5000 };
    const calls = Object.fromEntries(Array.from({ length: 18 }, (_, i) => [`call${i}`, figures]));
    const one = { count: 1, bytes: 4096, nanos: 1000 };
    const growth = Object.fromEntries(Object.keys(growthOf()).map((outcome) => [outcome, one]));
    const processes = Array.from({ length: 50 }, (_, i) =>
      processOf(i + 1, { exe: `/bin/p${i % 20}` }),
    );
    const stats = statsOf({ calls, growth: growthOf(growth), processes });
    const lines = statsText({ stats }, plainStyle).split("\n");
    expect(lines.length).toBe(23);
    expect(lines.some((line) => line.startsWith("16 other calls"))).toBe(true);
  });

  it("keeps to 24 lines and 80 columns, whatever there is to say", () => {
    const finding: Finding = {
      sentence: `412 of 430 moves were blocked by ${"a_long_name_of_a_place ".repeat(6)}`.trim(),
      advice: "Reserve the room ahead ".repeat(8).trim(),
      severity: "attention",
      numbers: {},
      events: [1, 2, 3, 4, 5],
    };
    const reasons = ["a static program: it has no loader that would load the hook ".repeat(3)];
    const processes = [1, 2, 3, 4, 5].map((process) =>
      processOf(process, { coverage: { status: "partial", reasons } }),
    );
    const coverage = summariseCoverage(processes.map((process) => process.coverage));
    const { recording } = statsOf();
    const stats = statsOf({
      processes,
      coverage,
      recording: { ...recording, command: ["/usr/bin/python3", "x".repeat(200)] },
      peakMappedBytes: 231 * 1024 ** 2,
      peakRegions: 412,
    });
    const text = statsText({ stats, findings: [finding, finding, finding] }, plainStyle);
    const lines = text.split("\n");
    expect(lines.length).toBeLessThan(24);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(text).toContain("▲ 412 of 430 moves were blocked by a_long_name_of_a_place");
    expect(text).toContain("@1 @2 @3 ...");
  });
});
