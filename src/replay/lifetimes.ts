/** Resolves which process and which event `--pid` and `--at` mean. */

import { UserError } from "../base/errors.ts";
import { programName } from "../base/program.ts";
import type { RecordingReader } from "../store/reader.ts";
import { parseInstant, resolveInstant } from "./instant.ts";
import type { Landmarks, ProcessLandmarks } from "./landmarks.ts";

/** A point of a recording's history: after an event, or at a time. `end` is each process's own end. */
export interface Instant {
  /** As the user wrote it. */
  readonly text: string;
  readonly seq?: number;
  readonly atNanos?: number;
  readonly isEnd?: boolean;
}

export function instantOf(text: string, reader: RecordingReader): Instant {
  const spec = parseInstant(text);
  const { eventCount } = reader;
  if (spec.kind === "end") return { text, isEnd: true };
  if (spec.kind === "event" && (spec.seq < 1 || spec.seq > eventCount)) {
    const has = eventCount === 0 ? "no events" : `events @1 to @${eventCount}`;
    throw new UserError(`"${text}" is no event of this recording`, { hint: `It has ${has}.` });
  }
  const durationNanos = reader
    .chunkIndex()
    .reduce((latest, { lastAt }) => Math.max(latest, lastAt), 0);
  return { text, ...resolveInstant(spec, { eventCount, durationNanos }) };
}

/** The processes that were alive then; at `end`, those whose end was not seen. */
export function livingAt(landmarks: Landmarks, instant: Instant): ProcessLandmarks[] {
  return [...landmarks.values()].filter((one) => {
    if (instant.isEnd === true) return one.endSeq === undefined || one.row?.end?.how === "running";
    if (instant.seq !== undefined) {
      return one.startSeq <= instant.seq && (one.endSeq ?? Infinity) > instant.seq;
    }
    const at = instant.atNanos ?? 0;
    return (one.row?.atNanos ?? 0) <= at && (one.row?.end?.atNanos ?? Infinity) > at;
  });
}

export interface ChosenProcess {
  readonly process: ProcessLandmarks;
  /** It was not alive at that instant. */
  readonly isOutside: boolean;
}

/**
 * With a pid: the process that had it then, else the last one before, else the first. Without: the
 * only one that was alive then, or the last to end when none was.
 * Throws a UserError when several were alive, with their list, or when the pid is unknown.
 */
export function chooseProcess(
  landmarks: Landmarks,
  instant: Instant,
  pid: number | undefined,
): ChosenProcess {
  const living = livingAt(landmarks, instant);
  if (pid !== undefined) {
    const named = [...landmarks.values()].filter(({ row }) => row?.pid === pid);
    const alive = living.find(({ row }) => row?.pid === pid);
    const before = named.findLast((one) => hasBegun(one, instant));
    const process = alive ?? before ?? named[0];
    if (process !== undefined) return { process, isOutside: process !== alive };
    throw new UserError(`no process of this recording has the pid ${pid}`, {
      hint: `It has ${listed([...landmarks.values()])}.`,
    });
  }
  const only = living[0];
  if (only !== undefined && living.length === 1) return { process: only, isOutside: false };
  if (living.length > 1) {
    throw new UserError(`${living.length} processes live at ${instant.text}: ${listed(living)}`, {
      hint: `Say which one is meant: --pid ${only?.row?.pid ?? "N"}`,
    });
  }
  const process = [...landmarks.values()]
    .filter((one) => hasBegun(one, instant))
    .sort((a, b) => (a.endSeq ?? 0) - (b.endSeq ?? 0))
    .at(-1);
  if (process !== undefined) return { process, isOutside: true };
  const first = landmarks.values().next().value;
  if (first === undefined) throw new UserError("no process of this recording is known");
  return { process: first, isOutside: true };
}

function hasBegun({ startSeq, row }: ProcessLandmarks, { seq, atNanos }: Instant): boolean {
  if (seq !== undefined) return startSeq <= seq;
  return atNanos === undefined || (row?.atNanos ?? 0) <= atNanos;
}

const mostListed = 8;

function listed(processes: readonly ProcessLandmarks[]): string {
  const names = processes.slice(0, mostListed).map((one) => `${one.row?.pid ?? 0} ${nameOf(one)}`);
  const rest = processes.length - names.length;
  return rest > 0 ? `${names.join(", ")} and ${rest} more` : names.join(", ");
}

export function nameOf({ row }: ProcessLandmarks): string {
  return programName(row);
}

/** The last event of the process that had begun by then. */
export function seqAt(
  reader: RecordingReader,
  { process, startSeq, endSeq }: ProcessLandmarks,
  { seq, atNanos, isEnd }: Instant,
): number {
  const last = endSeq === undefined ? reader.eventCount : endSeq - 1;
  if (isEnd === true) return last;
  if (seq !== undefined) return Math.min(Math.max(seq, startSeq), last);
  const at = atNanos ?? 0;
  for (const entry of reader.chunkIndex()) {
    const { firstSeq, count, lastAt, processes } = entry;
    if (lastAt <= at || !processes.includes(process)) continue;
    for (const batch of reader.chunks({ fromSeq: firstSeq, toSeq: firstSeq + count - 1 })) {
      for (let row = 0; row < batch.length; row++) {
        if (batch.process[row] !== process || batch.at[row]! <= at) continue;
        return Math.min(Math.max(batch.firstSeq + row - 1, startSeq), last);
      }
    }
  }
  return last;
}
