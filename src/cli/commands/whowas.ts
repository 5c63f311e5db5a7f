/** maptrail whowas */

import { Option } from "commander";
import { useCases } from "../../app/use-cases.ts";
import type { AddCommand } from "../command.ts";
import {
  addRecordingOptions,
  addSiteOptions,
  flagsOf,
  type RecordingFlags,
  type SiteFlags,
  wholeNumber,
} from "../options.ts";

interface Flags extends RecordingFlags, SiteFlags {
  at?: string;
  pid?: number;
  json?: boolean;
}

export const addWhowas: AddCommand = (program, io, done) => {
  const command = program
    .command("whowas")
    .description("everyone who ever held an address, and what became of it")
    .argument("<address>", "hexadecimal, as a crash report has it")
    .option("--at <moment>", "as it was then: #1234, 1.25s, 50% (the process's end)")
    .addOption(
      new Option("--pid <n>", "the process (all of them)").argParser(wholeNumber("--pid", 1)),
    )
    .option("--json", "one object")
    .addHelpText(
      "after",
      `
  maptrail whowas 0x7f1234000000
  maptrail whowas 7f12_3400_0010 --at 1.25s --pid 4121`,
    );
  addSiteOptions(addRecordingOptions(command)).action(async (address: string) => {
    done(await useCases.whowas({ ...flagsOf<Flags>(command), address }, io));
  });
};
