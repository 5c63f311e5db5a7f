/** The report in Markdown: each part, and what is left out and when. */
import { describe, expect, it } from "vitest";
import type { Finding } from "../../../src/analyses/analysis.ts";
import { markdownReport } from "../../../src/reports/report/markdown.ts";
import { growthOf, processOf, statsOf } from "../figures.ts";
import { analysesOf, reportOf, resultOf, verified } from "../report-sample.ts";

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
