/** maptrail tui */

import type { AddCommand } from "../command.ts";
import { addRecordingOptions, flagsOf, type RecordingFlags } from "../options.ts";

interface Flags extends RecordingFlags {
  live?: boolean;
  at?: string;
}

export const addTui: AddCommand = (program, io, done) => {
  const command = program
    .command("tui")
    .description("look at an address space as it lives: map, timeline, events, findings")
    .argument("[db]", "the database, as with --db")
    .option("--at <moment>", "where to begin: #1234, 1.25s, 50%, start, end (the end)")
    .option("--live", "stay on the newest event of a recording that is being made")
    .addHelpText(
      "after",
      `
? shows the keys. NO_COLOR, 16 and 256 colours are obeyed.

  maptrail tui
  maptrail tui --live                beside another terminal that records
  maptrail record --tui -- CMD ...   record, and look on while it runs`,
    );
  addRecordingOptions(command).action(async (db: string | undefined) => {
    const { openTui } = await import("../../tui/main.ts");
    const flags = flagsOf<Flags>(command);
    done(await openTui({ ...flags, ...(db === undefined ? {} : { db }) }, io));
  });
};
