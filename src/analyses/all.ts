/** The list of analyses, and how each one's answer is made without taking the others down. */
import type { AnalysisResult, Finding, Severity } from "./analysis.ts";
import type { Facts } from "./facts.ts";
import { type GrowthLedgerData, growthLedger } from "./growth-ledger.ts";

/** The shape of each analysis's data. */
export interface AnalysisData {
  "growth-ledger": GrowthLedgerData;
}

export type AnalysisId = keyof AnalysisData;

type Results = { [Id in AnalysisId]?: AnalysisResult<AnalysisData[Id]> };

/** In the order in which a reader wants to know. */
export const analyses = [growthLedger] as const;

export const analysisIds: readonly AnalysisId[] = analyses.map(({ id }) => id);

export interface Analyses {
  readonly results: readonly AnalysisResult[];
  /** Of all analyses, the worst first; among equals in the order of the analyses. */
  readonly findings: readonly Finding[];
  /** Undefined when it was not asked for. */
  of<Id extends AnalysisId>(id: Id): AnalysisResult<AnalysisData[Id]> | undefined;
}

interface Concluding<Id extends AnalysisId> {
  readonly id: Id;
  readonly title: string;
  readonly question: string;
  readonly basis: AnalysisResult["basis"];
  conclude(facts: Facts): Pick<AnalysisResult<AnalysisData[Id]>, "findings" | "data">;
}

/**
 * The analysis's answer. When it throws, its data is what it makes of a recording without events,
 * and `failure` says why.
 */
export function resultOf<Id extends AnalysisId>(
  analysis: Concluding<Id>,
  facts: Facts,
  nothing: Facts,
): AnalysisResult<AnalysisData[Id]> {
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
  const byId: Results = {};
  const run = <Id extends AnalysisId>(analysis: Concluding<Id>): void => {
    if (only !== undefined && !only.includes(analysis.id)) return;
    const result: Results[Id] = resultOf(analysis, facts, nothing);
    byId[analysis.id] = result;
  };
  run(growthLedger);
  const results = analysisIds.flatMap((id) => byId[id] ?? []);
  const findings = results.flatMap((result) => result.findings);
  findings.sort((a, b) => ranks[a.severity] - ranks[b.severity]);
  return { results, findings, of: (id) => byId[id] };
}
