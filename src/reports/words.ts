/** Small phrases that several reports share. */

import type { ProcessFigures, RecordingFacts } from "../analyses/stats.ts";
import { cutLine } from "../base/columns.ts";
import { printable } from "../base/printable.ts";
import { signalName } from "../base/signals.ts";

/** The last name of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1) || path;
}

/** A word as one would type it: quoted only where a shell would need it. */
export function quoteWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** A command line with the program's path shortened to its name. */
export function commandText(command: readonly string[], width = Number.POSITIVE_INFINITY): string {
  const [program, ...rest] = command;
  if (program === undefined) return "unknown command";
  const text = printable([baseName(program), ...rest].map(quoteWord).join(" "));
  return cutLine(text, width, "...");
}

export function exitText(exit: RecordingFacts["exit"]): string {
  if (exit?.signal !== undefined) return `killed by ${signalName(exit.signal)}`;
  return exit?.code === undefined ? "" : `exit ${exit.code}`;
}

export function programOf(process: ProcessFigures): string {
  return printable(baseName(process.exe || process.argv[0] || "")) || "unknown program";
}
