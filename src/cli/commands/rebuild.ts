/** maptrail rebuild */

import { useCases } from "../../app/use-cases.ts";
import type { AddCommand } from "../command.ts";
import { addRecordingOptions, flagsOf, type RecordingFlags } from "../options.ts";

interface Flags extends RecordingFlags {
  all?: boolean;
  check?: boolean;
}

export const addRebuild: AddCommand = (program, io, done) => {
  const command = program
    .command("rebuild")
    .description("drop the SQL tables of a recording and make them again from the event log")
    .option("--all", "of every recording in the database")
    .option("--check", "also read everything back and compare checksums");
  addRecordingOptions(command).action(async () => {
    done(await useCases.rebuild(flagsOf<Flags>(command), io));
  });
};
