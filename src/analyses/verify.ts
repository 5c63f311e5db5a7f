/**
 * Whether a replay agrees with the kernel's maps: the verdict on each process, or why there is
 * none.
 */

import { countOf } from "../base/units.ts";
import type { Moment } from "../events/kinds.ts";
import type { CoverageStatus, LostCalls, ProcessEnd } from "../events/process.ts";
import type { Cause, RangeFacts } from "../space/compare.ts";
import type { MapsCheck } from "../space/maps-check.ts";
import type { SpaceReport } from "../space/state/reports.ts";

/**
 * exact: every maps text agrees with the replay; unverifiable: no evidence for it or against it.
 */
export type VerifyStatus = "exact" | "diverged" | "unverifiable";

/**
 * Why a range differs. The kernel makes the first three changes without a call, so they do not
 * count against the replay.
 */
export type DivergenceCause = Cause | "uncovered site" | "call before coverage" | "lost calls";

/** The evidence that the replay of one process collected. */
export interface ProcessEvidence {
  readonly process: number;
  readonly pid: number;
  readonly program: string;
  readonly coverage: { readonly status: CoverageStatus; readonly reasons: readonly string[] };
  readonly end: Pick<ProcessEnd, "how" | "status" | "signal"> | undefined;
  /** ProcessStart.startUnknown: `reports` then begin at the first maps text. */
  readonly startUnknown?: boolean;
  /**
   * Maps texts that could be read, and whether the first was read without a call running meanwhile.
   */
  readonly texts: number;
  readonly firstStable: boolean;
  readonly checks: readonly MapsCheck[];
  readonly lost: readonly LostCalls[];
  readonly reports: readonly SpaceReport[];
}

export interface VerifiedRange {
  readonly seq: number;
  readonly atNanos: number;
  readonly moment: Moment | null;
  readonly start: number;
  readonly end: number;
  /** The range in the replay and in the kernel's maps; null is unmapped. */
  readonly expected: RangeFacts | null;
  readonly actual: RangeFacts | null;
  readonly cause: DivergenceCause;
}

/** An event that is impossible in the space that the events before it made. */
export interface Contradiction {
  readonly seq: number;
  readonly call: string;
  readonly start: number;
  readonly end: number;
  readonly reason: string;
}

export interface ProcessVerdict {
  readonly process: number;
  readonly pid: number;
  readonly program: string;
  readonly status: VerifyStatus;
  /** Maps texts that were compared, and the merged ranges in them. */
  readonly texts: number;
  readonly ranges: number;
  /**
   * Differences that count against the replay: the first `mostKept`; `divergenceCount` counts all.
   */
  readonly divergences: readonly VerifiedRange[];
  readonly divergenceCount: number;
  /** Ranges that the kernel changed without a call. */
  readonly harmless: readonly VerifiedRange[];
  readonly contradictions: readonly Contradiction[];
  readonly contradictionCount: number;
  /** Why it is unverifiable; null otherwise. */
  readonly reason: string | null;
  /** The likely cause of divergences, in words; null if unknown. */
  readonly note: string | null;
}

export interface VerifyResult {
  readonly recording: number;
  /** diverged if any process is, else unverifiable if any is. */
  readonly status: VerifyStatus;
  readonly exact: number;
  readonly diverged: number;
  readonly unverifiable: number;
  readonly processes: readonly ProcessVerdict[];
}

export const mostKept = 200;

/** `signalName` maps 9 to `SIGKILL`. */
export function judgeProcess(
  evidence: ProcessEvidence,
  signalName: (signal: number) => string,
): ProcessVerdict {
  const all = evidence.checks.flatMap((check) => rangesOf(check, evidence));
  const harmless = all.filter(({ harmless }) => harmless).map(({ range }) => range);
  const counted = all.filter((one) => !one.harmless && one.stable).map(({ range }) => range);
  // A call that never returned explains differences in its own range only.
  const divergences = counted.filter(({ cause }) => !excused.has(cause));
  const impossible = unexplained(evidence);
  const unproven = whyUnproven(evidence, all, signalName);
  const isDiverged = divergences.length > 0 || impossible.length > 0;
  const status = isDiverged ? "diverged" : unproven === undefined ? "exact" : "unverifiable";
  return {
    process: evidence.process,
    pid: evidence.pid,
    program: evidence.program,
    status,
    texts: evidence.checks.length,
    ranges: evidence.checks.reduce((sum, { ranges }) => sum + ranges, 0),
    divergences: divergences.slice(0, mostKept),
    divergenceCount: divergences.length,
    harmless: harmless.slice(0, mostKept),
    contradictions: impossible.slice(0, mostKept),
    contradictionCount: impossible.length,
    reason: status === "unverifiable" ? (unproven ?? null) : null,
    note: isDiverged ? (evidence.coverage.reasons[0] ?? null) : null,
  };
}

