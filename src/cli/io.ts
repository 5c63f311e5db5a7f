/** The process's streams as use-cases see them: slow readers slow the writer, a closed pipe ends it. */

import type { Io, Output } from "../app/io/io.ts";
import { exitCodes, UserError } from "../base/errors.ts";
import { styleFor } from "../base/terminal.ts";

/** Whoever read our output has gone away: `maptrail events | head`. Nothing is wrong. */
export class ClosedPipe extends Error {
  override name = "ClosedPipe";
}

export function createIo(): Io {
  return {
    out: outputTo(process.stdout, "throw"),
    err: outputTo(process.stderr, "ignore"),
    env: process.env,
    cwd: process.cwd(),
  };
}

/** A message that nobody can read must not end a recording, so a closed stderr is ignored. */
function outputTo(stream: NodeJS.WriteStream, whenClosed: "throw" | "ignore"): Output {
  // The callback of write gets the same error; without a listener it would crash the process.
  stream.on("error", () => undefined);
  return {
    style: styleFor(stream, process.env),
    isTTY: stream.isTTY === true,
    write: (text) =>
      new Promise((resolve, reject) => {
        stream.write(text, (error) => {
          if (error === null || error === undefined || whenClosed === "ignore") resolve();
          else reject(isClosed(error) ? new ClosedPipe() : cannotWrite(error));
        });
      }),
  };
}

function cannotWrite(error: Error): UserError {
  return new UserError(`the output cannot be written: ${error.message}`, {
    exitCode: exitCodes.cannotRun,
    hint: "What was written before it is cut off. Free some space, or write elsewhere.",
    cause: error,
  });
}

function isClosed(error: Error): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === "EPIPE" || code === "ERR_STREAM_DESTROYED";
}
