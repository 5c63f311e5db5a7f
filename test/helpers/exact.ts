/** Runs a program under strace and the recorder at once and compares what the two saw. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ensureNative } from "../../src/recorder/native-build.ts";
import { type Comparison, compareCalls, type RecordedCall } from "./compare-calls.ts";
import { readEvents, record, toRecordedCalls } from "./maptrail.ts";
import { classify, hookLayout } from "./oracle.ts";
import type { RunOptions, RunResult } from "./run.ts";
import { straceCommand } from "./strace.ts";
import { parseStraceLog, type StraceLog } from "./strace-log.ts";

export interface BothSeen {
  readonly run: RunResult;
  readonly log: StraceLog;
  readonly comparison: Comparison;
}

/**
 * The recorder starts strace, and strace the program: so only the program pays for strace. strace is
 * recorded as well; its own threads are not in its log and are left out, and so is all that the
 * program's first thread did before it became the program.
 */
export function withoutStrace(
  log: StraceLog,
  recorded: readonly RecordedCall[],
): readonly RecordedCall[] {
  const first = log.calls[0]?.tid;
  const traced = new Set(log.calls.map((call) => call.tid));
  const seen = recorded.filter((call) => traced.has(call.tid));
  const exec = seen.findIndex((call) => call.tid === first && call.call === "execve");
  return seen.filter((call, index) => call.tid !== first || index > exec);
}

/** `folder` takes the database and strace's log, and must not be the program's own working folder. */
export async function recordUnderStrace(
  folder: string,
  command: readonly string[],
  options: RunOptions = {},
): Promise<BothSeen> {
  const database = join(folder, "exact.db");
  const logFile = join(folder, "exact.strace");
  const result = await record(database, straceCommand(logFile, command), options);
  const log = parseStraceLog(await readFile(logFile, "utf8"));
  const oracle = classify(log, hookLayout(ensureNative().hook));
  const recorded = toRecordedCalls(await readEvents(database));
  // The log's first call is the exec by which strace starts the program, before any hook is there.
  const comparison = compareCalls(oracle.slice(1), withoutStrace(log, recorded));
  return { run: result, log, comparison };
}
