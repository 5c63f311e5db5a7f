/** maptrail record */

import { useCases } from "../../app/use-cases.ts";
import type { AddCommand } from "../command.ts";
import { addDatabaseOption, flagsOf } from "../options.ts";

interface Flags {
  db?: string;
  quiet?: boolean;
  detachAfterExit?: boolean;
  journal?: string;
  stacks?: string;
  tui?: boolean;
}

export const addRecord: AddCommand = (program, io, done) => {
  const command = program
    .command("record")
    .description("run a program, record its calls, and end as it ends")
    .argument("<cmd...>", "the program and its arguments")
    .usage("[options] [--] CMD ...")
    .passThroughOptions()
    .option("-q, --quiet", "no live line and no summary")
    .option("--detach-after-exit", "end with the program, even if children of it still run")
    .option("--stacks <mode>", "who called: none, caller, fp or unwind (the default)")
    .option("--tui", "look on while it runs; its input is empty, its output goes to a file")
    .option("--journal <dir>", "folder for the journals while it runs")
    .addHelpText(
      "after",
      `
Its input, output, signals and exit status are the program's own. What maptrail
itself has to say goes to stderr.

  maptrail record -- python3 grow.py
  maptrail record -o build.db make -j8`,
    );
  addDatabaseOption(command).action(async (words: string[]) => {
    const { tui, ...flags } = flagsOf<Flags>(command);
    const options = { ...flags, command: words };
    if (tui === true) {
      const { recordWithTui } = await import("../../tui/record.ts");
      done(await recordWithTui(options, io));
      return;
    }
    done((await useCases.record(options, io)).exitCode);
  });
};
