/** The report in Markdown, text and JSON, from a report that is made up: what is left out and when. */
import { describe, expect, it } from "vitest";
import type { Finding } from "../../../src/analyses/analysis.ts";
import type { GrowthPoint } from "../../../src/analyses/picture/growth-points.ts";
import { plainStyle } from "../../../src/base/style.ts";
import { markdownReport } from "../../../src/reports/report/markdown.ts";
import { reportJson } from "../../../src/reports/report/report-json.ts";
import { reportLines } from "../../../src/reports/report/report-text.ts";
import { barLines } from "../../../src/reports/report/text-plots.ts";
import { blockerPlotLines, growthPlotLines } from "../../../src/reports/report/text-sections.ts";
import { analysesText } from "../../../src/reports/sections/text.ts";
import { growthOf, processOf, statsOf } from "../figures.ts";
import { ascii, colours, painted } from "../painted.ts";
import { analysesOf, picture, reportOf, resultOf, verdict, verified } from "../report-sample.ts";

const finding: Finding = { sentence: "a_b", severity: "note", numbers: {}, events: [] };
const findings = (count: number) =>
  analysesOf(resultOf("x", { findings: Array.from({ length: count }, () => finding) }));
const { recording } = statsOf();

/** A block of the Markdown by what it begins with. */
const block = (text: string, begin: string) =>
  text.split("\n\n").find((one) => one.startsWith(begin));

describe("the Markdown", () => {
  it("of nothing has its head and its foot", () => {
    const stats = statsOf({
      calls: {},
      growth: growthOf(),
      processes: [],
      recording: { ...recording, durationNanos: null, exit: null, eventCount: 1 },
    });
    const verify = { ...verified, exact: 0, processes: [] };
    expect(markdownReport(reportOf({ stats, verify, damage: ["1 <event> is gone"] }))).toBe(`\
## no call was recorded

\`python3 grow.py\`, 1 event

> unverifiable: no process is known  
> incomplete: no process is known  
> 1 \\<event\\> is gone  

<sub>maptrail 9.8.7, recording 3</sub>
`);
  });

  it("has the first twelve findings", () => {
    const list = (count: number) =>
      markdownReport(reportOf({ analyses: findings(count) }))
        .split("\n")
        .filter((line) => line.startsWith("- "));
    expect(list(12)).toEqual(new Array(12).fill("- `·` **a\\_b.**"));
    expect(list(13).slice(11)).toEqual(["- `·` **a\\_b.**", "- and 1 more finding in the page"]);
    expect(list(1514)[12]).toBe("- and 1,502 more findings in the page");
    expect(markdownReport(reportOf())).not.toContain("What stands out");
    const one = { ...finding, severity: "bad" as const, advice: "Do *it*", events: [7, 8] };
    const text = markdownReport(
      reportOf({ analyses: analysesOf(resultOf("x", { findings: [one] })) }),
    );
    expect(text).toContain("### What stands out\n\n- `×` **a\\_b.** Do \\*it\\*. `@7`\n");
  });

  it("has the peak with its regions", () => {
    const head = (more: object) =>
      markdownReport(reportOf({ stats: statsOf(more) })).split("\n")[2];
    const facts = "`python3 grow.py`, exit 0, 1.84 s, 12,431 events";
    expect(head({})).toBe(facts);
    expect(head({ peakMappedBytes: 4096, peakRegions: 1 })).toBe(
      `${facts}, peak 4 KiB in 1 region`,
    );
    expect(head({ peakMappedBytes: 4096 })).toBe(`${facts}, peak 4 KiB`);
  });

  it("has growths, calls and processes folded away", () => {
    const one = { count: 1, bytes: 4096, nanos: 1000 };
    const growth = growthOf({
      moved: { ...one, count: 3 },
      refused: one,
      shrunk: one,
      unchanged: one,
      duplicated: one,
    });
    const calls = {
      brk: { count: 2, failed: 0, nanos: 5 },
      mmap: { count: 1200, failed: 1100, nanos: 2e6 },
    };
    const processes = [
      processOf(1, { calls: 5, moved: 0 }),
      processOf(2, { calls: 7000, moved: 6000, coverage: { status: "partial", reasons: [] } }),
    ];
    const text = markdownReport(reportOf({ stats: statsOf({ growth, calls, processes }) }));
    expect(block(text, "| outcome")).toBe(`\
| outcome | count | share | by | time |
|---|---:|---:|---:|---:|
| moved | 3 | 75 % | 4 KiB | 1 µs |
| refused | 1 | 25 % | 4 KiB | 1 µs |
| shrunk | 1 |  | 4 KiB | 1 µs |
| unchanged | 1 |  | 4 KiB | 1 µs |
| duplicated | 1 |  | 4 KiB | 1 µs |`);
    expect(block(text, "| call")).toBe(`\
| call | count | failed | time |
|---|---:|---:|---:|
| \`mmap\` | 1,200 | 1,100 | 2 ms |
| \`brk\` | 2 |  | 5 ns |`);
    expect(block(text, "| pid")).toBe(`\
| pid | program | calls | moved | covered, verified |
|---:|---|---:|---:|---|
| 4122 | \`python3\` | 7,000 | 6,000 | partial, not replayed |
| 4121 | \`python3\` | 5 | 0 | full, exact |`);
    expect(text.match(/<details><summary>(\w+)<\/summary>\n\n\|/g)).toEqual([
      "<details><summary>Growths</summary>\n\n|",
      "<details><summary>Calls</summary>\n\n|",
      "<details><summary>Processes</summary>\n\n|",
    ]);
    expect(text.match(/\|\n\n<\/details>/g)).toHaveLength(3);
  });

  it("has the thirty busiest processes", () => {
    const processes = (count: number) =>
      Array.from({ length: count }, (_, i) => processOf(i + 1, { calls: i }));
    const text = (count: number) =>
      markdownReport(reportOf({ stats: statsOf({ processes: processes(count) }) }));
    expect(block(text(30), "| pid")!.split("\n")).toHaveLength(32);
    expect(text(30)).not.toContain("more process");
    expect(block(text(31), "| pid")!.split("\n")).toHaveLength(32);
    expect(text(31)).toContain("\n\nand 1 more process\n\n</details>");
    expect(text(1540)).toContain("\n\nand 1,510 more processes\n\n</details>");
  });

  it("has its pictures in a fence that no name can end", () => {
    const fenced = (name: string) => {
      const groups = { rows: [{ name, count: 1 }], more: 0 };
      const report = reportOf({
        analyses: analysesOf(resultOf("blockers", { data: { groups } })),
        stats: statsOf({ growth: growthOf() }),
      });
      return markdownReport(report)
        .split("\n")
        .filter((line) => line.startsWith("```"));
    };
    expect(fenced("x.so")).toEqual(["```text", "```"]);
    expect(fenced("a`````b")).toEqual(["``````text", "``````"]);
    expect(markdownReport(reportOf({ stats: statsOf({ growth: growthOf() }) }))).not.toContain(
      "```",
    );
  });
});

