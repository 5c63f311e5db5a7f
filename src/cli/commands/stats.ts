/** maptrail stats */

import { Option } from "commander";
import type { Grouping } from "../../app/stats-by.ts";
import { useCases } from "../../app/use-cases.ts";
import type { AddCommand } from "../command.ts";
import {
  addRecordingOptions,
  addSiteOptions,
  flagsOf,
  type RecordingFlags,
  type SiteFlags,
} from "../options.ts";

interface Flags extends RecordingFlags, SiteFlags {
  by?: Grouping;
  json?: boolean;
  full?: boolean;
}

const groupings: readonly Grouping[] = ["function", "file", "module", "stack"];

export const addStats: AddCommand = (program, io, done) => {
  const command = program
    .command("stats")
    .description("what growths did, why, and what to change, on one screen")
    .option("--full", "every analysis with its figures")
    .addOption(new Option("--by <what>", "the calls added up by who made them").choices(groupings))
    .option("--json", "one object: bytes, nanoseconds, counts");
  addSiteOptions(addRecordingOptions(command)).action(async () => {
    const { by, ...flags } = flagsOf<Flags>(command);
    if (by !== undefined) {
      done(await useCases.statsBy({ ...flags, by }, io));
      return;
    }
    done(await useCases.stats(flags, io));
  });
};
