/** What a stream can show, derived from the environment by the usual conventions. No I/O. */

import { createStyle, type Style } from "./style.ts";

export interface TerminalStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** NO_COLOR (no-color.org) beats FORCE_COLOR, both beat the type of the stream. */
export function wantsColour(stream: TerminalStream, env: Environment): boolean {
  if (env["NO_COLOR"]) return false;
  const force = env["FORCE_COLOR"];
  if (force !== undefined && force !== "") return force !== "0";
  return stream.isTTY === true && env["TERM"] !== "dumb";
}

/** The character set of the locale, by the order of locale(7): LC_ALL, LC_CTYPE, LANG. */
export function showsUnicode(env: Environment): boolean {
  const locale = env["LC_ALL"] || env["LC_CTYPE"] || env["LANG"] || "";
  return /utf-?8/i.test(locale);
}

export function styleFor(stream: TerminalStream, env: Environment): Style {
  return createStyle({
    colour: wantsColour(stream, env),
    unicode: showsUnicode(env),
    ...(stream.isTTY === true && stream.columns !== undefined ? { width: stream.columns } : {}),
  });
}
