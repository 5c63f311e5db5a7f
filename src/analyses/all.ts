/** The list of analyses, and how each one's answer is made without taking the others down. */
import type { Analysis, AnalysisResult, Finding, Severity } from "./analysis.ts";
import { type BlockersData, blockers } from "./blockers.ts";
import type { Facts } from "./facts.ts";
import { type FragmentationData, fragmentation } from "./fragmentation.ts";
import { type GrowthLedgerData, growthLedger } from "./growth-ledger.ts";
import { type HardeningData, hardening } from "./hardening.ts";
import { type LivesData, lives } from "./lives.ts";
import { type MapBudgetData, mapBudget } from "./map-budget.ts";
import { type MoveCostData, moveCost } from "./move-cost.ts";
import { type StaleRangesData, staleRanges } from "./stale-ranges.ts";
import { type TimelineData, timeline } from "./timeline.ts";
import { type WhatIfData, whatIf } from "./what-if.ts";

/** The shape of each analysis's data. */
export interface AnalysisData {
  "growth-ledger": GrowthLedgerData;
  blockers: BlockersData;
  "what-if": WhatIfData;
  "move-cost": MoveCostData;
  "stale-ranges": StaleRangesData;
  lives: LivesData;
  "map-budget": MapBudgetData;
  fragmentation: FragmentationData;
  timeline: TimelineData;
  hardening: HardeningData;
}

export type AnalysisId = keyof AnalysisData;

type Results = { readonly [Id in AnalysisId]: AnalysisResult<AnalysisData[Id]> | undefined };

/** In the order in which a reader wants to know. */
export const analyses = [
  growthLedger,
  blockers,
  whatIf,
  moveCost,
  staleRanges,
  lives,
  mapBudget,
  fragmentation,
  timeline,
  hardening,
] as const;

export const analysisIds: readonly AnalysisId[] = analyses.map(({ id }) => id);

export interface Analyses {
  readonly results: readonly AnalysisResult[];
  /** Of all analyses, the worst first; among equals in the order of the analyses. */
  readonly findings: readonly Finding[];
  /** Undefined when it was not asked for. */
  of<Id extends AnalysisId>(id: Id): AnalysisResult<AnalysisData[Id]> | undefined;
}

/**
 * The analysis's answer. When it throws, its data is what it makes of a recording without events,
 * and `failure` says why.
 */
export function resultOf<Data>(
  analysis: Analysis<string, Facts, Data>,
  facts: Facts,
  nothing: Facts,
): AnalysisResult<Data> {
  const { id, title, question, basis } = analysis;
  try {
    return { id, title, question, basis, ...analysis.conclude(facts) };
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error);
    return { id, title, question, basis, ...analysis.conclude(nothing), failure };
  }
}

const ranks: Readonly<Record<Severity, number>> = { bad: 0, attention: 1, note: 2, good: 3 };

/** Runs the analyses over what a pass recorded. */
export function conclude(facts: Facts, nothing: Facts, only?: readonly string[]): Analyses {
  const answer = <Data>(analysis: Analysis<string, Facts, Data>) =>
    only === undefined || only.includes(analysis.id)
      ? resultOf(analysis, facts, nothing)
      : undefined;
  const byId: Results = {
    "growth-ledger": answer(growthLedger),
    blockers: answer(blockers),
    "what-if": answer(whatIf),
    "move-cost": answer(moveCost),
    "stale-ranges": answer(staleRanges),
    lives: answer(lives),
    "map-budget": answer(mapBudget),
    fragmentation: answer(fragmentation),
    timeline: answer(timeline),
    hardening: answer(hardening),
  };
  const results = analysisIds.flatMap((id) => {
    const result: AnalysisResult | undefined = byId[id];
    return result === undefined ? [] : [result];
  });
  const findings = results.flatMap((result) => result.findings);
  findings.sort((a, b) => ranks[a.severity] - ranks[b.severity]);
  return { results, findings, of: (id) => byId[id] };
}
