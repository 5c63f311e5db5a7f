/** `maptrail events`: streams the events that a filter lets through. Memory does not grow with them. */

import { GrowthClassifier } from "../analyses/growth.ts";
import { exitCodes } from "../base/errors.ts";
import { observations } from "../events/kinds.ts";
import type { ChunkRange, RecordingReader } from "../store/reader.ts";
import { type RecordingChoice, reportDamage, withRecording } from "./database.ts";
import { type EventContext, eventContext, heapEnd } from "./event-context.ts";
import type { Term } from "./event-filter.ts";
import { eventJson } from "./event-json.ts";
import { lineFormat } from "./event-line.ts";
import { compileFilter, type EventPredicate } from "./event-predicate.ts";
import type { Io } from "./io.ts";

export interface EventsOptions extends RecordingChoice {
  readonly terms: readonly Term[];
  readonly json?: boolean | undefined;
  readonly exact?: boolean | undefined;
  /** No limit when undefined. */
  readonly limit?: number | undefined;
}

/** How much text is collected before it is written. */
const blockCharacters = 1 << 16;

/** Returns the exit code: 3 when events could not be read. */
export function listEvents(options: EventsOptions, io: Io): Promise<number> {
  return withRecording(options, io, async ({ reader }) => {
    const context = eventContext(reader);
    const predicate = compileFilter(options.terms, context);
    const count = await writeEvents(reader, context, predicate, options, io);
    if (count === 0 && options.json !== true) {
      await io.err.write(`${io.err.style.paint("quiet", "no event matches")}\n`);
    }
    return (await reportDamage(reader, io)) ? exitCodes.damagedInput : exitCodes.ok;
  });
}

async function writeEvents(
  reader: RecordingReader,
  context: EventContext,
  predicate: EventPredicate,
  options: EventsOptions,
  io: Io,
): Promise<number> {
  const limit = options.limit ?? Number.POSITIVE_INFINITY;
  if (limit === 0) return 0;
  const line = lineFormat(context, io.out.style, { exact: options.exact === true });
  const classifier = new GrowthClassifier(context.pageBytes);
  let count = 0;
  let text = "";
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
      if (!predicate.matches(batch, row, growth)) continue;
      text += `${options.json === true ? eventJson(batch, row, context) : line(batch, row, growth)}\n`;
      count += 1;
      if (text.length >= blockCharacters) {
        await io.out.write(text);
        text = "";
      }
      if (count >= limit) {
        await io.out.write(text);
        return count;
      }
    }
  }
  await io.out.write(text);
  return count;
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
