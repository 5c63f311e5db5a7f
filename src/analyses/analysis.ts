/** Analysis: the recorders it needs, and how it derives its data and findings from them. */
import type { Facts } from "./facts.ts";
import type { RecorderKinds, Recorders } from "./recorders/recorder.ts";

/** Source of a finding's figures. */
export type Basis =
  /** Calls as they were recorded. */
  | "events"
  /** Maps texts and other observed state, not calls. */
  | "observations"
  /** Derived from the two by a rule that the analysis states. */
  | "inference";

export type Severity = "good" | "note" | "attention" | "bad";

/** One finding; it must make sense without its context. */
export interface Finding {
  /** What happened, in one sentence with its figures, without a full stop. */
  readonly sentence: string;
  /** What to change, in one sentence; absent if nothing need change. */
  readonly advice?: string;
  readonly severity: Severity;
  /** The figures in the sentence, by name; each name ends in its unit. */
  readonly numbers: Readonly<Record<string, number>>;
  /** Events behind it, the most significant first, at most 100. */
  readonly events: readonly number[];
  /** The process's number in the recording, if the finding is about one process only. */
  readonly process?: number;
}

export interface AnalysisResult<Data = unknown> {
  /** Kebab-case, `growth-ledger`. Part of the JSON output, so it never changes. */
  readonly id: string;
  readonly title: string;
  /** The reader's question that it answers. */
  readonly question: string;
  readonly basis: readonly Basis[];
  /** The most important first. */
  readonly findings: readonly Finding[];
  readonly data: Data;
  /** Why there is no result: an analysis that throws does not stop the others. */
  readonly failure?: string;
}

/** A limit above which something becomes a finding, and the reason for its value. */
export interface Threshold {
  readonly value: number;
  readonly reason: string;
}

export interface Conclusion<Data> {
  readonly findings: readonly Finding[];
  readonly data: Data;
}

export interface Analysis<
  Id extends string = string,
  Needs extends RecorderKinds = RecorderKinds,
  Data = unknown,
> {
  readonly id: Id;
  readonly title: string;
  readonly question: string;
  readonly basis: readonly Basis[];
  readonly thresholds: Readonly<Record<string, Threshold>>;
  /** The recorders that the pass must run for this analysis. */
  readonly needs: Needs;
  conclude(facts: Facts, recorders: Recorders<Needs>): Conclusion<Data>;
}

/** Returns its argument; exists so that types are inferred from `id`, `needs` and `conclude`. */
export function defineAnalysis<const Id extends string, Needs extends RecorderKinds, Data>(
  analysis: Analysis<Id, Needs, Data>,
): Analysis<Id, Needs, Data> {
  return analysis;
}
