/**
 * Runs analyses: their recorders share one pass; an analysis that fails does not stop the others.
 */
import type { Analysis, AnalysisResult, Finding, Severity } from "./analysis.ts";
import { type AnalysisData, type AnalysisId, catalogue } from "./catalogue.ts";
import type { Facts, KnownFacts } from "./facts.ts";
import { AnalysisPass, type PassOptions } from "./recorders/pass.ts";

export interface Analyses {
  readonly results: readonly AnalysisResult[];
  /** Of all analyses, the most severe first; equally severe ones in the order of the analyses. */
  readonly findings: readonly Finding[];
  /** Undefined if that analysis was not run. */
  of<Id extends AnalysisId>(id: Id): AnalysisResult<AnalysisData[Id]> | undefined;
}

/** Analyses whose pass is still to be made. */
export interface AnalysisRun {
  /** Must be fed every event. */
  readonly pass: AnalysisPass;
  /** Call after the pass's `finish`. */
  conclude(known: KnownFacts): Analyses;
}

const ranks: Readonly<Record<Severity, number>> = { bad: 0, attention: 1, note: 2, good: 3 };

/** The pass runs only the recorders that these analyses need. */
export function beginAnalyses(
  options: PassOptions,
  analyses: readonly Analysis[] = catalogue,
): AnalysisRun {
  const pass = new AnalysisPass(options);
  const begun = analyses.map((analysis) => [analysis, pass.recordersOf(analysis.needs)] as const);
  return {
    pass,
    conclude(known) {
      const results = begun.map(([{ conclude, ...analysis }, recorders]): AnalysisResult => {
        const { id, title, question, basis } = analysis;
        const about = { id, title, question, basis };
        try {
          return { ...about, ...conclude(factsOf(pass, known), recorders) };
        } catch (error) {
          const failure = error instanceof Error ? error.message : String(error);
          // Readers of `data` still get its full shape: that of a recording without events.
          const empty = new AnalysisPass(options);
          const nothing = conclude(factsOf(empty, known), empty.recordersOf(analysis.needs));
          return { ...about, ...nothing, failure };
        }
      });
      const findings = results.flatMap((result) => result.findings);
      findings.sort((a, b) => ranks[a.severity] - ranks[b.severity]);
      const byId = new Map(results.map((result) => [result.id, result]));
      return {
        results,
        findings,
        of: <Id extends AnalysisId>(id: Id) =>
          byId.get(id) as AnalysisResult<AnalysisData[Id]> | undefined,
      };
    },
  };
}

function factsOf(pass: AnalysisPass, known: KnownFacts): Facts {
  const { files, sites, pageBytes } = pass;
  return { ...known, files, sites, pageBytes, knownTrack: (process) => pass.knownTrack(process) };
}
