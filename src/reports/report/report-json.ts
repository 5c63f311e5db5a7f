/** The report as one JSON object. */

import { plainStyle } from "../../base/style.ts";
import type { ReportResult } from "./report.ts";
import { reportSentence } from "./report-sentence.ts";

/**
 * The whole result, except that the picture's rows are replaced by counts for each process;
 * `maptrail export` is the better way to get those.
 */
export function reportJson(report: ReportResult): string {
  const { picture, analyses, ...rest } = report;
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