describe("pictures in characters", () => {
  const point = (outcome: GrowthPoint["outcome"], atNanos: number): GrowthPoint => {
    return { seq: 1, process: 1, atNanos, durationNanos: 1, bytes: 1, newBytes: 1, outcome };
  };

  it("have a line for each outcome that there was", () => {
    const one = { count: 1500, bytes: 0, nanos: 0 };
    const growth = growthOf({ inPlace: one, moved: { ...one, count: 2 }, shrunk: one });
    const points = [point("moved", 0), point("moved", 999), point("inPlace", 500)];
    expect(
      growthPlotLines(reportOf({ stats: statsOf({ growth }), growthPoints: { points, oneIn: 1 } })),
    ).toEqual([
      `in place  ${" ".repeat(30)}█${" ".repeat(29)} 1,500`,
      `moved     █${" ".repeat(58)}█ 2`,
      `          0${" ".repeat(55)}1 µs`,
    ]);
    expect(
      growthPlotLines(reportOf({ stats: statsOf({ growth: growthOf({ shrunk: one }) }) })),
    ).toEqual([]);
  });

  it("have a bar for each of six blockers", () => {
    const lines = (...rows: { name: string; count: number }[]) =>
      blockerPlotLines(
        reportOf({ analyses: analysesOf(resultOf("blockers", { data: { groups: { rows } } })) }),
      );
    expect(lines({ name: "x.so", count: 10 }, { name: "a\u001b", count: 5 })).toEqual([
      "blocked by",
      `x.so   10  ${"█".repeat(20)}`,
      `a\\x1b   5  ${"█".repeat(10)}`,
    ]);
    expect(lines()).toEqual([]);
    expect(blockerPlotLines(reportOf())).toEqual([]);
    const many = Array.from({ length: 7 }, (_, i) => ({ name: "n".repeat(61), count: 7 - i }));
    expect(lines(...many)).toHaveLength(7);
    expect(lines(...many)[1]).toBe(`${"n".repeat(59)}…  7  ${"█".repeat(20)}`);
  });

  it("have bars that can be seen, however short", () => {
    const bars = [
      { name: "a", count: 1000 },
      { name: "long", count: 1 },
      { name: "b", count: 0 },
    ];
    expect(barLines(bars, 10)).toEqual(["a     1000  ██████████", "long     1  █", "b        0"]);
    expect(barLines([{ name: "b", count: 0 }], 10)).toEqual(["b  0"]);
    expect(barLines([], 10)).toEqual([]);
  });
});

