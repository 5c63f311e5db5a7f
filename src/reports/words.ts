/** Small phrases that several reports share. */

import type { ProcessFigures, RecordingFacts } from "../analyses/stats.ts";
import { printable } from "../base/printable.ts";

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
  const [program = "", ...rest] = command;
  const text = printable([baseName(program), ...rest].map(quoteWord).join(" "));
  return text.length <= width ? text : `${text.slice(0, Math.max(1, width - 3))}...`;
}

const signalNames = `HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT
CHLD CONT STOP TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS`.split(/\s+/);

export function signalName(signal: number): string {
  const name = signalNames[signal - 1];
  return name === undefined ? `signal ${signal}` : `SIG${name}`;
}

export function exitText(exit: RecordingFacts["exit"]): string {
  if (exit?.signal !== undefined) return `killed by ${signalName(exit.signal)}`;
  return exit?.code === undefined ? "" : `exit ${exit.code}`;
}

export function programOf(process: ProcessFigures): string {
  return printable(baseName(process.exe || process.argv[0] || "")) || "unknown program";
}
