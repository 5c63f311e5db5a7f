/** `maptrail events`: streams the events that a filter lets through. Memory does not grow with them. */

import { exitCodes } from "../base/errors.ts";
import type { RecordingReader } from "../store/reader.ts";
import { type RecordingChoice, reportDamage, withRecording } from "./database.ts";
import { type EventContext, eventContext } from "./event-context.ts";
import type { Term } from "./event-filter.ts";
import { eventJson } from "./event-json.ts";
import { lineFormat } from "./event-line.ts";
import { compileFilter, type EventPredicate } from "./event-predicate.ts";
import type { Io } from "./io.ts";
import { matchingRows } from "./matching-rows.ts";

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
  let count = 0;
  let text = "";
  for (const { batch, row, growth } of matchingRows(reader, context, predicate)) {
    text += `${options.json === true ? eventJson(batch, row, context) : line(batch, row, growth)}\n`;
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
