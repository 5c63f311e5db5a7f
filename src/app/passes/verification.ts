/** The pass that replays a recording and holds each process against the kernel's maps. */

import {
  judgeProcess,
  type ProcessVerdict,
  sumUp,
  type VerifyResult,
} from "../../analyses/verify.ts";
import { programName } from "../../base/program.ts";
import { signalName } from "../../base/signals.ts";
import { countOf } from "../../base/units.ts";
import type { EventBatch } from "../../events/batch.ts";
import type { LostCalls } from "../../events/process.ts";
import { kernelFeaturesOf } from "../../replay/kernel-features.ts";
import type { ProcessLandmarks } from "../../replay/landmarks.ts";
import { Replay, type ReplayOptions } from "../../replay/replay.ts";
import type { MapsCheck } from "../../space/maps-check.ts";
import type { SpaceReport } from "../../space/state/reports.ts";
import type { RecordingReader } from "../../store/reader.ts";
import type { RecordingRow } from "../../store/recordings.ts";

/** A fold over a pass through all of a recording's events, that other folds can share. */
export interface VerifyFold {
  readonly replay: Replay;
  feed(batch: EventBatch): void;
  result(): VerifyResult;
  /** The largest that any one process's space became; undefined when nothing could be replayed. */
  peak(): { readonly peakMappedBytes: number; readonly peakRegions: number } | undefined;
}

/** `shared` has the callbacks of other folds that use the same replay. */
export function verifyRecording(
  reader: RecordingReader,
  row: RecordingRow,
  shared: SharedReplay = {},
): VerifyFold {
  return new Verification(reader, row, shared);
}

/** The replay options of a fold that shares another's replay. */
export type SharedReplay = Pick<
  ReplayOptions,
  "watch" | "lineage" | "onInherit" | "onBegin" | "onEnd" | "files" | "landmarks"
>;

interface Notes {
  readonly checks: MapsCheck[];
  /** Maps texts that could be read. */
  texts: number;
  reports: readonly SpaceReport[];
}

class Verification implements VerifyFold {
  readonly #reader: RecordingReader;
  readonly #recording: number;
  readonly replay: Replay;
  readonly #notes = new Map<number, Notes>();

  constructor(reader: RecordingReader, row: RecordingRow, shared: SharedReplay) {
    this.#reader = reader;
    this.#recording = row.id;
    this.replay = new Replay(reader, {
      ...shared,
      features: kernelFeaturesOf(row),
      onBegin: (process, space) => {
        this.#of(process).texts += 1;
        shared.onBegin?.(process, space);
      },
      onCheck: (process, check) => {
        this.#of(process).texts += 1;
        this.#of(process).checks.push(check);
      },
      onEnd: (process, space) => {
        this.#of(process).reports = space.reports.items;
        shared.onEnd?.(process, space);
      },
    });
  }

  feed(batch: EventBatch): void {
    this.replay.feed(batch);
  }

  result(): VerifyResult {
    for (const [process, space] of this.replay.spaces()) {
      this.#of(process).reports = space.reports.items;
    }
    const verdicts = [...this.replay.landmarks.values()].map((one) => this.#judge(one));
    return sumUp(this.#recording, verdicts);
  }

  peak(): ReturnType<VerifyFold["peak"]> {
    const { peakMappedBytes, peakRegions } = this.replay;
    return peakRegions === 0 ? undefined : { peakMappedBytes, peakRegions };
  }

  #of(process: number): Notes {
    let notes = this.#notes.get(process);
    if (notes === undefined) {
      notes = { checks: [], texts: 0, reports: [] };
      this.#notes.set(process, notes);
    }
    return notes;
  }

  #judge(one: ProcessLandmarks): ProcessVerdict {
    const { process, row, maps } = one;
    const { checks, texts, reports } = this.#of(process);
    const startUnknown = row?.startUnknown === true;
    // Before its first maps text such a process seems to contradict itself at every turn.
    const from = startUnknown ? (maps[0]?.seq ?? Number.POSITIVE_INFINITY) : 0;
    const evidence = {
      process,
      pid: row?.pid ?? 0,
      program: programName(row),
      coverage: row?.coverage ?? {
        status: "none" as const,
        reasons: ["its start is not in the log"],
      },
      end: row?.end,
      startUnknown,
      texts,
      firstStable: maps[0]?.stable ?? true,
      checks,
      lost: [...one.lost, ...this.#unreadable(one)].sort((a, b) => a.seq - b.seq),
      reports: reports.filter(({ seq }) => seq > from),
    };
    return judgeProcess(evidence, signalName);
  }

  /** Stretches of events that could not be read and may have held some of this process. */
  #unreadable({ process, startSeq, endSeq }: ProcessLandmarks): LostCalls[] {
    const index = this.#reader.chunkIndex();
    return this.#reader.damage.flatMap(({ chunk, firstSeq, count }) => {
      const processes = index.find((entry) => entry.chunk === chunk)?.processes ?? [];
      const touches =
        processes.length === 0
          ? startSeq < firstSeq + count && (endSeq ?? Number.POSITIVE_INFINITY) > firstSeq
          : processes.includes(process);
      const reason = `${countOf(count, "event")} could not be read`;
      return touches ? [{ seq: firstSeq, count, reason }] : [];
    });
  }
}
