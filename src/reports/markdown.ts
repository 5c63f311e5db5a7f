/** The report for pull requests: Markdown of GitHub's kind. */

import type { ReportResult } from "./report.ts";

export function markdownReport(_report: ReportResult): string {
  return "";
}
