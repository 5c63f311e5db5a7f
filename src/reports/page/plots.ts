/** Which small picture goes with which analysis. */

import type { AnalysisResult } from "../../analyses/analysis.ts";
import type { ReportResult } from "../report.ts";
import type { Markup } from "./markup.ts";

export function plotOf(_analysis: AnalysisResult, _report: ReportResult): Markup | undefined {
  return undefined;
}
