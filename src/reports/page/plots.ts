/** Which small picture goes with which analysis. */

import type { AnalysisData, AnalysisId } from "../../analyses/all.ts";
import type { AnalysisResult } from "../../analyses/analysis.ts";
import { countOf } from "../../base/units.ts";
import type { ReportResult } from "../report.ts";
import type { Markup } from "./markup.ts";
import { namedBars } from "./plot-bars.ts";
import { growthOverTime, moveCost } from "./plot-growth.ts";

type Draw<Id extends AnalysisId> = (
  data: AnalysisData[Id],
  report: ReportResult,
) => Markup | undefined;

const mostBars = 6;

/** By the analysis's id; those that are missing have none. */
const draws: { readonly [Id in AnalysisId]?: Draw<Id> } = {
  "growth-ledger": (_, { growthPoints, picture }) =>
    growthOverTime(growthPoints, picture.durationNanos),
  blockers: ({ groups }) => {
    if (groups.rows.length === 0) return undefined;
    const more = groups.more + Math.max(0, groups.rows.length - mostBars);
    const rest = more > 0 ? ` ${countOf(more, "more kind")} not drawn.` : "";
    const words = `What stood above the growths that moved or were refused.${rest}`;
    return namedBars(
      "Blockers by how many growths they stopped",
      words,
      groups.rows.slice(0, mostBars),
    );
  },
};

/** Undefined when the analysis has no picture, or nothing to draw. */
export function plotOf(analysis: AnalysisResult, report: ReportResult): Markup | undefined {
  if (analysis.failure !== undefined) return undefined;
  const draw = draws[analysis.id as AnalysisId] as Draw<AnalysisId> | undefined;
  return draw?.(analysis.data as AnalysisData[AnalysisId], report);
}

export { moveCost };
