/** The interface of exporters: the recording that they read and the stream that they write to. */

import type { EventBatch } from "../../events/batch.ts";
import type { ProcessEnd, ProcessStart } from "../../events/process.ts";
import type { ResidencyInterval } from "../../space/residency-interval.ts";

/** The output. Both promises resolve once there is room for more, so that a slow reader slows the export. */
export interface ExportOut {
  text(text: string): Promise<void>;
  bytes(bytes: Uint8Array): Promise<void>;
}

export type ExportedProcess = ProcessStart & { readonly end: ProcessEnd | undefined };

export interface ExportedRecording {
  readonly id: number;
  readonly command: readonly string[];
  readonly startedAtUnixNanos: bigint;
  readonly durationNanos: number;
  /** "native", or the importer's name. */
  readonly source: string;
}

/** Events with the size of their process's space after each. */
export interface MeasuredBatch {
  readonly batch: EventBatch;
  /** Bytes and regions of the row's process; NaN where its space is not known. */
  readonly mappedBytes: Float64Array;
  readonly regions: Float64Array;
}

/** Figures over the whole recording. */
export interface ExportedTotals {
  readonly calls: readonly {
    readonly call: string;
    readonly count: number;
    readonly failed: number;
    readonly nanos: number;
  }[];
  readonly growths: readonly {
    readonly outcome: string;
    readonly count: number;
    readonly bytes: number;
    readonly nanos: number;
  }[];
  readonly lostCalls: number;
  readonly peakMappedBytes: number | undefined;
  readonly peakRegions: number | undefined;
}

/** A function on a stack. */
export interface NamedFrame {
  readonly name: string;
  /** Of its source, where that is known. */
  readonly file?: string | undefined;
  readonly line?: number | undefined;
}

export interface ExportSource {
  readonly recording: ExportedRecording;
  readonly processes: readonly ExportedProcess[];
  readonly pageBytes: number;
  readonly eventCount: number;
  /** All events in history order; a batch is valid until the next step. */
  batches(): Iterable<EventBatch>;
  pathOf(file: number): string | undefined;
  /** A number for the call's stack: equal numbers, equal stack; 0 is unknown. */
  stackNumberOf(batch: EventBatch, row: number): number;
  /** The stack of that number, the innermost frame first; to be called after all numbers were requested. */
  stackOf(stack: number): readonly NamedFrame[];
  /** The event as `maptrail events --json` writes it. */
  eventJson(batch: EventBatch, row: number): string;
  /** In the order of their ends, those that live at the end last. */
  residencyIntervals(): Iterable<ResidencyInterval>;
  measured(): Iterable<MeasuredBatch>;
  totals(): ExportedTotals;
}

export interface Exporter {
  /** As `maptrail export` takes it. */
  readonly name: string;
  /** What it writes and who reads it, for help: the end of a sentence. */
  readonly writes: string;
  /** Not for a terminal. */
  readonly isBinary: boolean;
  /** Throws a UserError, before it writes anything, when the recording has nothing to export. */
  run(source: ExportSource, out: ExportOut): Promise<void>;
}