export function sumUp(recording: number, processes: readonly ProcessVerdict[]): VerifyResult {
  const count = (wanted: VerifyStatus): number =>
    processes.filter(({ status }) => status === wanted).length;
  const [exact, diverged, unverifiable] = [
    count("exact"),
    count("diverged"),
    count("unverifiable"),
  ];
  const status = diverged > 0 ? "diverged" : unverifiable > 0 ? "unverifiable" : "exact";
  return { recording, status, exact, diverged, unverifiable, processes };
}

const excused: ReadonlySet<DivergenceCause> = new Set([
  "unknown result",
  "call before coverage",
  "lost calls",
]);

interface JudgedRange {
  readonly range: VerifiedRange;
  readonly harmless: boolean;
  readonly stable: boolean;
}

function rangesOf(check: MapsCheck, evidence: ProcessEvidence): JudgedRange[] {
  const { seq, atNanos, moment, stable } = check;
  return check.divergences.map(({ start, end, expected, actual, cause, harmless }) => ({
    range: {
      seq,
      atNanos,
      moment: moment ?? null,
      start,
      end,
      expected: expected ?? null,
      actual: actual ?? null,
      cause: harmless ? cause : likelyCause(start, end, check, evidence),
    },
    harmless,
    stable,
  }));
}

/** The likely cause of a change that no event accounts for. */
function likelyCause(
  start: number,
  end: number,
  check: MapsCheck,
  evidence: ProcessEvidence,
): DivergenceCause {
  const { checks, lost, reports, firstStable, coverage } = evidence;
  // The replay starts from the first text, and each later stable text corrects it.
  const position = checks.indexOf(check);
  const since = checks.slice(0, position).findLast(({ stable }) => stable)?.seq ?? 0;
  const isOpen = ({ kind, ...report }: SpaceReport): boolean =>
    kind === "unknown" && report.seq > since && report.seq < check.seq && touch(report, start, end);
  if (reports.some(isOpen)) return "unknown result";
  if (lost.some(({ seq }) => seq < check.seq)) return "lost calls";
  if (since === 0 && !firstStable) return "call before coverage";
  return coverage.status === "full" ? "unrecorded call" : "uncovered site";
}

function touch(
  report: { readonly start: number; readonly end: number },
  start: number,
  end: number,
) {
  return report.start < end && report.end > start;
}

/** Contradictions that are not explained by lost calls or a call without a result. */
function unexplained({ reports, lost }: ProcessEvidence): Contradiction[] {
  const firstLoss = lost[0]?.seq ?? Number.POSITIVE_INFINITY;
  const unknown = reports.filter(({ kind }) => kind === "unknown");
  return reports.flatMap(({ kind, seq, call, start, end, reason }) => {
    if (kind !== "contradiction" || seq > firstLoss) return [];
    const isDoubtful = unknown.some((doubt) => doubt.seq < seq && touch(doubt, start, end));
    return isDoubtful ? [] : [{ seq, call, start, end, reason }];
  });
}

function whyUnproven(
  evidence: ProcessEvidence,
  ranges: readonly JudgedRange[],
  signalName: (signal: number) => string,
): string | undefined {
  const { coverage, checks, lost, texts } = evidence;
  const gap = lost[0];
  if (texts === 0 && coverage.status === "none") {
    const why = coverage.reasons[0];
    return why === undefined ? "not covered" : `not covered: ${why}`;
  }
  if (gap !== undefined) {
    const count = lost.reduce((sum, one) => sum + one.count, 0);
    return `${countOf(count, "call is", "calls are")} missing: ${gap.reason}`;
  }
  if (evidence.startUnknown === true && checks.length === 0) {
    return texts === 0
      ? "imported, and what was mapped when it began is not known"
      : "imported, and its maps are known at one moment alone";
  }
  if (texts === 0) return "its maps could not be read";
  if (checks.length === 0) return noSecondText(evidence, signalName);
  const doubts = ranges.filter(({ harmless }) => !harmless);
  if (doubts.some(({ stable }) => !stable) && !checks.some(isProof)) {
    return "calls ran while its maps were read";
  }
  const excuse = doubts.find(({ range, stable }) => stable && excused.has(range.cause))?.range;
  if (excuse?.cause === "unknown result") return "a call in it never came back";
  if (excuse !== undefined) return "calls ran while its first maps were read";
  return undefined;
}

function isProof({ stable, divergences }: MapsCheck): boolean {
  return stable && divergences.every(({ harmless }) => harmless);
}

function noSecondText(
  { end, texts }: ProcessEvidence,
  signalName: (signal: number) => string,
): string {
  const before = texts === 1 ? "before its maps were read again" : "before its maps were read";
  if (end?.signal !== undefined) return `${signalName(end.signal)} ended it ${before}`;
  switch (end?.how) {
    case "killed":
      return `it was killed ${before}`;
    case "running":
      return "it still runs, and its maps were read only once";
    case "exec":
      return `it ran another program ${before}`;
    case "exit":
      return "no maps text was read at its end";
    default:
      return `nobody saw its end, and its maps were read only once`;
  }
}
