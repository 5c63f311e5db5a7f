/** maptrail list */

import { useCases } from "../../app/use-cases.ts";
import type { AddCommand } from "../command.ts";
import { addDatabaseOption, flagsOf } from "../options.ts";

interface Flags {
  db?: string;
  json?: boolean;
}

export const addList: AddCommand = (program, io, done) => {
  const command = program
    .command("list")
    .description("the recordings of a database, the newest last")
    .option("--json", "an array with one object a recording");
  addDatabaseOption(command).action(async () => {
    done(await useCases.list(flagsOf<Flags>(command), io));
  });
};
