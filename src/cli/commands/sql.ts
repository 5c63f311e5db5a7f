/** maptrail sql */

import { readFileSync } from "node:fs";
import { Option } from "commander";
import { useCases } from "../../app/use-cases.ts";
import type { AddCommand } from "../command.ts";
import { addDatabaseOption, flagsOf } from "../options.ts";

interface Flags {
  db?: string;
  json?: boolean;
  csv?: boolean;
}

export const addSql: AddCommand = (program, io, done) => {
  const command = program
    .command("sql")
    .description("run one statement that reads, and show its rows")
    .argument("[statement...]", "without one it is read from stdin")
    .usage("[options] STATEMENT")
    .option("--json", "an array with one object a row")
    .addOption(new Option("--csv", "comma-separated values with a header").conflicts("json"))
    .addHelpText(
      "after",
      `
The tables are recording, process, event and file; the view event_text shows
addresses in hexadecimal and errors by name.

  maptrail sql "SELECT call, count(*) AS n FROM event GROUP BY call ORDER BY n DESC"
  maptrail sql --csv "SELECT * FROM event_text WHERE call = 'mremap'" > mremap.csv`,
    );
  addDatabaseOption(command).action(async (words: string[]) => {
    const statement = words.length === 0 || words[0] === "-" ? readStdin() : words.join(" ");
    done(await useCases.sql({ ...flagsOf<Flags>(command), statement }, io));
  });
};

/** Nothing when it is a terminal: a person who forgot the statement should not have to guess. */
function readStdin(): string {
  return process.stdin.isTTY === true ? "" : readFileSync(0, "utf8");
}
