/** `maptrail stats` on one screen: each block to the letter, and what goes when there is no room. */
import { describe, expect, it } from "vitest";
import type { Finding } from "../../src/analyses/analysis.ts";
import type { BlockerGroup, BlockersData } from "../../src/analyses/blockers.ts";
import { summariseCoverage } from "../../src/analyses/stats.ts";
import { plainStyle } from "../../src/base/style.ts";
import { findingLines, topFindings } from "../../src/reports/findings.ts";
import { growthSentence, trustLine } from "../../src/reports/sentence.ts";
import { peakText, recordingLine, statsText } from "../../src/reports/stats.ts";
import { growthOf, processOf, statsOf } from "./figures.ts";
import { ascii, colours, painted } from "./painted.ts";

const MiB = 1024 ** 2;
const finding: Finding = {
  sentence: "412 moves were blocked",
  advice: "Reserve the room",
  severity: "attention",
  numbers: {},
  events: [11, 12, 13],
};

describe("the screen", () => {
  it("has the sentence, trust, the recording, growths, findings, calls and processes", () => {
    const stats = statsOf({
      calls: {
        brk: { count: 4, failed: 0, nanos: 0 },
        mmap: { count: 11_000, failed: 12, nanos: 22_000_000 },
        mremap: { count: 512, failed: 2, nanos: 3_100_000 },
      },
      growth: growthOf({
        inPlace: { count: 80, bytes: 12 * MiB, nanos: 200_000 },
        moved: { count: 430, bytes: 200 * MiB, nanos: 2_580_000 },
        refused: { count: 2, bytes: 8192, nanos: 800 },
        unchanged: { count: 3, bytes: 0, nanos: 900 },
      }),
      peakMappedBytes: 231 * MiB,
      peakRegions: 412,
    });
    expect(painted(statsText({ stats, findings: [finding] }, colours))).toEqual({
      text: `\
430 of 512 growths moved (84 %), 2 refused; 3.1 ms in mremap
covered: every call of 1 process

recording 3   python3 grow.py   1.84 s   12,431 events   exit 0   peak 231 MiB

growth       count       by     time    each
+ in place      80   12 MiB   200 µs  2.5 µs
→ moved        430  200 MiB  2.58 ms    6 µs
× refused        2    8 KiB   800 ns  400 ns
· unchanged      3            900 ns  300 ns

▲ 412 moves were blocked
    Reserve the room @11 @12 @13

calls    count  failed    time     each
mmap    11,000      12   22 ms     2 µs
mremap     512       2  3.1 ms  6.05 µs
brk          4

 pid  program   calls  moved  coverage
4121  python3  12,001    430  full`,
      roles: [
        "good covered: every call of 1 process",
        "strong recording 3",
        ...["growth", "count", "by", "time", "each"].map((name) => `quiet ${name}`),
        ...["good +", "attention →", "bad ×", "quiet ·"],
        ...["attention ▲", "quiet Reserve the room @11 @12 @13"],
        ...["calls", "count", "failed", "time", "each"].map((name) => `quiet ${name}`),
        ...["bad 12", "bad 2"],
        ...["pid", "program", "calls", "moved", "coverage"].map((name) => `quiet ${name}`),
        "good full",
      ],
    });
  });

  it("does not say a second time what the sentence says", () => {
    const stats = statsOf();
    const same = { ...finding, sentence: "430 of 512 growths moved (84 %)" };
    expect(statsText({ stats, findings: [same] }, plainStyle)).not.toContain("▲");
    expect(statsText({ stats, findings: [same, finding] }, plainStyle)).toContain("▲ 412");
    // A finding that only ends alike is another one.
    const other = { ...finding, sentence: "84 %), 2 refused" };
    expect(statsText({ stats, findings: [other] }, plainStyle)).toContain("▲ 84 %");
  });

  it("has no block of what there is nothing of", () => {
    const stats = statsOf({ calls: {}, growth: growthOf(), processes: [] });
    expect(statsText({ stats }, plainStyle)).toBe(`\
no call was recorded
incomplete: no process is known

recording 3   python3 grow.py   1.84 s   12,431 events   exit 0`);
  });

  it("sums up the calls that have no line", () => {
    const figures = (i: number) => ({ count: 100 - i, failed: i === 20 ? 7 : 0, nanos: 1000 });
    const calls = Object.fromEntries(Array.from({ length: 21 }, (_, i) => [`c${i}`, figures(i)]));
    const stats = statsOf({ calls, growth: growthOf() });
    const lines = statsText({ stats }, plainStyle).split("\n");
    // Of 23 lines five are above and three below, so that 15 are left: a header, 13 calls, and the
    // other eight. They were made 87 + 86 + ... + 80 times.
    expect(lines).toHaveLength(23);
    expect(lines.filter((line) => /^c\d/.test(line))).toHaveLength(13);
    const rest = lines.find((line) => line.includes("other calls"))!;
    expect(rest.split(/ {2,}/)).toEqual(["8 other calls", "668", "7", "8 µs", "12 ns"]);
  });
});

