/** What a listing needs besides the events: the processes, files and texts that they refer to. */

import { UserError } from "../base/errors.ts";
import { type ProcessRow, pageBytesOf } from "./processes.ts";
import type { RecordingReader } from "./reader.ts";

export interface EventContext {
  readonly processes: readonly ProcessRow[];
  readonly pageBytes: number;
  readonly eventCount: number;
  readonly durationNanos: number;
  /** 0 for a process whose start is not in the log. */
  pidOf(process: number): number;
  processOf(process: number): ProcessRow | undefined;
  pathOf(file: number): string | undefined;
  /** A text of the recording; undefined when it is missing or damaged. */
  textOf(blob: number): string | undefined;
}

export function eventContext(reader: RecordingReader): EventContext {
  const processes = reader.processes();
  const byNumber = new Map(processes.map((row) => [row.process, row]));
  const chunks = reader.chunkIndex();
  return {
    processes,
    pageBytes: pageBytesOf(processes),
    eventCount: reader.eventCount,
    durationNanos: chunks.reduce((latest, { lastAt }) => Math.max(latest, lastAt), 0),
    pidOf: (process) => byNumber.get(process)?.pid ?? 0,
    processOf: (process) => byNumber.get(process),
    pathOf: (file) => reader.file(file)?.path,
    textOf: (blob) => blobText(reader, blob),
  };
}

export function blobText(reader: RecordingReader, blob: number): string | undefined {
  try {
    return reader.blobText(blob);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

/** The end of `[heap]` in a maps text, undefined when there is none. */
export function heapEnd(maps: string | undefined): number | undefined {
  const last = maps?.match(/^[0-9a-f]+-[0-9a-f]+(?= .*\[heap\]$)/gm)?.at(-1);
  return last === undefined ? undefined : Number.parseInt(last.slice(last.indexOf("-") + 1), 16);
}
