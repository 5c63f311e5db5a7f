/** The report for a terminal or a mail: the first screen of stats, then the findings. */

import type { Style } from "../base/style.ts";
import type { ReportResult } from "./report.ts";
import { statsText } from "./stats.ts";
import { verifyLine } from "./verify.ts";

/** Lines without a closing newline. */
export function reportLines(report: ReportResult, style: Style): string {
  const { stats, verify } = report;
  return [statsText(stats, style), verifyLine(verify, style)].join("\n\n");
}
