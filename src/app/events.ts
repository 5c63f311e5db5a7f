/** `maptrail events`: streams the events that match a filter, in constant memory. */

import { exitCodes } from "../base/errors.ts";
import type { Term } from "../listing/event-filter.ts";
import { eventTexts } from "../listing/event-json.ts";
import { type LineFormat, lineFormat } from "../listing/event-line.ts";
import { compileFilter, type EventPredicate } from "../listing/event-predicate.ts";
import { matchingRows } from "../listing/matching-rows.ts";
import { stackLines } from "../listing/stack-lines.ts";
import { type CallSites, callSites } from "../sites/call-sites.ts";
import { type EventContext, eventContext } from "../store/event-context.ts";
import type { RecordingReader } from "../store/reader.ts";
import type { Io } from "./io/io.ts";
import { type RecordingChoice, reportDamage, withRecording } from "./open/database.ts";
import { reportNotes, type SiteChoice, siteOptions } from "./open/site-choice.ts";

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
  let count = 0;
  let text = "";
  for (const { batch, row, growth } of matchingRows(reader, context, predicate)) {
    text += format(batch, row, growth);
    count += 1;
    if (text.length >= blockCharacters) {
      await io.out.write(text);
      text = "";
    }
    if (count >= limit) break;
  }
  await io.out.write(text);
  return count;
}

/** The text of an event, with its stack where that is wanted. */
function eventFormat(
  context: EventContext,
  sites: CallSites,
  { json, exact, stacks }: EventsOptions,
  io: Io,
): LineFormat {
  if (json === true) {
    const textOf = eventTexts(context, { sites, stacks: stacks === true });
    return (batch, row) => `${textOf(batch, row)}\n`;
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
