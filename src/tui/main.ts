/** `maptrail tui`: checks that there is a terminal, and opens the recording on it. */
import type { Io } from "../app/io/io.ts";
import { UserError } from "../base/errors.ts";
import { runTui } from "./run.ts";
import type { TuiOptions } from "./tui-options.ts";

/** Returns the exit code: 0, or 128+n when signal n ended it. Throws UserErrors. */
export async function openTui(options: TuiOptions, io: Io): Promise<number> {
  checkTerminal(io);
  return runTui(options, io);
}

/** Throws a UserError that names the command to use instead. */
export function checkTerminal({ env }: Pick<Io, "env">): void {
  const hint = "Without one: maptrail stats, maptrail events, maptrail maps --at 50%.";
  if (process.stdin.isTTY !== true || process.stdout.isTTY !== true) {
    throw new UserError("the TUI needs a terminal, and its input or output is none", { hint });
  }
  if (env["TERM"] === "dumb" || !env["TERM"]) {
    throw new UserError(
      `the TUI needs a terminal that can move its cursor, not TERM=${env["TERM"] ?? ""}`,
      {
        hint,
      },
    );
  }
}
