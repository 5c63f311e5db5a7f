/** The report as text and JSON, from a report that is made up. */
import { describe, expect, it } from "vitest";
import type { Finding } from "../../../src/analyses/analysis.ts";
import { reportJson } from "../../../src/reports/report/report-json.ts";
import { reportLines } from "../../../src/reports/report/report-text.ts";
import { growthPlotLines } from "../../../src/reports/report/text-sections.ts";
import { ascii, colours, painted } from "../painted.ts";
import { analysesOf, picture, reportOf, resultOf, verdict, verified } from "../report-sample.ts";

const finding: Finding = { sentence: "a_b", severity: "note", numbers: {}, events: [] };
const findings = (count: number) =>
  analysesOf(resultOf("x", { findings: Array.from({ length: count }, () => finding) }));

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
