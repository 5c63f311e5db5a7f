/** maptrail stats */

import { addRecordingOptions, flagsOf, type RecordingFlags } from "../options.ts";
import type { AddCommand } from "../program.ts";

interface Flags extends RecordingFlags {
  json?: boolean;
  full?: boolean;
}

export const addStats: AddCommand = (program, io, done) => {
  const command = program
    .command("stats")
    .description("what growths did, why, and what to change, on one screen")
    .option("--full", "every analysis with its figures")
    .option("--json", "one object: bytes, nanoseconds, counts");
  addRecordingOptions(command).action(async () => {
    const { showStats } = await import("../../app/stats.ts");
    done(await showStats(flagsOf<Flags>(command), io));
  });
};
