/** maptrail recover */

import { addDatabaseOption, flagsOf } from "../options.ts";
import type { AddCommand } from "../program.ts";

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
    const { recover } = await import("../../app/recover.ts");
    done(await recover({ ...flagsOf<Flags>(command), folder }, io));
  });
};
