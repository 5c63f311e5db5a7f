/** maptrail report */

import { Option } from "commander";
import { useCases } from "../../app/use-cases.ts";
import type { AddCommand } from "../command.ts";
import {
  addSiteOptions,
  flagsOf,
  type RecordingFlags,
  type SiteFlags,
  wholeNumber,
} from "../options.ts";

interface Flags extends RecordingFlags, SiteFlags {
  format?: string;
  output?: string;
}

/** -o names the report here; the database is --db, or -o in front of the command. */
export const addReport: AddCommand = (program, io, done) => {
  const command = program
    .command("report")
    .description("a page to look at and to send, or Markdown, JSON or text")
    .option("--format <format>", "html, md, json or text (by the name of FILE, else html)")
    .option("-o, --output <file>", "where to write it (standard output)")
    .option("--db <file>", "the database (maptrail.db here, or MAPTRAIL_DB)")
    .addOption(
      new Option("--recording <n>", "the recording (the newest)").argParser(
        wholeNumber("--recording", 1),
      ),
    );
  addSiteOptions(command)
    .addHelpText(
      "after",
      `
The page is one file with nothing from elsewhere: it opens without a network, and
can be read and printed without JavaScript.

  maptrail report -o report.html
  maptrail report --format md >> pull-request.md
  maptrail report --db other.db --recording 2 -o report.html`,
    )
    .action(async () => {
      done(await useCases.report(flagsOf<Flags>(command), io));
    });
};
