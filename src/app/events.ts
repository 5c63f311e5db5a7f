/** `maptrail events`: streams the events that a filter lets through. Memory does not grow with them. */

import { GrowthClassifier } from "../analyses/growth.ts";
import { exitCodes } from "../base/errors.ts";
import { observations } from "../events/kinds.ts";
import type { ChunkRange, RecordingReader } from "../store/reader.ts";
import { type CallSites, callSites } from "./call-sites.ts";
import { type RecordingChoice, reportDamage, withRecording } from "./database.ts";
import { type EventContext, eventContext, heapEnd } from "./event-context.ts";
import type { Term } from "./event-filter.ts";
import { eventJson } from "./event-json.ts";
import { type LineFormat, lineFormat } from "./event-line.ts";
import { compileFilter, type EventPredicate } from "./event-predicate.ts";
import type { Io } from "./io.ts";
import { reportNotes, type SiteChoice, siteOptions } from "./site-choice.ts";
import { stackLines } from "./stack-lines.ts";

export interface EventsOptions extends RecordingChoice, SiteChoice {
  readonly terms: readonly Term[];
  readonly json?: boolean | undefined;
  readonly exact?: boolean | undefined;
  /** The whole stack under each event, or in it. */
  readonly stacks?: boolean | undefined;
  /** No limit when undefined. */
  readonly limit?: number | undefined;
}

/** How much text is collected before it is written. */
const blockCharacters = 1 << 16;

/** Returns the exit code: 3 when events could not be read. */
export function listEvents(options: EventsOptions, io: Io): Promise<number> {
  return withRecording(options, io, async ({ row, reader }) => {
    const context = eventContext(reader);
    const predicate = compileFilter(options.terms, context);
    const sites = callSites(reader, row, siteOptions(options, io));
    const count = await writeEvents(reader, context, predicate, sites, options, io);
    if (count === 0 && options.json !== true) {
      await io.err.write(`${io.err.style.paint("quiet", "no event matches")}\n`);
    }
    await reportNotes(sites, io);
    return (await reportDamage(reader, io)) ? exitCodes.damagedInput : exitCodes.ok;
  });
}

async function writeEvents(
  reader: RecordingReader,
  context: EventContext,
  predicate: EventPredicate,
  sites: CallSites,
  options: EventsOptions,
  io: Io,
): Promise<number> {
  const limit = options.limit ?? Number.POSITIVE_INFINITY;
  if (limit === 0) return 0;
  const format = eventFormat(context, sites, options, io);
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
      text += format(batch, row, growth);
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

/** The text of an event with all that belongs under it, as it is asked for. */
function eventFormat(
  context: EventContext,
  sites: CallSites,
  { json, exact, stacks }: EventsOptions,
  io: Io,
): LineFormat {
  if (json === true) {
    const wanted = { sites, stacks: stacks === true ? new Map<number, string>() : undefined };
    return (batch, row) => `${eventJson(batch, row, context, wanted)}\n`;
  }
  const { style } = io.out;
  const line = lineFormat(context, style, {
    exact: exact === true,
    sites: stacks === true ? undefined : sites,
  });
  if (stacks !== true) return (batch, row, growth) => `${line(batch, row, growth)}\n`;
  const indent = " ".repeat(8);
  return (batch, row, growth) =>
    `${line(batch, row, growth)}\n${stackLines(sites.stack(sites.stackNumberOf(batch, row)), indent, style)}`;
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
