/** maptrail doctor */

import { useCases } from "../../app/use-cases.ts";
import type { AddCommand } from "../command.ts";
import { addDatabaseOption, flagsOf } from "../options.ts";

interface Flags {
  db?: string;
  json?: boolean;
  journal?: string;
}

export const addDoctor: AddCommand = (program, io, done) => {
  const command = program
    .command("doctor")
    .description("can this machine record, and what to do where it cannot")
    .option("--journal <dir>", "the folder that record would be given")
    .option("--json", "an array with one object a check");
  addDatabaseOption(command).action(async () => {
    done(await useCases.doctor(flagsOf<Flags>(command), io));
  });
};
