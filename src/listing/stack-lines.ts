/** A call stack under its event: one line a frame, the innermost first. */

import { printable } from "../base/printable.ts";
import { baseName } from "../base/program.ts";
import type { Style } from "../base/style.ts";
import type { StackEnd } from "../events/stack.ts";
import type { NamedStack } from "../sites/call-sites.ts";
import { type CodeFrame, frameName } from "../sites/code-frame.ts";

const endTexts: Readonly<Record<Exclude<StackEnd, "start">, string>> = {
  caller: "only the caller was recorded",
  "no-table": "no unwind table covers the frame before",
  "bad-table": "the unwind table of the frame before could not be followed",
  "no-memory": "the stack's memory ends here",
  depth: "deeper than is kept",
};

/** Why a stack does not reach the program's or thread's start; undefined when it does. */
export function stackEndText(end: StackEnd | undefined): string | undefined {
  if (end === undefined) return "no stack was recorded";
  return end === "start" ? undefined : endTexts[end];
}

/** Each line ends with a line feed. */
export function stackLines({ frames, end }: NamedStack, indent: string, style: Style): string {
  if (frames.length === 0) return "";
  const lines = frames.map((frame) => `${indent}${frameLine(frame, style)}\n`);
  const missing = stackEndText(end);
  if (missing !== undefined) {
    const dots = style.pick("…", "...");
    lines.push(`${indent}${style.paint("quiet", `${dots} partial: ${missing}`)}\n`);
  }
  return lines.join("");
}

function frameLine(frame: CodeFrame, style: Style): string {
  const { module, isInlined } = frame;
  const hasName = frame.function !== undefined;
  const where = module === "" || !hasName ? "" : printable(baseName(module));
  const more = isInlined ? "inlined" : where;
  return `${frameName(frame)}${more === "" ? "" : `  ${style.paint("quiet", more)}`}`;
}
