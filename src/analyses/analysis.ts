/** What an analysis is: the recorders that it needs, and how its answer and findings are made of them. */
import type { Facts } from "./facts.ts";
import type { RecorderKinds, Recorders } from "./recorders/recorder.ts";

/** Where a finding's figures come from. */
export type Basis =
  /** Calls as they were recorded. */
  | "events"
  /** Maps texts and other things seen, not called. */
  | "observations"
  /** Concluded from the two, by a rule that the analysis states. */
  | "inference";

export type Severity = "good" | "note" | "attention" | "bad";

/** One thing worth knowing. It can be read alone. */
export interface Finding {
  /** What happened, in one sentence with its figures, without a full stop. */
  readonly sentence: string;
  /** What to change, in one sentence; absent where nothing need be. */
  readonly advice?: string;
  readonly severity: Severity;
  /** The figures of the sentence, by name; units stand in the names. */
  readonly numbers: Readonly<Record<string, number>>;
  /** Events behind it, the most telling first, at most 100. */
  readonly events: readonly number[];
  /** Set when it is about one process only: its number in the recording. */
  readonly process?: number;
}

export interface AnalysisResult<Data = unknown> {
  /** Kebab-case, the same for ever: `growth-ledger`. */
  readonly id: string;
  readonly title: string;
  /** What a reader wants to know, as a question. */
  readonly question: string;
  readonly basis: readonly Basis[];
  /** The most important first. */
  readonly findings: readonly Finding[];
  readonly data: Data;
  /** Why there is no result: one failing analysis never takes the others down. */
  readonly failure?: string;
}

/** A limit that decides what is worth a finding, and why it is what it is. */
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
  /** The recorders that the pass must run for it. */
  readonly needs: Needs;
  conclude(facts: Facts, recorders: Recorders<Needs>): Conclusion<Data>;
}

/** Gives back what it is given; the compiler takes the types from `id`, `needs` and `conclude`. */
export function defineAnalysis<const Id extends string, Needs extends RecorderKinds, Data>(
  analysis: Analysis<Id, Needs, Data>,
): Analysis<Id, Needs, Data> {
  return analysis;
}
