/** `maptrail stats --by`: the calls of a recording, grouped by call site. */

import { exitCodes } from "../base/errors.ts";
import { baseName } from "../base/program.ts";
import { type CallerGroup, callersText } from "../reports/callers.ts";
import { type CallSites, callSites } from "../sites/call-sites.ts";
import { type CodeFrame, frameName, functionName } from "../sites/code-frame.ts";
import { eventContext } from "../store/event-context.ts";
import type { Io } from "./io/io.ts";
import { type RecordingChoice, reportDamage, withRecording } from "./open/database.ts";
import { reportNotes, type SiteChoice, siteOptions } from "./open/site-choice.ts";
import { type EventWeight, eachWeight } from "./passes/weights.ts";

/** The grouping of calls: by the site's function, file or module, or by the whole stack. */
export const groupings = ["function", "file", "module", "stack"] as const;
export type Grouping = (typeof groupings)[number];

export interface StatsByOptions extends RecordingChoice, SiteChoice {
  readonly by: Grouping;
  readonly json?: boolean | undefined;
}

type Sum = { -readonly [name in keyof EventWeight]: EventWeight[name] };

/** Returns the exit code: 3 when events could not be read. */
export function showStatsBy(options: StatsByOptions, io: Io): Promise<number> {
  return withRecording(options, io, async ({ row, reader }) => {
    const { by } = options;
    const sites = callSites(reader, row, siteOptions(options, io));
    const sums = new Map<number, Sum>();
    eachWeight(reader, eventContext(reader).pageBytes, (batch, at, weight) => {
      const key = by === "stack" ? sites.stackNumberOf(batch, at) : sites.siteOf(batch, at);
      const sum = sums.get(key);
      if (sum === undefined) sums.set(key, { ...weight });
      else add(sum, weight);
    });
    const groups = named(sums, by, sites);
    const text =
      options.json === true
        ? JSON.stringify({ recording: row.id, by, groups })
        : callersText(groups, by, io.out.style);
    await io.out.write(`${text}\n`);
    await reportNotes(sites, io);
    return (await reportDamage(reader, io)) ? exitCodes.damagedInput : exitCodes.ok;
  });
}

function add(sum: Sum, weight: EventWeight): void {
  sum.calls += weight.calls;
  sum.grownBytes += weight.grownBytes;
  sum.moves += weight.moves;
  sum.nanos += weight.nanos;
}

/** Places of the same name are one; who grew most comes first, then who called most. */
function named(sums: ReadonlyMap<number, Sum>, by: Grouping, sites: CallSites): CallerGroup[] {
  const groups = new Map<string, Sum>();
  for (const [key, sum] of sums) {
    const name = by === "stack" ? stackName(key, sites) : placeName(sites.frame(key), by);
    const known = groups.get(name);
    if (known === undefined) groups.set(name, { ...sum });
    else add(known, sum);
  }
  return [...groups]
    .map(([name, sum]) => ({ name, ...sum }))
    .sort((a, b) => b.grownBytes - a.grownBytes || b.calls - a.calls || (a.name < b.name ? -1 : 1));
}

function placeName(frame: CodeFrame | undefined, by: Exclude<Grouping, "stack">): string {
  if (frame === undefined) return "unknown";
  const { module, file } = frame;
  if (by === "function") return functionName(frame);
  const code = module === "" ? "code made at run time" : module;
  if (by === "module") return code;
  // Where no file is known, the module is the next best.
  return file ?? baseName(code);
}

/** `grow (buffer.c:12) < main (buffer.c:40)` */
function stackName(number: number, sites: CallSites): string {
  const { frames } = sites.stack(number);
  return frames.length === 0 ? "unknown" : frames.map(frameName).join(" < ");
}
