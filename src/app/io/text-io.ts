/** An Io that keeps what is written: for programs that call use-cases and want the text. */

import { createStyle } from "../../base/style.ts";
import type { Environment } from "../../base/terminal.ts";
import type { Io, Output } from "./io.ts";

export interface TextIoOptions {
  /** Folder that relative paths are meant from; that of the process when absent. */
  readonly cwd?: string;
  /** Environment variables; those of the process when absent. */
  readonly env?: Environment;
}

export interface TextIo extends Io {
  /** What was written so far to the output, and to the error output. */
  readonly text: () => string;
  readonly errorText: () => string;
}

/** No colour, no terminal, full character set. */
export function textIo({ cwd = process.cwd(), env = process.env }: TextIoOptions = {}): TextIo {
  const [out, err] = [collector(), collector()];
  return { out, err, cwd, env, text: out.text, errorText: err.text };
}

function collector(): Output & { readonly text: () => string } {
  let all = "";
  const decoder = new TextDecoder();
  return {
    style: createStyle({ colour: false, unicode: true }),
    isTTY: false,
    write: async (text) => {
      all += typeof text === "string" ? text : decoder.decode(text, { stream: true });
    },
    text: () => all,
  };
}