describe("the line of the recording", () => {
  const line = (more: Partial<ReturnType<typeof statsOf>["recording"]>, peak?: number) => {
    const { recording } = statsOf();
    const peaks = peak === undefined ? {} : { peakMappedBytes: peak, peakRegions: 1 };
    return recordingLine(statsOf({ recording: { ...recording, ...more }, ...peaks }), plainStyle);
  };

  it("leaves out what is not known", () => {
    expect(line({ durationNanos: null, exit: null, eventCount: 1 })).toBe(
      "recording 3   python3 grow.py   1 event",
    );
    expect(line({ exit: { signal: 9 } })).toBe(
      "recording 3   python3 grow.py   1.84 s   12,431 events   killed by SIGKILL",
    );
  });

  it("gives up the regions first, and then the end of the command", () => {
    const command = ["/bin/tool", "a".repeat(60)];
    const whole = line({ command: ["/bin/t"], exit: { code: 0 } }, 4096);
    expect(whole).toBe(
      "recording 3   t   1.84 s   12,431 events   exit 0   peak 4 KiB in 1 region",
    );
    const long = line({ command }, 231 * MiB);
    expect(long).toMatch(
      /^recording 3 {3}tool a+\.\.\. {3}1\.84 s {3}12,431 events {3}exit 0 {3}peak 231 MiB$/,
    );
    expect(long).toHaveLength(80);
    // Without a peak the command has forty characters.
    expect(line({ command })).toBe(
      `recording 3   tool ${"a".repeat(32)}...   1.84 s   12,431 events   exit 0`,
    );
  });
});

it("the peak is told with its regions where they are known", () => {
  expect(peakText(statsOf())).toBe("");
  expect(peakText(statsOf({ peakMappedBytes: 4096 }))).toBe("peak 4 KiB");
  expect(peakText(statsOf({ peakMappedBytes: 4096, peakRegions: 1234 }))).toBe(
    "peak 4 KiB in 1,234 regions",
  );
});

describe("the sentence", () => {
  const group = (moves: number, more: Partial<BlockerGroup> = {}): BlockersData => {
    const one = { name: "x\u001b.so", kind: "library", count: moves, moves, refusals: 0, ...more };
    const medians = { medianGapBytes: 0, medianNeedBytes: 0, medianAgeNanos: 0, events: [] };
    const rows = [{ ...one, ...medians } as BlockerGroup];
    return { moves, refusals: 0, groups: { rows, more: 0 }, blocks: [], moreBlocks: 0 };
  };
  const say = (blockers?: BlockersData) => growthSentence(statsOf(), plainStyle, blockers);
  const rest = ", 2 refused; 3.1 ms in mremap";

  it("names the blocker of more than half of the moves", () => {
    expect(say(group(215))).toBe(`430 of 512 growths moved (84 %)${rest}`);
    expect(say(group(216))).toBe(
      `430 of 512 growths moved (84 %), 216 of them blocked by x\\x1b.so${rest}`,
    );
    expect(say(group(430))).toBe(`430 of 512 growths moved (84 %), blocked by x\\x1b.so${rest}`);
    expect(say(group(430, { kind: "nothing" }))).toBe(`430 of 512 growths moved (84 %)${rest}`);
    expect(say({ ...group(1), groups: { rows: [], more: 0 } })).toBe(say());
  });

  it("counts those that the program placed itself, though none moved", () => {
    const one = { count: 1, bytes: 1, nanos: 1 };
    const stats = statsOf({ growth: growthOf({ inPlace: one, relocated: one }), calls: {} });
    expect(growthSentence(stats, plainStyle)).toBe("2 growths, none moved");
  });
});

