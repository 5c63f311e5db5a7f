/** maptrail flame */

import { Option } from "commander";
import type { FlameWeight } from "../../app/flame.ts";
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
  weight?: FlameWeight;
  at?: string;
  pid?: number;
  output?: string;
  json?: boolean;
}

const weights: readonly FlameWeight[] = ["calls", "grown", "moves", "live", "time"];

export const addFlame: AddCommand = (program, io, done) => {
  const command = program
    .command("flame")
    .description("who asked, as folded stacks for flamegraph.pl, speedscope and inferno")
    .addOption(
      new Option(
        "--weight <what>",
        "calls, time in them (nanoseconds), grown (bytes), moves, live (bytes)",
      )
        .choices(weights)
        .default("calls"),
    )
    .option("--at <moment>", "live: #1234, 1.25s, 50%, start, end (end)")
    .addOption(
      new Option("--pid <n>", "live: the process (all of them)").argParser(wholeNumber("--pid", 1)),
    )
    .option("-o, --output <file>", "where to write it (standard output)")
    .option("--db <file>", "the database (maptrail.db here, or MAPTRAIL_DB)")
    .addOption(
      new Option("--recording <n>", "the recording (the newest)").argParser(
        wholeNumber("--recording", 1),
      ),
    )
    .option("--json", "an array of stacks with their weights")
    .addHelpText(
      "after",
      `
  maptrail flame | flamegraph.pl > calls.svg
  maptrail flame --weight grown -o grown.folded    then open it in speedscope
  maptrail flame --weight live --at 50% | inferno-flamegraph > live.svg`,
    );
  addSiteOptions(command).action(async () => {
    done(await useCases.flame(flagsOf<Flags>(command), io));
  });
};
