/** maptrail import */

import { useCases } from "../../app/use-cases.ts";
import type { AddCommand } from "../command.ts";
import { importHelp } from "../format-help.ts";
import { addDatabaseOption, flagsOf } from "../options.ts";

interface Flags {
  db?: string;
  format?: string;
  maps?: string[];
  endMaps?: string[];
  quiet?: boolean;
}

const collect = (value: string, before: string[] | undefined): string[] => [
  ...(before ?? []),
  value,
];

export const addImport: AddCommand = (program, io, done) => {
  const command = program
    .command("import")
    .description("make a recording of another tool's log")
    .usage("[options] FILE...")
    .argument("<file...>", "one log, or the files of one run (strace -ff); - is the input")
    .option("--format <name>", "its format, where it is not recognised")
    .option("--maps <[PID=]FILE>", "/proc/PID/maps as it was before the log's first call", collect)
    .option("--end-maps <[PID=]FILE>", "the same, behind its last call", collect)
    .option("-q, --quiet", "no summary");
  addDatabaseOption(command)
    .addHelpText("after", importHelp)
    .action(async (files: string[]) => {
      done(await useCases.import({ ...flagsOf<Flags>(command), files }, io));
    });
};
