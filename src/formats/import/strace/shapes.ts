/** The shapes of strace's lines that are not a whole call. */

import { signalNumber } from "../../../base/signals.ts";
import { type LogLine, latin1 } from "../lines.ts";

export const unfinished = "<unfinished ...>";

/** `<... mmap resumed>) = 0x7f...`: the name; `???` of a call that strace could not read. */
export function resumedName(text: string): string | undefined {
  return /^<\.\.\. (\w+|\?{3,4}) resumed>/.exec(text)?.[1];
}

/** The two halves of an interrupted call as one text behind its opening bracket. */
export function joined(begun: string, resumed: string): string {
  const rest = resumed.slice(resumed.indexOf(">") + 1).replace(` ${unfinished}`, "");
  // `clone(child_stack=NULL, flags=SIGCHLD <unfinished ...>` goes on with `, child_tidptr=...`.
  return begun + (begun.endsWith(",") && !rest.startsWith(" ") ? " " : "") + rest;
}

export interface ThreadEnd {
  readonly status?: number;
  readonly signal?: number;
  /** The thread goes on with the exec that another one began. */
  readonly goesOnFrom?: number;
}

export function endOf(text: string): ThreadEnd | undefined {
  const parts =
    /^\+\+\+ (?:exited with (\d+)|killed by (\w+)(?: \(core dumped\))?|superseded by execve in pid (\d+)) \+\+\+$/.exec(
      text,
    );
  if (parts === null) return undefined;
  if (parts[1] !== undefined) return { status: Number(parts[1]) };
  if (parts[3] !== undefined) return { goesOnFrom: Number(parts[3]) };
  const signal = signalNumber(parts[2] ?? "");
  return signal === undefined ? {} : { signal };
}

const unreadCall = /^\?{3,4}\((?: ?<unfinished \.\.\.>|\)\s+= \?.*)$/;

/** Signals, stops, stack frames of -k, a thread that was ended before strace could read its call. */
export function isQuiet(line: LogLine, at: number): boolean {
  const text = latin1(line.bytes, at, line.end);
  return /^(?:--- .* ---|\[ Process PID=.*\]|> \S.*)$/.test(text) || unreadCall.test(text);
}

/** `strace: Process 12 attached`, `strace: Process 12 detached`. */
export function isProcessLine(line: LogLine, at: number): boolean {
  return latin1(line.bytes, at, at + 8) === "strace: ";
}

const attached = "strace: Process ";

/** How much of the line behind `at` is the call's, where a word of strace's own cuts it; else -1. */
export function cutBy({ bytes, end }: LogLine, at: number): number {
  // The word is `attached`.
  return bytes[end - 1] === 100 ? latin1(bytes, at, end).indexOf(attached) : -1;
}
