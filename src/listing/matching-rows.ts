/** Walks through the events that a filter lets through. Memory does not grow with them. */

import { type Growth, GrowthClassifier } from "../analyses/recorders/growth.ts";
import type { EventBatch } from "../events/batch.ts";
import { observations } from "../events/kinds.ts";
import { type EventContext, heapEnd } from "../store/event-context.ts";
import type { ChunkRange, RecordingReader } from "../store/reader.ts";
import type { EventPredicate } from "./event-predicate.ts";

/** Valid until the next step. */
export interface MatchingRow {
  readonly batch: EventBatch;
  readonly row: number;
  readonly growth: Growth | undefined;
}

/** In the order of history. */
export function* matchingRows(
  reader: RecordingReader,
  context: EventContext,
  predicate: EventPredicate,
): Generator<MatchingRow> {
  const classifier = new GrowthClassifier(context.pageBytes);
  for (const batch of reader.chunks(rangeOf(predicate, reader))) {
    for (let row = 0; row < batch.length; row += 1) {
      if (batch.kind[row] === observations.mapsObserved) {
        const process = batch.process[row] ?? 0;
        if (classifier.breakOf(process) === undefined) {
          const end = heapEnd(context.textOf(batch.args[0]?.[row] ?? 0));
          if (end !== undefined) classifier.setBreak(process, end);
        }
      }
      const growth = classifier.classify(batch, row);
      if (predicate.matches(batch, row, growth)) yield { batch, row, growth };
    }
  }
}

/** The part of the log that can hold matches. Chunks are told apart by their times without decoding. */
function rangeOf(predicate: EventPredicate, reader: RecordingReader): ChunkRange {
  let from = predicate.seq.low;
  let to = predicate.seq.high;
  const { low, high } = predicate.at;
  const reached = reader
    .chunkIndex()
    .filter(({ firstAt, lastAt }) => lastAt >= low && firstAt <= high);
  const first = reached[0];
  const last = reached.at(-1);
  if (first === undefined || last === undefined) to = 0;
  else {
    from = Math.max(from, first.firstSeq);
    to = Math.min(to, last.firstSeq + last.count - 1);
  }
  // The break before a brk is known from the calls before it.
  if (predicate.needsGrowth) from = 1;
  return { fromSeq: Math.max(1, from), toSeq: to, process: predicate.process };
}
