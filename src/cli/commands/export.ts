/** maptrail export */

import { useCases } from "../../app/use-cases.ts";
import type { AddCommand } from "../command.ts";
import { exportHelp } from "../format-help.ts";
import { addRecordingFlag, flagsOf, type RecordingFlags } from "../options.ts";

interface Flags extends RecordingFlags {
  output?: string;
}

export const addExport: AddCommand = (program, io, done) => {
  const command = program
    .command("export")
    .description("write a recording for other tools")
    .usage("[options] FORMAT")
    .argument("<format>", "one of those below")
    .option("-o, --output <file>", "where to (the standard output)")
    .option("--db <file>", "the database (maptrail.db here, or MAPTRAIL_DB)");
  addRecordingFlag(command)
    .addHelpText("after", exportHelp)
    .action(async (format: string) => {
      done(await useCases.export({ ...flagsOf<Flags>(command), format }, io));
    });
};
