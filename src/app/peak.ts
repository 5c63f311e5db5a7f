/** How large a process's address space became: needs the replay, which is another room. */

import type { EventBatch } from "../events/batch.ts";
import type { RecordingReader } from "../store/reader.ts";

/** A second fold over the pass that counts calls. */
export interface PeakFold {
  feed(batch: EventBatch): void;
  /** The largest that any one process's space became; undefined when nothing could be replayed. */
  result(): { readonly peakMappedBytes: number; readonly peakRegions: number } | undefined;
}

/** Undefined while nothing replays; the figures are then left out. */
export function createPeakFold(_reader: RecordingReader): PeakFold | undefined {
  return undefined;
}
