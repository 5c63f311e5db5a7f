/** maptrail stats */

import { useCases } from "../../app/use-cases.ts";
import { addRecordingOptions, flagsOf, type RecordingFlags } from "../options.ts";
import type { AddCommand } from "../program.ts";

interface Flags extends RecordingFlags {
  json?: boolean;
}

export const addStats: AddCommand = (program, io, done) => {
  const command = program
    .command("stats")
    .description("calls, growths and coverage of a recording, on one screen")
    .option("--json", "one object: bytes, nanoseconds, counts");
  addRecordingOptions(command).action(async () => {
    done(await useCases.stats(flagsOf<Flags>(command), io));
  });
};
