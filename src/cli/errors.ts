/** Every error that ends a command, in one place: what is printed, and the exit code. */

import type { Io, Output } from "../app/io/io.ts";
import { exitCodes, UserError } from "../base/errors.ts";
import { ClosedPipe } from "./io.ts";

interface CommanderFailure extends Error {
  readonly code: string;
  readonly exitCode: number;
}

/** Known by its code, so that a failing start need not have loaded commander. */
function isCommanderFailure(error: unknown): error is CommanderFailure {
  return error instanceof Error && "code" in error && String(error.code).startsWith("commander.");
}

/**
 * Prints the error and returns the exit code. MAPTRAIL_DEBUG=1 adds the stack. `command` is
 * the word that stood first, to point at its help.
 */
export async function writeError(
  error: unknown,
  { err, env }: Pick<Io, "err" | "env">,
  command = "",
): Promise<number> {
  if (error instanceof ClosedPipe) return exitCodes.ok;
  const debug = Boolean(env["MAPTRAIL_DEBUG"]);
  if (isCommanderFailure(error)) {
    if (error.exitCode === 0) return exitCodes.ok;
    const known = error.code !== "commander.unknownCommand" && /^[a-z]+$/.test(command);
    const hint = known
      ? `maptrail ${command} --help lists its options.`
      : "maptrail --help lists the commands.";
    await writeLines(err, error.message.replace(/^error: /, "").replaceAll("\n", " "), hint);
    return exitCodes.usage;
  }
  if (error instanceof UserError) {
    await writeLines(err, error.message, error.hint);
    if (debug) await err.write(`${stackOf(error)}\n`);
    return error.exitCode;
  }
  const message = error instanceof Error ? error.message : String(error);
  const hint = debug
    ? undefined
    : "This is a fault of maptrail. Please report it, with what MAPTRAIL_DEBUG=1 makes it print.";
  await writeLines(err, `unexpected: ${message.split("\n")[0]}`, hint);
  if (debug) await err.write(`${stackOf(error)}\n`);
  return exitCodes.cannotRun;
}

async function writeLines(err: Output, message: string, hint: string | undefined): Promise<void> {
  await err.write(`${err.style.paint("bad", "maptrail:")} ${message}\n`);
  if (hint !== undefined) await err.write(`  ${hint}\n`);
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? "" : `\ncaused by ${stackOf(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}
