/** `maptrail stats`: the figures of a recording, in one pass over its events. */

import type { Analyses } from "../analyses/all.ts";
import {
  type ProcessFigures,
  StatsFold,
  type StatsResult,
  summariseCoverage,
} from "../analyses/stats.ts";
import type { VerifyResult } from "../analyses/verify.ts";
import { exitCodes } from "../base/errors.ts";
import type { Style } from "../base/style.ts";
import { analysesText } from "../reports/analyses.ts";
import { statsText } from "../reports/stats.ts";
import type { ProcessRow } from "../store/processes.ts";
import type { RecordingReader } from "../store/reader.ts";
import type { RecordingRow } from "../store/recordings.ts";
import { type AnalyseOptions, analysing } from "./analyse.ts";
import type { CheckpointPass } from "./checkpoints.ts";
import { type RecordingChoice, recordingFacts, reportDamage, withRecording } from "./database.ts";
import { blobText, heapEnd } from "./event-context.ts";
import type { Io } from "./io.ts";
import { type VerifyFold, verifyRecording } from "./verify.ts";

export interface StatsOptions extends RecordingChoice {
  readonly json?: boolean | undefined;
  /** Every analysis, and not only what is worth knowing first. */
  readonly full?: boolean | undefined;
}

/** Returns the exit code: 3 when events could not be read. */
export function showStats(options: StatsOptions, io: Io): Promise<number> {
  return withRecording(options, io, async ({ row, reader }) => {
    const examination = examine(row, reader, { analyses: {} });
    await io.out.write(`${textOf(examination, options, io.out.style)}\n`);
    return (await reportDamage(reader, io)) ? exitCodes.damagedInput : exitCodes.ok;
  });
}

function textOf({ stats, analyses }: Examination, options: StatsOptions, style: Style): string {
  const { results, findings } = analyses;
  if (options.json === true) return JSON.stringify({ ...stats, analyses: results, findings });
  const shown = { stats, findings, blockers: analyses.of("blockers")?.data };
  if (options.full !== true) return statsText(shown, style);
  return `${statsText(shown, style)}\n\n${analysesText(analyses, style)}`;
}

/** What one pass over a recording's events tells of it. */
export interface Examination {
  readonly stats: StatsResult;
  readonly verify: VerifyResult;
  readonly analyses: Analyses;
}

export interface ExamineOptions {
  /** The same pass makes checkpoints where somebody wants them. */
  readonly checkpoints?: CheckpointPass;
  /** Growths and what blocked them when absent: the end of a recording waits for no more. */
  readonly analyses?: AnalyseOptions;
}

export function examine(
  row: RecordingRow,
  reader: RecordingReader,
  { checkpoints, analyses = { only: ["growth-ledger", "blockers"] } }: ExamineOptions = {},
): Examination {
  const fold = new StatsFold({ heapEnd: (blob) => heapEnd(blobText(reader, blob)) });
  const analysis = analysing(row, reader, analyses);
  const replay = verifyRecording(reader, row, analysis.replayOptions);
  for (const batch of reader.chunks()) {
    fold.feed(batch);
    replay.feed(batch);
    checkpoints?.step(replay.replay, batch.firstSeq + batch.length - 1);
  }
  checkpoints?.finish();
  return {
    stats: statsResult(row, reader.processes(), fold, replay),
    verify: replay.result(),
    analyses: analysis.conclude(replay.replay),
  };
}

/** Puts together what a fold counted and what is known of the recording. */
export function statsResult(
  row: RecordingRow,
  rows: readonly ProcessRow[],
  fold: StatsFold,
  replay?: Pick<VerifyFold, "peak">,
): StatsResult {
  const processes = rows.map((process) => processFigures(process, fold));
  return {
    recording: recordingFacts(row),
    processes,
    calls: fold.calls(),
    growth: fold.growth(),
    coverage: summariseCoverage(processes.map(({ coverage }) => coverage)),
    dropped: fold.dropped,
    ...replay?.peak(),
  };
}

function processFigures(row: ProcessRow, fold: StatsFold): ProcessFigures {
  const { end } = row;
  return {
    process: row.process,
    pid: row.pid,
    ppid: row.ppid,
    parent: row.parent ?? null,
    how: row.how,
    exe: row.exe,
    argv: row.argv,
    startedAtNanos: row.atNanos,
    end:
      end === undefined
        ? null
        : {
            how: end.how,
            ...(end.status === undefined ? {} : { status: end.status }),
            ...(end.signal === undefined ? {} : { signal: end.signal }),
            atNanos: end.atNanos,
          },
    coverage: { status: row.coverage.status, reasons: row.coverage.reasons },
    ...fold.ofProcess(row.process),
  };
}
