/** What a clone, fork or vfork made: a process of its own, one that borrows, or a thread. */

import { kindCodes } from "../../../events/kinds.ts";
import { cloneWords } from "../../../events/words.ts";
import type { CallRow } from "../call-row.ts";
import type { ChildKind } from "../history.ts";

const shareSpace = 0x100;
const setTls = 0x8_0000;

/** How an exported clone3, whose flags were not recorded, says that it was a fork. */
export const forkNote = "without CLONE_VM";

/** `text` is what stood between the brackets, as far as it is known. */
export function childKindOf(name: string, text: string): ChildKind {
  if (name === "fork") return "fork";
  if (name === "vfork") return "borrower";
  if (text.includes(forkNote)) return "fork";
  const flags = flagsOf(text);
  // A raw clone3 shows no flags; glibc makes threads with it, and never a plain fork.
  if (flags === undefined) return name === "clone3" ? "thread" : "fork";
  if (!has(flags, shareSpace)) return "fork";
  return has(flags, setTls) ? "thread" : "borrower";
}

function has(flags: number, bit: number): boolean {
  return Math.floor(flags / bit) % 2 === 1;
}

/** Of `flags=CLONE_VM|SIGCHLD`, `{flags=...}` or, raw, the first number of a clone. */
function flagsOf(text: string): number | undefined {
  const words = /flags=([\w|]+)/.exec(text)?.[1];
  if (words !== undefined) {
    const known = words.split("|").map((word) => cloneWords.parse(word) ?? 0);
    return known.reduce((sum, value) => sum + value, 0);
  }
  const raw = /^(0x[0-9a-f]+|\d+), (?=.*,)/.exec(text)?.[1];
  return raw === undefined ? undefined : Number(raw);
}

/** Sets the kind and the arguments of a row as a recording has them. */
export function fillFork(row: CallRow, kind: ChildKind, text: string): void {
  row.args.fill(0);
  row.kind = kind === "fork" ? kindCodes.clone : kindCodes.vfork;
  if (kind !== "fork") return;
  const raw = text.replace(/ \/\*.*?\*\//g, "").split(", ");
  if (raw.every((part) => /^(?:0x[0-9a-f]+|-?\d+)$/.test(part))) {
    for (const [i, part] of raw.slice(0, 5).entries()) row.args[i] = Number(part);
    return;
  }
  row.args[0] = flagsOf(text) ?? 0;
  const names = ["child_stack", "parent_tidptr", "child_tidptr", "tls"];
  for (const [i, name] of names.entries()) {
    const value = new RegExp(`\\b${name}=(0x[0-9a-f]+)`).exec(text)?.[1];
    if (value !== undefined) row.args[i + 1] = Number(value);
  }
}
