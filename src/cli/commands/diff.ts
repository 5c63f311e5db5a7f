/** maptrail diff */

import { useCases } from "../../app/use-cases.ts";
import type { AddCommand } from "../command.ts";
import { addSiteOptions, flagsOf, type SiteFlags } from "../options.ts";

interface Flags extends SiteFlags {
  db?: string;
  output?: string;
  format?: string;
  json?: boolean;
  failOn?: string[];
}

export const addDiff: AddCommand = (program, io, done) => {
  const command = program
    .command("diff")
    .description("two recordings of a program held against each other")
    .argument("<a>", "the earlier: 3, before.db or before.db#3")
    .argument("<b>", "the later, in the same forms")
    .option("--format <format>", "text, md, html or json (by the name of FILE, else text)")
    .option("-o, --output <file>", "where to write it (standard output)")
    .option("--db <file>", "the database (maptrail.db here, or MAPTRAIL_DB)")
    .option("--json", "the same as --format json")
    .option(
      "--fail-on <condition>",
      "exit with 1 where it is met; may stand often",
      (text: string, all: string[] = []) => [...all, text],
    )
    .addHelpText(
      "after",
      `
Calls are matched by site, size and order; addresses change from run to run.

  maptrail diff 3 4
  maptrail diff before.db after.db -o diff.html
  maptrail diff 3 4 --fail-on 'moved>+10%' --fail-on 'peak>+64MiB'

A condition is a metric, one of > >= < <=, and a change with its sign: percent
of what it was, or the metric's own unit (counts, KiB, ms; percentage points
for moved-share). Metrics: growths, moved, moved-share, in-place, relocated,
refused, mremap-time, peak, regions, calls, failed, call-time, duration,
processes, new-sites, gone-sites, and each call by its name.`,
    );
  addSiteOptions(command).action(async (a: string, b: string) => {
    const { json, format, ...flags } = flagsOf<Flags>(command);
    done(await useCases.diff({ ...flags, a, b, format: json === true ? "json" : format }, io));
  });
};
