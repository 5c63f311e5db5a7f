/** maptrail maps */

import { Option } from "commander";
import { useCases } from "../../app/use-cases.ts";
import type { AddCommand } from "../command.ts";
import { addRecordingOptions, flagsOf, type RecordingFlags, wholeNumber } from "../options.ts";

interface Flags extends RecordingFlags {
  at?: string;
  pid?: number;
  diff?: string;
  age?: boolean;
  lineage?: boolean;
  json?: boolean;
}

export const addMaps: AddCommand = (program, io, done) => {
  const command = program
    .command("maps")
    .description("what was mapped where at a moment, as /proc/PID/maps would show it")
    .option("--at <moment>", "#1234, 1.25s, 50%, start, end (the end)")
    .addOption(new Option("--pid <n>", "the process").argParser(wholeNumber("--pid", 1)))
    .option("--diff <moment>", "what is different at this other moment")
    .option("--age", "how old each region is, and which event gave birth to it")
    .option("--lineage", "and where each mapping has lived before")
    .option("--json", "one object")
    .addHelpText(
      "after",
      `
  maptrail maps --at 50%
  maptrail maps --at '#1200' --diff '#1300'    what a hundred events changed
  maptrail maps --at end --lineage`,
    );
  addRecordingOptions(command).action(async () => {
    done(await useCases.maps(flagsOf<Flags>(command), io));
  });
};
