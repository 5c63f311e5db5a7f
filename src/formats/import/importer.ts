/** The interface of importers: recognising a text and making events of it. */

import type { EventBatch } from "../../events/batch.ts";

/** A text to import, in pieces of any length, cut anywhere. */
export interface ImportFile {
  /** As the user named it. */
  readonly name: string;
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** Where a recording came from: known before its first event, and never changed. */
export interface Origin {
  /** Empty when unknown. */
  readonly command: readonly string[];
  /** CLOCK_REALTIME; undefined where the text has no date. */
  readonly startedAtUnixNanos: bigint | undefined;
}

/** The output of an importer, written by a RecordingWriter. */
export interface ImportSink {
  /** Once, before anything else. */
  begin(origin: Origin): void;
  /** The id of a text, from 1. */
  blob(bytes: Uint8Array): number;
  /** The id of a file, from 1. */
  file(file: { readonly dev: number; readonly inode: string; readonly path: string }): number;
  /** Rows in history order; the importer may reuse the batch afterwards. */
  append(batch: EventBatch): void;
}

/** A line that could not be read. */
export interface Problem {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** The end of a sentence about the line. */
  readonly reason: string;
  /** The beginning of the line, as UTF-8 where it is that. */
  readonly text: string;
}

export interface ImportResult {
  /** Lines read, in all files. */
  readonly lines: number;
  /** Calls that became events. */
  readonly calls: number;
  /** The first ones. */
  readonly problems: readonly Problem[];
  readonly problemCount: number;
  /** Time from the first event to the last; 0 where the text has no times. */
  readonly durationNanos: number;
}

/** A maps text that the user supplies with a log. */
export interface GivenMaps {
  /** Undefined is the first process of the log. */
  readonly pid: number | undefined;
  readonly bytes: Uint8Array;
  /** When it was read: before the process's first call in the log, or after its last. */
  readonly when: "start" | "end";
}

export interface ImportJob {
  readonly files: readonly ImportFile[];
  readonly sink: ImportSink;
  readonly maps: readonly GivenMaps[];
}

export interface Importer {
  /** For `--format` and for the recording's source. */
  readonly name: string;
  /** What it reads, for help: the end of a sentence. */
  readonly reads: string;
  /**
   * How much of the beginning of a text is this importer's, from 0 to 1. `head` holds whole lines
   * where the text has any; bytes are Latin-1 characters.
   */
  detect(head: string): number;
  /** Reads everything and appends its events. Throws UserErrors; damaged lines are problems instead. */
  run(job: ImportJob): Promise<ImportResult>;
}

/** The share of the lines that match, of those that say anything. */
export function shareOfLines(head: string, isMine: (line: string) => boolean): number {
  const lines = head.split("\n").filter((line) => line.trim() !== "");
  if (lines.length === 0) return 0;
  return lines.filter(isMine).length / lines.length;
}
