/** Evaluates rules on a recording: kept or broken, with the figure and the events behind it. */

import { countOf } from "../../base/units.ts";
import type { StatsResult } from "../stats.ts";
import type { VerifyResult } from "../verify.ts";
import { type RuleName, type Rules, rulesSet } from "./rules.ts";
import type { Peak, Sighting, SightingFold } from "./sightings.ts";

/** What the rules need from one pass over a recording. */
export interface CheckedFacts {
  readonly stats: StatsResult;
  readonly verify: VerifyResult;
  readonly seen: Pick<
    SightingFold,
    "moved" | "refused" | "writableAndExecutable" | "peakMapped" | "peakRegions"
  >;
  /**
   * Memory that was left mapped, by process and site: the first event and the total bytes of each.
   */
  readonly left: readonly Sighting[];
  /** Sentences on events that could not be read. */
  readonly damage: readonly string[];
}

/** A sighting, with details of its event. */
export interface Place extends Sighting {
  readonly pid: number;
  readonly program: string;
  /** Nanoseconds since the recording's start. */
  readonly atNanos: number;
  /** The call; null if the memory predates the first event. */
  readonly call: string | null;
  /** The call's site in the program; null if unknown. */
  readonly site: string | null;
}

export interface RuleVerdict {
  readonly rule: RuleName;
  /** In the rule's unit: a count, percent or bytes; null for a flag. */
  readonly limit: number | null;
  /**
   * unknown: the recording lacks the figure, which counts as broken, so that no violation is
   * missed.
   */
  readonly status: "kept" | "broken" | "unknown";
  /** The measured figure, in the rule's unit; null if unknown. */
  readonly figure: number | null;
  /**
   * The most significant sightings first, at most 5. If the rule is broken, those that break it.
   */
  readonly where: readonly Place[];
  /** Why the rule is unknown, or what require-exact found missing. */
  readonly reasons: readonly string[];
}

export interface CheckResult {
  readonly recording: StatsResult["recording"];
  readonly status: "kept" | "broken";
  readonly rules: readonly RuleVerdict[];
  /**
   * Why the recording is not exact; empty if it is. Otherwise figures count only what was recorded.
   */
  readonly doubts: readonly string[];
  readonly damage: readonly string[];
}

type Judged = Omit<RuleVerdict, "where"> & { readonly where: readonly Sighting[] };

const mostPlaces = 5;

/** `placeOf` looks up a sighting's event. */
export function judgeRules(
  rules: Rules,
  facts: CheckedFacts,
  placeOf: (sighting: Sighting) => Place,
): CheckResult {
  const doubts = doubtsOf(facts);
  const verdicts = rulesSet(rules).map((name): RuleVerdict => {
    const { where, ...verdict } = judge(name, rules, facts, doubts);
    return { ...verdict, where: where.slice(0, mostPlaces).map(placeOf) };
  });
  const { stats, damage } = facts;
  return {
    recording: stats.recording,
    status: verdicts.every(({ status }) => status === "kept") ? "kept" : "broken",
    rules: verdicts,
    doubts,
    damage,
  };
}

function judge(
  rule: RuleName,
  rules: Rules,
  facts: CheckedFacts,
  doubts: readonly string[],
): Judged {
  const { stats, seen } = facts;
  const { inPlace, moved, relocated, refused } = stats.growth;
  switch (rule) {
    case "max-moved":
      return limited(rule, rules[rule] ?? 0, moved.count, seen.moved.kept);
    case "max-moved-share": {
      const all = inPlace.count + moved.count + relocated.count + refused.count;
      const share = all === 0 ? 0 : (100 * moved.count) / all;
      return limited(rule, rules[rule] ?? 0, share, seen.moved.kept);
    }
    case "max-regions":
      return peaked(rule, rules[rule] ?? 0, seen.peakRegions);
    case "max-peak":
      return peaked(rule, rules[rule] ?? 0, seen.peakMapped);
    case "no-refused":
      return forbidden(rule, refused.count, seen.refused.kept);
    case "no-wx": {
      const { count, kept } = seen.writableAndExecutable;
      return forbidden(rule, count, kept);
    }
    case "no-leaks-over":
      return judgeLeft(rule, rules[rule] ?? 0, facts.left);
    case "require-exact":
      return { ...forbidden(rule, doubts.length, []), reasons: doubts };
  }
}

function limited(
  rule: RuleName,
  limit: number,
  figure: number,
  where: readonly Sighting[],
): Judged {
  const status = figure > limit ? "broken" : "kept";
  return { rule, limit, status, figure, where, reasons: [] };
}

function forbidden(rule: RuleName, figure: number, where: readonly Sighting[]): Judged {
  return { ...limited(rule, 0, figure, where), limit: null };
}

function peaked(rule: RuleName, limit: number, peak: Peak | undefined): Judged {
  if (peak === undefined) {
    const reasons = ["no process could be replayed, as no maps text of any is in the recording"];
    return { rule, limit, status: "unknown", figure: null, where: [], reasons };
  }
  const { value, process, seq } = peak;
  return limited(rule, limit, value, [{ seq, process, start: 0, bytes: 0 }]);
}

function judgeLeft(rule: RuleName, limit: number, left: readonly Sighting[]): Judged {
  const largest = left.toSorted((a, b) => b.bytes - a.bytes);
  const over = largest.filter(({ bytes }) => bytes > limit);
  const figure = largest[0]?.bytes ?? 0;
  return limited(rule, limit, figure, over.length > 0 ? over : largest.slice(0, 1));
}

/** Why a recording may be incomplete or wrong, in sentences. */
function doubtsOf({ stats, verify, damage }: CheckedFacts): string[] {
  const { recording, coverage, dropped, processes } = stats;
  const doubts: string[] = [...damage];
  if (recording.status !== "complete")
    doubts.push(`the recording is ${statusWord(recording.status)}`);
  if (processes.length === 0) doubts.push("no process is known");
  for (const { reason, processes: count } of coverage.reasons) {
    doubts.push(
      `${count} of ${countOf(processes.length, "process", "processes")} not fully covered: ${reason}`,
    );
  }
  if (dropped > 0) doubts.push(`${countOf(dropped, "call is", "calls are")} missing`);
  for (const { pid, program, status, reason } of verify.processes) {
    if (status === "diverged")
      doubts.push(`process ${pid} ${program} differs from the kernel's maps`);
    if (status === "unverifiable")
      doubts.push(`process ${pid} ${program} is unverifiable: ${reason}`);
  }
  return doubts;
}

function statusWord(status: string): string {
  return status === "recording" ? "not finished" : status;
}
