/** `maptrail stats`: the figures of a recording, in one pass over its events. */

import { exitCodes } from "../base/errors.ts";
import type { Style } from "../base/style.ts";
import { analysesText } from "../reports/sections/text.ts";
import { statsText } from "../reports/stats.ts";
import { callSites } from "../sites/call-sites.ts";
import type { Io } from "./io/io.ts";
import { type RecordingChoice, reportDamage, withRecording } from "./open/database.ts";
import { reportNotes, type SiteChoice, siteOptions } from "./open/site-choice.ts";
import { type Examination, examine } from "./passes/examination.ts";

export interface StatsOptions extends RecordingChoice, SiteChoice {
  readonly json?: boolean | undefined;
  /** Every analysis, and not only what is worth knowing first. */
  readonly full?: boolean | undefined;
}

/** Returns the exit code: 3 when events could not be read. */
export function showStats(options: StatsOptions, io: Io): Promise<number> {
  return withRecording(options, io, async ({ row, reader }) => {
    const sites = callSites(reader, row, siteOptions(options, io));
    const examination = examine(row, reader, { analyses: { sites } });
    await io.out.write(`${textOf(examination, options, io.out.style)}\n`);
    if (options.json !== true) await reportNotes(sites, io);
    return (await reportDamage(reader, io)) ? exitCodes.damagedInput : exitCodes.ok;
  });
}

function textOf({ stats, analyses }: Examination, options: StatsOptions, style: Style): string {
  const { results, findings } = analyses;
  if (options.json === true) return JSON.stringify({ ...stats, analyses: results, findings });
  const shown = { stats, findings, blockers: analyses.of("blockers")?.data };
  if (options.full !== true) return statsText(shown, style);
  return `${statsText(shown, style)}\n\n${analysesText(analyses, style)}`;
}
