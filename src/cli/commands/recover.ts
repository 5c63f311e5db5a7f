/** maptrail recover */

import { useCases } from "../../app/use-cases.ts";
import type { AddCommand } from "../command.ts";
import { addDatabaseOption, flagsOf } from "../options.ts";

interface Flags {
  db?: string;
  quiet?: boolean;
}

export const addRecover: AddCommand = (program, io, done) => {
  const command = program
    .command("recover")
    .description("make a recording of what a killed recorder left behind")
    .argument("<dir>", "the session's folder")
    .option("-q, --quiet", "no summary");
  addDatabaseOption(command).action(async (folder: string) => {
    done(await useCases.recover({ ...flagsOf<Flags>(command), folder }, io));
  });
};
