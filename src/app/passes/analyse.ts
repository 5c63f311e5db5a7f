/** All analyses of a recording, in one pass over its events. */
import type { Analysis } from "../../analyses/analysis.ts";
import { type Analyses, beginAnalyses } from "../../analyses/answers.ts";
import { analysisIds, catalogue } from "../../analyses/catalogue.ts";
import type { ProcessName } from "../../analyses/facts.ts";
import type { SiteNames } from "../../analyses/recorders/sites.ts";
import { UserError } from "../../base/errors.ts";
import { programName } from "../../base/program.ts";
import { kernelFeaturesOf } from "../../replay/kernel-features.ts";
import { type Landmarks, readLandmarks } from "../../replay/landmarks.ts";
import { Replay } from "../../replay/replay.ts";
import { FileTable } from "../../space/state/files.ts";
import { pageBytesOf } from "../../store/processes.ts";
import type { RecordingReader } from "../../store/reader.ts";
import type { RecordingRow } from "../../store/recordings.ts";
import type { SharedReplay } from "./verification.ts";

export interface AnalyseOptions {
  /** Ids of analyses; all when absent. */
  readonly only?: readonly string[];
  readonly sites?: SiteNames;
}

/**
 * Replays every event once and answers every question, or those of `only`. Throws a UserError for
 * an id that there is not. Events that cannot be read are left out; the reader's `damage` lists them.
 */
export function analyse(
  row: RecordingRow,
  reader: RecordingReader,
  options: AnalyseOptions = {},
): Analyses {
  const fold = analysing(row, reader, options);
  const replay = new Replay(reader, { features: kernelFeaturesOf(row), ...fold.replayOptions });
  for (const batch of reader.chunks()) replay.feed(batch);
  return fold.conclude(replay);
}

/** Analyses as part of a pass that somebody else makes: give `replayOptions` to its replay. */
export interface AnalysisFold {
  readonly replayOptions: SharedReplay;
  conclude(replay: Replay): Analyses;
}

export function analysing(
  row: RecordingRow,
  reader: RecordingReader,
  options: AnalyseOptions,
): AnalysisFold {
  const landmarks = readLandmarks(reader);
  const files = new FileTable((id) => reader.file(id));
  const { sites } = options;
  const run = beginAnalyses(
    {
      files,
      pageBytes: pageBytesOf([...landmarks.values()].flatMap(({ row: started }) => started ?? [])),
      events: row.eventCount,
      processes: landmarks.size,
      ...(sites && { sites }),
    },
    chosen(options.only),
  );
  const { pass } = run;
  return {
    replayOptions: {
      files,
      landmarks,
      watch: pass,
      lineage: (process) => pass.trackOf(process),
      onInherit: (process, space) => pass.began(process, space),
      onBegin: (process, space) => pass.began(process, space),
      onEnd: (process, space) => pass.ended(process, space),
    },
    conclude(replay) {
      pass.finish(replay.spaces());
      return run.conclude({ processes: namesOf(landmarks), maxMapCount: limitOf(row) });
    },
  };
}

/** The analyses with these ids, in the catalogue's order; all when `only` is absent. */
function chosen(only: readonly string[] | undefined): readonly Analysis[] {
  const unknown = only?.find((id) => !analysisIds.some((known) => known === id));
  if (unknown !== undefined) {
    throw new UserError(`there is no analysis "${unknown}"`, {
      hint: `The analyses are ${analysisIds.join(", ")}.`,
    });
  }
  return catalogue.filter(({ id }) => only === undefined || only.includes(id));
}

function namesOf(landmarks: Landmarks): Map<number, ProcessName> {
  const names = new Map<number, ProcessName>();
  for (const { process, row } of landmarks.values()) {
    if (row !== undefined) names.set(process, { pid: row.pid, program: programName(row) });
  }
  return names;
}

function limitOf({ host }: RecordingRow): number | undefined {
  const limit = host["maxMapCount"];
  return typeof limit === "number" && limit > 0 ? limit : undefined;
}
