/** `maptrail tui`: checks what it needs, then loads React and opens the recording. */
import type { RecordingChoice } from "../app/database.ts";
import type { Io } from "../app/io.ts";
import { UserError } from "../base/errors.ts";

export interface TuiOptions extends RecordingChoice {
  /** Stays on the newest event of a recording that is being made. */
  readonly live?: boolean | undefined;
  /** Where to begin: an event, a time, a share, start, end. The end when absent. */
  readonly at?: string | undefined;
}

/** Returns the exit code: 0, or 128+n when signal n ended it. Throws UserErrors. */
export async function openTui(options: TuiOptions, io: Io): Promise<number> {
  checkTerminal(io);
  await loadFastReact();
  const { runTui } = await import("./run.tsx");
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

/** React's other build checks itself at each step. It reads this once, when it is loaded. */
async function loadFastReact(): Promise<void> {
  const before = process.env["NODE_ENV"];
  process.env["NODE_ENV"] = "production";
  await import("./app.tsx");
  if (before === undefined) delete process.env["NODE_ENV"];
  else process.env["NODE_ENV"] = before;
}
