/** The small plot of an analysis. */
import type { AnalysisResult } from "../../analyses/analysis.ts";
import type { Markup } from "../markup.ts";
import type { PlotFacts } from "./section.ts";
import { sectionOf } from "./sections.ts";

/** Undefined if the analysis has no plot, or nothing to draw. */
export function plotOf(analysis: AnalysisResult, facts: PlotFacts): Markup | undefined {
  if (analysis.failure !== undefined) return undefined;
  const plot = sectionOf(analysis.id)?.plot;
  return plot !== undefined && "draw" in plot ? plot.draw(analysis.data, facts) : undefined;
}