describe("the line of trust", () => {
  const of = (count: number, status: "partial" | "none", ...reasons: string[]) => {
    const processes = Array.from({ length: count }, (_, i) =>
      processOf(i + 1, i === 0 ? { coverage: { status, reasons } } : {}),
    );
    const coverage = summariseCoverage(processes.map((one) => one.coverage));
    return painted(trustLine(statsOf({ processes, coverage }), colours));
  };

  it("says what is missing, and why where it is known", () => {
    const text = "incomplete: 1 of 1 process not fully covered";
    expect(of(1, "none")).toEqual({ text, roles: [`attention ${text}`] });
    expect(of(3, "partial", "li\u001bb").text).toBe(
      "incomplete: 1 of 3 processes not fully covered (li\\x1bb)",
    );
    expect(of(2, "partial", "a", "b", "c").text).toBe(
      "incomplete: 1 of 2 processes not fully covered (a, and 2 more reasons)",
    );
    expect(of(2, "partial", "a", "b").text).toContain("(a, and 1 more reason)");
  });

  it("has all that speaks against it, in one order", () => {
    const { recording } = statsOf();
    const recovered = { recording: { ...recording, status: "recovered" as const } };
    expect(trustLine(statsOf({ ...recovered, dropped: 2, processes: [] }), plainStyle)).toBe(
      "incomplete: recovered from a journal; 2 calls missing; no process is known",
    );
  });
});

describe("findings", () => {
  it.each([
    ["bad", "×", "x", "bad"],
    ["attention", "▲", "^", "attention"],
    ["note", "·", "-", "quiet"],
    ["good", "+", "+", "good"],
  ] as const)("have a sign: %s", (severity, sign, plain, role) => {
    const one = { ...finding, severity, events: [] };
    const text = findingLines(one, colours, 80).join("\n");
    expect(painted(text)).toEqual({
      text: `${sign} 412 moves were blocked\n    Reserve the room`,
      roles: [`${role} ${sign}`, "quiet Reserve the room"],
    });
    expect(findingLines(one, ascii, 80)[0]).toBe(`${plain} 412 moves were blocked`);
  });

  it("are wrapped, with three events at the most", () => {
    const one = {
      ...finding,
      sentence: "one two three",
      advice: "four five six",
      events: [1, 2, 3, 4],
    };
    expect(findingLines(one, plainStyle, 12)).toEqual([
      "▲ one two",
      "  three",
      "    four",
      "    five six",
      "    @1 @2 @3",
      "    ...",
    ]);
    const { advice: _, ...bare } = one;
    expect(findingLines({ ...bare, events: [] }, plainStyle, 80)).toEqual(["▲ one two three"]);
    expect(findingLines({ ...bare, events: [9] }, plainStyle, 80)[1]).toBe("    @9");
    const hostile = { ...bare, sentence: "a\u001b", advice: "b\u001b", events: [] };
    expect(findingLines(hostile, plainStyle, 80)).toEqual(["▲ a\\x1b", "    b\\x1b"]);
  });

  it("are shown whole, as many as there is room for", () => {
    const three = [finding, finding, finding];
    expect(topFindings(three, plainStyle, 80, 4)).toHaveLength(4);
    expect(topFindings(three, plainStyle, 80, 5)).toHaveLength(4);
    expect(topFindings(three, plainStyle, 80, 6)).toHaveLength(6);
    expect(topFindings(three, plainStyle, 80, 1)).toEqual([]);
  });
});
