/** The weight of an event when calls are grouped by call site. */

import { GrowthClassifier } from "../../analyses/recorders/growth.ts";
import type { EventBatch } from "../../events/batch.ts";
import { isCallCode, observations } from "../../events/kinds.ts";
import { blobText, heapEnd } from "../../store/event-context.ts";
import type { RecordingReader } from "../../store/reader.ts";

export interface EventWeight {
  readonly calls: number;
  /** Bytes that growths were given: in place, moved, relocated. */
  readonly grownBytes: number;
  /** Growths that the kernel moved. */
  readonly moves: number;
  /** Time in the calls. */
  readonly nanos: number;
}

export type WeightVisitor = (batch: EventBatch, row: number, weight: EventWeight) => void;

/** Every call of a recording with its weight, in history order. */
export function eachWeight(reader: RecordingReader, pageBytes: number, visit: WeightVisitor): void {
  const classifier = new GrowthClassifier(pageBytes);
  for (const batch of reader.chunks()) {
    for (let row = 0; row < batch.length; row += 1) {
      const kind = batch.kind[row] ?? 0;
      if (isCallCode(kind)) visit(batch, row, weightOf(batch, row, classifier));
      else if (kind === observations.mapsObserved) noteBreak(batch, row, classifier, reader);
    }
  }
}

function weightOf(batch: EventBatch, row: number, classifier: GrowthClassifier): EventWeight {
  const growth = classifier.classify(batch, row);
  const outcome = growth?.outcome;
  const hasGrown = outcome === "inPlace" || outcome === "moved" || outcome === "relocated";
  return {
    calls: 1,
    grownBytes: hasGrown ? (growth?.bytes ?? 0) : 0,
    moves: outcome === "moved" ? 1 : 0,
    nanos: Math.max(0, batch.duration[row] ?? 0),
  };
}

/** The first maps text of a process has its break before the first brk. */
function noteBreak(
  batch: EventBatch,
  row: number,
  classifier: GrowthClassifier,
  reader: RecordingReader,
): void {
  const process = batch.process[row] ?? 0;
  if (classifier.breakOf(process) !== undefined) return;
  const end = heapEnd(blobText(reader, batch.args[0]?.[row] ?? 0));
  if (end !== undefined) classifier.setBreak(process, end);
}
