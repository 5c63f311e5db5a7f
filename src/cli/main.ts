/** The command line: arguments in, exit code out. */

import type { Io } from "../app/io/io.ts";
import { exitCodes } from "../base/errors.ts";
import { packageVersion } from "../base/version.ts";
import { writeError } from "./errors.ts";
import { mainHelp } from "./help.ts";
import { createIo } from "./io.ts";
import { expandShortForm } from "./short-form.ts";

/** Runs the command that `args` name and gives the exit code. Never throws. */
export async function main(args: readonly string[], io: Io = createIo()): Promise<number> {
  try {
    if (args.length === 0) {
      await io.err.write(mainHelp);
      return exitCodes.usage;
    }
    // The two questions that need nothing else loaded.
    if (args[0] === "--version" || args[0] === "-V") {
      await io.out.write(`${packageVersion()}\n`);
      return exitCodes.ok;
    }
    if (args[0] === "--help" || args[0] === "-h" || args[0] === "help") {
      if (args.length === 1) {
        await io.out.write(mainHelp);
        return exitCodes.ok;
      }
    }
    const { createProgram } = await import("./program.ts");
    let exitCode: number = exitCodes.ok;
    const program = createProgram(io, packageVersion(), (code) => {
      exitCode = code;
    });
    const words = args[0] === "help" ? [...args.slice(1, 2), "--help"] : expandShortForm(args);
    await program.parseAsync(words, { from: "user" });
    return exitCode;
  } catch (error) {
    return writeError(error, io, args[0]);
  }
}
