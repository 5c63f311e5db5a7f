/** Which small picture goes with which analysis. */

import type { AnalysisData, AnalysisId } from "../../analyses/all.ts";
import type { AnalysisResult } from "../../analyses/analysis.ts";
import type { MoveCostData } from "../../analyses/move-cost.ts";
import { countOf, formatBytes, formatCount, formatDuration } from "../../base/units.ts";
import type { ReportResult } from "../report/report.ts";
import { binaryStep } from "./axes.ts";
import type { Markup } from "./markup.ts";
import { namedBars, standingBars } from "./plot-bars.ts";
import { type Fit, growthOverTime, moveCost } from "./plot-growth.ts";
import { type SeriesPoint, series } from "./plot-series.ts";

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
    const rest = more > 0 ? ` ${countOf(more, "rarer one is", "rarer ones are")} not drawn.` : "";
    const words = `What stood above the growths that moved or were refused.${rest}`;
    return namedBars("Blockers by growths", words, groups.rows.slice(0, mostBars), "bar-attention");
  },
  "move-cost": (data, { growthPoints, pageBytes }) =>
    moveCost(growthPoints, fitOf(data, pageBytes)),
  "what-if": ({ recorded, policies }) => {
    if (recorded.moves === 0) return undefined;
    const bars = [{ ...recorded, name: "as recorded" }, ...policies].map(({ name, moves }) => {
      return { name, count: moves };
    });
    const words = "Moves that the recorded demand would lead to under each policy of growing.";
    return namedBars("Moves by policy", words, bars.slice(0, mostBars));
  },
  "stale-ranges": ({ moved }) => {
    if (moved.takenAgain < 2) return undefined;
    const bars = moved.delays.map(({ fromNanos, count }) => {
      return { text: formatDuration(fromNanos), count };
    });
    const words = "How long it took until an address that a move had left was mapped again.";
    return standingBars("Delays until reuse", words, bars);
  },
  lives: ({ lifetimes }) => {
    if (lifetimes.length < 2) return undefined;
    const bars = lifetimes.map(({ fromNanos, count }) => {
      return { text: formatDuration(fromNanos), count };
    });
    const words =
      "Mappings by how long they lived, of those that were unmapped; each bar reaches twice as far as the one before.";
    return standingBars("Lifetimes of mappings", words, bars);
  },
  "map-budget": ({ processes: [first], limit }, { picture }) => {
    if (first === undefined) return undefined;
    const points = pointsOf(first.series.atNanos, first.series.mostRegions);
    const words = `Regions of ${first.name} over time, of at most ${formatCount(limit)}.`;
    const span = spanOf(points, picture.durationNanos);
    return series("Regions over time", words, points, span, formatCount);
  },
  timeline: ({ processes: [first] }, { picture }) => {
    if (first === undefined) return undefined;
    const points = pointsOf(first.series.atNanos, first.series.mostMappedBytes);
    const words = `Mapped bytes of ${first.name} over time.`;
    const span = spanOf(points, picture.durationNanos);
    return series("Mapped bytes over time", words, points, span, formatBytes, binaryStep);
  },
};

function fitOf(
  { verdict, baseNanos, nanosPerPage, nanosPer2MiB }: MoveCostData,
  pageBytes: number,
): Fit | undefined {
  if (verdict === "unknown") return undefined;
  return (bytes) =>
    baseNanos + (nanosPerPage * bytes) / pageBytes + nanosPer2MiB * Math.ceil(bytes / 2 ** 21);
}

function pointsOf(atNanos: readonly number[], values: readonly number[]): SeriesPoint[] {
  return atNanos.map((at, i) => ({ atNanos: at, value: values[i] ?? 0 }));
}

/** From the process's first event to the recording's end. */
function spanOf([first]: readonly SeriesPoint[], durationNanos: number): [number, number] {
  const from = first?.atNanos ?? 0;
  return [from, Math.max(durationNanos, from + 1)];
}

/** Undefined when the analysis has no picture, or nothing to draw. */
export function plotOf(analysis: AnalysisResult, report: ReportResult): Markup | undefined {
  if (analysis.failure !== undefined) return undefined;
  const draw = draws[analysis.id as AnalysisId] as Draw<AnalysisId> | undefined;
  return draw?.(analysis.data as AnalysisData[AnalysisId], report);
}
