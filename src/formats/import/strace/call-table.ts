/** The calls that strace prints and that mean something here: what their arguments are. */

import { prSetVma } from "../../../events/flags.ts";
import { kindCodes } from "../../../events/kinds.ts";
import {
  type FlagWords,
  mapWords,
  mremapWords,
  parseAdvice,
  protWords,
  shmWords,
} from "../../../events/words.ts";
import type { Words } from "../values.ts";

/** What is done with a call that is over. */
export type CallRole =
  /** Becomes an event as it stands. */
  | "memory"
  | "exec"
  | "fork"
  | "exit"
  /** Says what a file descriptor or a segment is. */
  | "files";

export interface CallShape {
  readonly name: string;
  readonly role: CallRole;
  /** kindCodes; 0 for one that is no event. */
  readonly kind: number;
  /** The words of each argument that is kept; undefined is a number alone. */
  readonly args: readonly (Words | undefined)[];
  /** Fewer are none of ours, or a line that was cut. */
  readonly leastArgs: number;
}

/** strace also prints names that stand for a zero, or for bits under another name. */
function withAliases(words: FlagWords, aliases: Readonly<Record<string, number>>): Words {
  return {
    parse(text) {
      const plain = words.parse(text);
      if (plain !== undefined) return plain;
      let sum = 0;
      for (const word of text.split("|")) {
        const value = aliases[word] ?? words.parse(word);
        if (value === undefined) return undefined;
        sum += value;
      }
      return sum;
    },
  };
}

const map = withAliases(mapWords, {
  MAP_FILE: 0,
  MAP_HUGE_2MB: 21 * 2 ** 26,
  MAP_HUGE_1GB: 30 * 2 ** 26,
});
const advice: Words = { parse: parseAdvice };
const prctl: Words = {
  parse: (text) =>
    text === "PR_SET_VMA" ? prSetVma : text === "PR_SET_VMA_ANON_NAME" ? 0 : undefined,
};

function memory(
  name: keyof typeof kindCodes,
  args: CallShape["args"],
  leastArgs = args.length,
): CallShape {
  return { name, role: "memory", kind: kindCodes[name], args, leastArgs };
}

function other(name: string, role: CallRole, kind = 0): CallShape {
  return { name, role, kind, args: [], leastArgs: 0 };
}

const number = undefined;
const mmap = memory("mmap", [number, number, protWords, map, number, number]);

const shapes: readonly CallShape[] = [
  mmap,
  { ...mmap, name: "mmap2" },
  memory("munmap", [number, number]),
  memory("mremap", [number, number, number, mremapWords, number], 4),
  memory("mprotect", [number, number, protWords]),
  memory("pkey_mprotect", [number, number, protWords, number]),
  memory("brk", [number]),
  memory("madvise", [number, number, advice]),
  memory("shmat", [number, number, shmWords]),
  memory("shmdt", [number]),
  memory("remap_file_pages", [number, number, protWords, number, map]),
  memory("io_setup", [number, number]),
  memory("io_destroy", [number]),
  memory("prctl", [prctl, prctl, number, number, number]),
  other("clone", "fork", kindCodes.clone),
  other("clone3", "fork", kindCodes.clone),
  other("fork", "fork", kindCodes.clone),
  other("vfork", "fork", kindCodes.vfork),
  other("execve", "exec", kindCodes.execve),
  other("execveat", "exec", kindCodes.execveat),
  other("exit_group", "exit", kindCodes.exit_group),
  ...["open", "openat", "openat2", "creat", "memfd_create", "close", "dup", "dup2", "dup3"].map(
    (name) => other(name, "files"),
  ),
  other("shmget", "files"),
];

export function hashOf(bytes: Uint8Array, from: number, to: number): number {
  let hash = 0;
  for (let at = from; at < to; at++) hash = (Math.imul(hash, 31) + bytes[at]!) | 0;
  return hash;
}

const encoder = new TextEncoder();

/** By `hashOf` of the name; the caller compares the name. */
export const shapeByHash: ReadonlyMap<number, CallShape> = new Map(
  shapes.map((shape) => {
    const bytes = encoder.encode(shape.name);
    return [hashOf(bytes, 0, bytes.length), shape];
  }),
);

export const shapeByName: ReadonlyMap<string, CallShape> = new Map(
  shapes.map((shape) => [shape.name, shape]),
);
