/**
 * The report for a terminal or a mail: the first screen of stats, all analyses, growths over time.
 */

import type { Style } from "../../base/style.ts";
import { analysesText } from "../sections/text.ts";
import { statsText } from "../stats.ts";
import { verifyLine } from "../verify.ts";
import type { ReportResult } from "./report.ts";
import { blockerPlotLines, growthPlotLines } from "./text-sections.ts";

/** Lines without a closing newline. */
export function reportLines(report: ReportResult, style: Style): string {
  const { stats, verify, analyses, damage } = report;
  const { findings } = analyses;
  // The plots use characters that only Unicode has.
  const plots = style.unicode ? [growthPlotLines(report), blockerPlotLines(report)] : [];
  const blocks = [
    [statsText({ stats, findings, blockers: analyses.of("blockers")?.data }, style)],
    [verifyLine(verify, style), ...damage.map((line) => style.paint("bad", line))],
    ...plots,
    [analysesText(analyses, style)],
  ];
  return blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n");
}
