/** The type of the lab's claims, and of the results of trying them. */

import type { Arena } from "./arena.ts";
import type { ChildEnd } from "./child-process.ts";
import type { MoveCurve } from "./curve.ts";

/** One check made while a claim was tried. */
export interface Check {
  /** What was done or checked, in a few words. */
  readonly subject: string;
  readonly expected: string;
  readonly observed: string;
  readonly holds: boolean;
}

export interface Tried {
  /** At least one; the claim holds when all of them do. */
  readonly checks: readonly Check[];
  /** Only of the claim about what a move costs. */
  readonly curve?: MoveCurve;
  /** Why checks that all hold do not settle it, as a sentence without a full stop. */
  readonly undecided?: string;
}

/** The claim could not be tried here, for the reason given as a sentence without a full stop. */
export interface NotTried {
  readonly unavailable: string;
}

/** An mremap as a recording has it; addresses and lengths as the program gave them, `result` raw. */
export interface RecordedRemap {
  readonly oldAddress: number;
  readonly oldBytes: number;
  readonly newBytes: number;
  readonly result: number;
}

export interface RecordedChild {
  /** Of all its threads, in history order. */
  readonly remaps: readonly RecordedRemap[];
  /** The contents of the file that its act was given. */
  readonly account: string;
}

/** What a claim may use. */
export interface LabTools {
  readonly arena: Arena;
  /** Runs one act of child.ts, with its arguments, in a process of its own, which may die of it. */
  runChild(words: readonly string[], onLine?: (line: string) => void): Promise<ChildEnd>;
  /** The same under the tool's own recorder. Rejects with a UserError when that cannot be done. */
  recordChild(act: string): Promise<RecordedChild>;
  /** Largest mapping that the curve of costs goes to. */
  readonly curveUpToBytes: number;
  /** Shows progress while a claim takes long. */
  progress(done: number, all: number): void;
}

export interface Claim {
  /** Kebab-case, never changed. */
  readonly id: string;
  /** The claim in at most 39 characters, for a table. */
  readonly title: string;
  /** The textbook's sentence, without a full stop. */
  readonly says: string;
  /** Its source: a manual page, or hearsay. */
  readonly source: string;
  /**
   * rule: promised by a manual page; a kernel that differs is worth an exit code of 1. belief: often
   * said and promised nowhere, so that a difference is no fault of the kernel.
   */
  readonly standing: "rule" | "belief";
  /** The first kernel that has it, where not all do. */
  readonly since?: readonly [major: number, minor: number];
  attempt(tools: LabTools): Promise<Tried | NotTried> | Tried | NotTried;
}

export type Verdict = "holds" | "differs" | "not available";

/** The shape of an element of `claims` in `maptrail lab --json`. */
export interface ClaimResult {
  readonly id: string;
  readonly title: string;
  readonly says: string;
  readonly source: string;
  readonly standing: Claim["standing"];
  readonly verdict: Verdict;
  readonly checks: readonly Check[];
  /** Why it is not available. */
  readonly reason?: string;
  readonly curve?: MoveCurve;
}

/** The shape of `maptrail lab --json`. */
export interface LabResult {
  /** Release of the running kernel: `6.18.1`. */
  readonly kernel: string;
  readonly pageBytes: number;
  readonly claims: readonly ClaimResult[];
  readonly counts: Readonly<Record<"holds" | "differs" | "notAvailable", number>>;
}

export function check(subject: string, expected: string, observed: string): Check {
  return { subject, expected, observed, holds: expected === observed };
}
