/** One pass over a recording's events for its figures, its verdict and its analyses. */

import type { Analyses } from "../../analyses/answers.ts";
import {
  type ProcessFigures,
  StatsFold,
  type StatsResult,
  summariseCoverage,
} from "../../analyses/stats.ts";
import type { VerifyResult } from "../../analyses/verify.ts";
import type { CheckpointPass } from "../../replay/checkpoints.ts";
import { blobText, heapEnd } from "../../store/event-context.ts";
import { type ProcessRow, pageBytesOf } from "../../store/processes.ts";
import type { RecordingReader } from "../../store/reader.ts";
import type { RecordingRow } from "../../store/recordings.ts";
import { recordingFacts } from "../open/database.ts";
import { type AnalyseOptions, analysing } from "./analyse.ts";
import { type VerifyFold, verifyRecording } from "./verification.ts";

/** The results of one pass over a recording's events. */
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
  const processes = reader.processes();
  const fold = new StatsFold({
    pageBytes: pageBytesOf(processes),
    heapEnd: (blob) => heapEnd(blobText(reader, blob)),
  });
  const analysis = analysing(row, reader, analyses);
  const replay = verifyRecording(reader, row, analysis.replayOptions);
  for (const batch of reader.chunks()) {
    fold.feed(batch);
    replay.feed(batch);
    checkpoints?.step(replay.replay, batch.firstSeq + batch.length - 1);
  }
  checkpoints?.finish();
  return {
    stats: statsResult(row, processes, fold, replay),
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
