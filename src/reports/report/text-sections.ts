/** The report's plots in characters. */

import type { GrowthOutcome } from "../../analyses/recorders/growth.ts";
import { cutLine, padStart } from "../../base/columns.ts";
import { printable } from "../../base/printable.ts";
import { formatCount, formatDuration } from "../../base/units.ts";
import { outcomeWords } from "../outcomes.ts";
import type { ReportResult } from "./report.ts";
import { barLines, countsOverTime, sparkline } from "./text-plots.ts";

const columns = 60;
const shown: readonly GrowthOutcome[] = ["inPlace", "moved", "relocated", "refused"];

/** Growths over time, a line for each outcome; no lines if there are none. */
export function growthPlotLines({ growthPoints, picture, stats }: ReportResult): string[] {
  const { durationNanos } = picture;
  const lines = shown
    .filter((outcome) => stats.growth[outcome].count > 0)
    .map((outcome) => {
      const counts = countsOverTime(growthPoints.points, outcome, durationNanos, columns);
      const count = formatCount(stats.growth[outcome].count);
      return `${outcomeWords[outcome].padEnd(9)} ${sparkline(counts).padEnd(columns)} ${count}`;
    });
  if (lines.length === 0) return [];
  const end = formatDuration(durationNanos);
  return [...lines, `${"".padEnd(9)} 0${padStart(end, columns - 1)}`];
}

const mostBars = 6;
const nameWidth = 60;

/** Blockers, a bar each; no lines if there are none. */
export function blockerPlotLines({ analyses }: ReportResult): string[] {
  const groups = analyses.of("blockers")?.data.groups.rows.slice(0, mostBars) ?? [];
  if (groups.length === 0) return [];
  const bars = groups.map(({ name, count }) => {
    return { name: cutLine(printable(name), nameWidth), count };
  });
  return ["blocked by", ...barLines(bars, 20)];
}