describe("the text", () => {
  it("has stats, the verdict, damage, pictures and the analyses", () => {
    const report = reportOf({ damage: ["gone"], analyses: analysesOf(resultOf("x")) });
    const { text, roles } = painted(reportLines(report, colours));
    expect(text.split("\n\n").slice(-3)).toEqual([
      "exact: 1 of 1 process equals the kernel's maps\ngone",
      growthPlotLines(report).join("\n"),
      "title of x  x?\n  nothing to tell",
    ]);
    expect(roles).toContain("bad gone");
    // The pictures are of characters that ASCII has not.
    expect(reportLines(report, ascii).split("\n\n").at(-2)).toBe(
      "exact: 1 of 1 process equals the kernel's maps\ngone",
    );
  });
});

describe("the text of analyses", () => {
  it("has a section for each, with its question, findings and tables", () => {
    const life = {
      site: "s",
      firstSeq: 1,
      born: 2,
      bornBytes: 3,
      died: 4,
      neverUnmapped: 5,
      neverUnmappedBytes: 6,
      churned: 7,
      churnedBytes: 8,
      churnSeq: 9,
    };
    const both = { keepers: { rows: [life], more: 0 }, churners: { rows: [life], more: 0 } };
    const results = [
      resultOf("lives", { data: both, findings: [finding] }),
      resultOf("hardening", {
        failure: "it broke",
        data: { atOnce: { rows: [] }, inTurn: { rows: [] } },
      }),
      resultOf("unheard-of"),
    ];
    expect(painted(analysesText({ results }, colours))).toEqual({
      text: `\
title of lives  lives?
  · a_b
  never unmapped  mapped  unmapped  again  never unmapped  bytes
  s                    2         4      7               5    6 B

  mapped again  mapped  unmapped  again  never unmapped  bytes
  s                  2         4      7               5    6 B

title of hardening  hardening?
  no result: it broke

title of unheard-of  unheard-of?
  nothing to tell`,
      roles: [
        ...["strong title of lives", "quiet lives?", "quiet ·"],
        ...["never unmapped", "mapped", "unmapped", "again", "never unmapped", "bytes"].map(
          (one) => `quiet ${one}`,
        ),
        ...["mapped again", "mapped", "unmapped", "again", "never unmapped", "bytes"].map(
          (one) => `quiet ${one}`,
        ),
        ...["strong title of hardening", "quiet hardening?", "bad no result: it broke"],
        ...["strong title of unheard-of", "quiet unheard-of?", "quiet nothing to tell"],
      ],
    });
  });

  it("is a hundred columns wide", () => {
    const long = { ...finding, sentence: "word ".repeat(40).trim() };
    const lines = analysesText(
      { results: [resultOf("x", { findings: [long] })] },
      plainStyle,
    ).split("\n");
    // 19 words of five characters less the last blank are 94, and four stand before them.
    expect(lines[1]).toBe(`  · ${"word ".repeat(19).trim()}`);
  });
});

describe("the JSON", () => {
  it("has all but the picture's rows, of which it has the counts", () => {
    const analyses = findings(1);
    const report = reportOf({ analyses, damage: ["x"] });
    expect(JSON.parse(reportJson(report))).toEqual({
      sentence: "430 of 512 growths moved (84 %), 2 refused; 3.1 ms in mremap",
      stats: report.stats,
      verify: { ...verified, processes: [verdict] },
      growthPoints: { points: [], oneIn: 1 },
      damage: ["x"],
      toolVersion: "9.8.7",
      analyses: JSON.parse(JSON.stringify(analyses.results)),
      findings: [finding],
      picture: {
        ...{ durationNanos: 1000, rangeCount: 3, moveCount: 2, drawn: { ranges: 3, moves: 2 } },
        processes: [
          {
            process: 1,
            pid: 4121,
            program: "grow",
            fromNanos: 0,
            toNanos: 1000,
            rangeCount: 3,
            moveCount: 2,
          },
        ],
      },
    });
    expect(picture.processes).toHaveLength(1);
  });
});
