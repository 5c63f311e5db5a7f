/** The report's pictures in characters. */

import type { GrowthOutcome } from "../analyses/growth.ts";
import { padStart } from "../base/columns.ts";
import { formatCount, formatDuration } from "../base/units.ts";
import { outcomeWords } from "./outcomes.ts";
import type { ReportResult } from "./report.ts";
import { countsOverTime, sparkline } from "./text-plots.ts";

const columns = 60;
const shown: readonly GrowthOutcome[] = ["inPlace", "moved", "relocated", "refused"];

/** How often growths happened over time, a line an outcome; none without a growth. */
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
