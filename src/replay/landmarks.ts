/** The observations of each process: starts, maps texts, gaps, ends. */

import type { EventBatch } from "../events/batch.ts";
import { type Moment, momentOf, observations } from "../events/kinds.ts";
import type { LostCalls } from "../events/process.ts";
import { blobText } from "../store/event-context.ts";
import { foldProcesses, type ProcessRow } from "../store/processes.ts";
import type { RecordingReader } from "../store/reader.ts";

/** A maps text of a process, in the log. */
export interface MapsText {
  readonly seq: number;
  readonly atNanos: number;
  readonly blob: number;
  readonly moment: Moment | undefined;
  /** No call ran while it was read. */
  readonly stable: boolean;
}

export interface ProcessLandmarks {
  readonly process: number;
  /** Undefined when its start is not in the log, or cannot be read. */
  row: ProcessRow | undefined;
  /** Events of its start and its end. */
  startSeq: number;
  endSeq: number | undefined;
  readonly maps: MapsText[];
  readonly lost: LostCalls[];
}

export type Landmarks = ReadonlyMap<number, ProcessLandmarks>;

/** Reads the chunks that hold observations, once. Ascending by the number of the process. */
export function readLandmarks(reader: RecordingReader): Landmarks {
  const found = new Map<number, ProcessLandmarks>();
  const text = (blob: number): string | undefined => blobText(reader, blob);
  const rows = foldProcesses(noting(reader, found, text), text);
  for (const row of rows) {
    const landmarks = found.get(row.process);
    if (landmarks !== undefined) landmarks.row = row;
  }
  return new Map([...found].sort(([a], [b]) => a - b));
}

function* noting(
  reader: RecordingReader,
  found: Map<number, ProcessLandmarks>,
  text: (blob: number) => string | undefined,
): Generator<EventBatch> {
  for (const batch of reader.observationChunks()) {
    for (let row = 0; row < batch.length; row++) {
      if (batch.kind[row]! >= observations.processStarted) note(batch, row, found, text);
    }
    yield batch;
  }
}

function note(
  batch: EventBatch,
  row: number,
  found: Map<number, ProcessLandmarks>,
  text: (blob: number) => string | undefined,
): void {
  const process = batch.process[row]!;
  const seq = batch.firstSeq + row;
  let one = found.get(process);
  if (one === undefined) {
    one = { process, row: undefined, startSeq: seq, endSeq: undefined, maps: [], lost: [] };
    found.set(process, one);
  }
  switch (batch.kind[row]) {
    case observations.mapsObserved:
      one.maps.push(mapsTextAt(batch, row));
      break;
    case observations.callsLost: {
      const reason = text(batch.args[1]![row]!) ?? "the reason could not be read";
      one.lost.push({ seq, count: batch.args[0]![row]!, reason });
      break;
    }
    case observations.processEnded:
      one.endSeq = seq;
      break;
    default:
  }
}

/** The maps text of a mapsObserved row. */
export function mapsTextAt(batch: EventBatch, row: number): MapsText {
  return {
    seq: batch.firstSeq + row,
    atNanos: batch.at[row]!,
    blob: batch.args[0]![row]!,
    moment: momentOf(batch.args[1]![row]!),
    stable: batch.args[2]![row] === 1,
  };
}
