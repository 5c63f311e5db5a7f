/**
 * maptrail as a library: record programs, open what was recorded, and ask what the commands ask.
 *
 *     import { openRecording, record } from "maptrail";
 *
 *     const { database, recording } = await record({ command: ["sort", "big.txt"] });
 *     const run = openRecording({ db: database, recording });
 *     console.log(run.stats().growth.moved.count);
 *     run.close();
 *
 * Sizes are bytes, times nanoseconds, addresses numbers where a name ends in nothing else and
 * hexadecimal text in what is also JSON. A user's mistake is thrown as a UserError.
 */

import { textIo } from "./app/io/text-io.ts";
import type { Recorded, RecordOptions } from "./app/record/record-options.ts";
import { useCases } from "./app/use-cases.ts";

export type { AnalysisResult, Finding } from "./analyses/analysis.ts";
export type { Analyses } from "./analyses/answers.ts";
export type { ConditionVerdict } from "./analyses/diff/conditions.ts";
export type { DiffResult } from "./analyses/diff/diff.ts";
export type { SiteChange } from "./analyses/diff/diff-sites.ts";
export type { MetricChange } from "./analyses/diff/metrics.ts";
export type { GrowthPairs } from "./analyses/diff/pair-growths.ts";
export type { CheckResult, Place, RuleVerdict } from "./analyses/rules/judge.ts";
export type { Rules } from "./analyses/rules/rules.ts";
export type { RecordingFacts, StatsResult } from "./analyses/stats.ts";
export type { VerifyResult } from "./analyses/verify.ts";
export type { Io, Output } from "./app/io/io.ts";
export type { TextIo, TextIoOptions } from "./app/io/text-io.ts";
export { textIo } from "./app/io/text-io.ts";
export type { Recorded, RecordOptions } from "./app/record/record-options.ts";
export type { OpenOptions, Recording } from "./app/recording.ts";
export { openRecording } from "./app/recording.ts";
export { useCases } from "./app/use-cases.ts";
export { exitCodes, UserError } from "./base/errors.ts";
export { packageVersion } from "./base/version.ts";
export type { EventBatch } from "./events/batch.ts";
export { optionTerm, parseFilter } from "./listing/event-filter.ts";
export type { EventStack, RecordedEvent } from "./listing/event-object.ts";
export type { WhowasAnswer } from "./reports/whowas.ts";
export type { FrameJson } from "./sites/code-frame.ts";
export type { MapsLine } from "./space/regions/proc-maps.ts";
export type { ProcessRow } from "./store/processes.ts";
export type { QueryResult } from "./store/query.ts";

/** What a recorded run came to, and what maptrail had to say of it. */
export interface RecordedRun extends Recorded {
  /** Warnings and errors as text; empty when all went well. */
  readonly messages: string;
}

/**
 * Runs a program to its end and records it and all that it starts, into maptrail.db of the current
 * folder unless `db` says otherwise. The program has this process's input, output and error output.
 * Throws a UserError when it cannot be run or there is no place to record to; a program that fails
 * is no error, and its end stands in `exit` and `exitCode`.
 */
export async function record(options: RecordOptions): Promise<RecordedRun> {
  const io = textIo();
  const recorded = await useCases.record({ quiet: true, ...options }, io);
  return { ...recorded, messages: io.errorText() };
}
