/** maptrail verify */

import { useCases } from "../../app/use-cases.ts";
import type { AddCommand } from "../command.ts";
import { addRecordingOptions, flagsOf, type RecordingFlags } from "../options.ts";

interface Flags extends RecordingFlags {
  json?: boolean;
}

export const addVerify: AddCommand = (program, io, done) => {
  const command = program
    .command("verify")
    .description("replay each process and hold it against the kernel's own maps")
    .option("--json", "one object: a verdict and its ranges for each process")
    .addHelpText(
      "after",
      `
exact          every maps text equals the replay, byte for byte
diverged       something differs, or an event is impossible; the exit code is 1
unverifiable   there is nothing to compare with, and why`,
    );
  addRecordingOptions(command).action(async () => {
    done(await useCases.verify(flagsOf<Flags>(command), io));
  });
};
