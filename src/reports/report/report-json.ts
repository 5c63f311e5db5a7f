/** The report for scripts: one object. */

import { plainStyle } from "../../base/style.ts";
import type { ReportResult } from "./report.ts";
import { reportSentence } from "./report-sentence.ts";

/**
 * Everything of the result but the rows of the picture, which `maptrail export` writes better. What
 * the picture holds is told by its counts, process by process.
 */
export function reportJson(report: ReportResult): string {
  const { picture, analyses, pageBytes: _, ...rest } = report;
  const { durationNanos, rangeCount, moveCount, ranges, moves } = picture;
  const processes = picture.processes.map(
    ({ process, pid, program, fromNanos, toNanos, rangeCount, moveCount }) => {
      return { process, pid, program, fromNanos, toNanos, rangeCount, moveCount };
    },
  );
  const drawn = { ranges: ranges.length, moves: moves.length };
  return JSON.stringify({
    sentence: reportSentence(report, plainStyle),
    ...rest,
    analyses: analyses.results,
    findings: analyses.findings,
    picture: { durationNanos, rangeCount, moveCount, drawn, processes },
  });
}
