/** Programs and command lines as people read them. */
import { cutLine } from "./columns.ts";
import { printable } from "./printable.ts";

/** The last component of a path; the path itself where it ends in a slash. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1) || path;
}

/** How a process was started, as far as it is known. */
export interface Invocation {
  /** The executed file, with symbolic links followed; empty where unknown. */
  readonly exe: string;
  readonly argv: readonly string[];
}

/**
 * What people call the program: the base name of argv[0], as in ps(1), since one file serves many
 * names (redis-server is a link to redis-check-rdb, sleep to busybox). A login shell's leading dash
 * is dropped. Not escaped for a terminal: see printable().
 */
export function programName(invocation: Invocation | undefined): string {
  const { exe = "", argv = [] } = invocation ?? {};
  const typed = baseName(argv[0] ?? "").replace(/^-(?=.)/, "");
  return typed || baseName(exe) || "unknown program";
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
