/** Stacks as strace -k sees them, and as a recording has them, in one shape that can be compared. */
import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { kindOf } from "../../src/events/kinds.ts";
import type { StackEnd } from "../../src/events/stack.ts";
import { openStore } from "../../src/store/open.ts";

/** Both make these from the same place; clone and exec are other functions under each. */
export const stackCalls = ["mmap", "munmap", "mremap", "mprotect", "brk", "madvise"];

export interface SeenCall {
  readonly call: string;
  /** `libc.so.6+0x1019b3`, the innermost first; the frame of the system call's own function is left out. */
  readonly frames: readonly string[];
  /** Of a recording's stacks alone; undefined where the call has none. */
  readonly end?: StackEnd | undefined;
}

/** By thread id. */
export type SeenThreads = ReadonlyMap<number, readonly SeenCall[]>;

/**
 * Runs the command under strace; each thread's calls in their order, those of the loader included.
 *
 * @param base what the program's ELF addresses are ahead of offsets in its file, which strace prints
 */
export async function straceStacks(command: readonly string[], base = 0): Promise<SeenThreads> {
  const moved = (frame: string): string => {
    const [module, offset] = frame.split("+0x");
    return module === basename(command[0] ?? "")
      ? `${module}+0x${(Number.parseInt(offset ?? "", 16) + base).toString(16)}`
      : frame;
  };
  const folder = await mkdtemp(join(tmpdir(), "maptrail-strace-"));
  try {
    const options = [
      "-ff",
      "-k",
      "-qq",
      "-e",
      "signal=none",
      "-e",
      `trace=${stackCalls.join(",")}`,
    ];
    await promisify(execFile)("strace", [...options, "-o", join(folder, "log"), ...command]);
    const threads = new Map<number, SeenCall[]>();
    for (const name of await readdir(folder)) {
      const text = await readFile(join(folder, name), "utf8");
      const calls = parseStacks(text).map((one) => ({ ...one, frames: one.frames.map(moved) }));
      threads.set(Number(name.slice("log.".length)), calls);
    }
    return threads;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function parseStacks(text: string): SeenCall[] {
  const calls: { call: string; frames: string[] }[] = [];
  for (const line of text.split("\n")) {
    const call = /^(\w+)\(/.exec(line)?.[1];
    if (call !== undefined) calls.push({ call, frames: [] });
    const frame = /^ > (.*?)\([^()]*(?:\(.*\))?[^()]*\) \[(0x[0-9a-f]+)\]$/.exec(line);
    if (frame) calls.at(-1)?.frames.push(`${basename(frame[1]!)}+${frame[2]}`);
  }
  return calls.map(({ call, frames }) => ({ call, frames: frames.slice(1) }));
}

/** The newest recording's calls by thread, with their stacks. */
export function recordedStacks(database: string): SeenThreads {
  const store = openStore(database, { mode: "read" });
  try {
    const reader = store.reader(store.recording().id);
    const threads = new Map<number, SeenCall[]>();
    for (const batch of reader.chunks()) {
      for (let row = 0; row < batch.length; row++) {
        const call = kindOf(batch.kind[row]!) ?? "";
        if (!stackCalls.includes(call)) continue;
        const stack = reader.stack(batch.stack[row]!);
        const frames = (stack?.frames ?? []).map(({ module, offset }) => {
          const path = reader.module(module)?.path;
          return `${path === undefined ? "memory" : basename(path)}+0x${offset.toString(16)}`;
        });
        const tid = batch.tid[row]!;
        const calls = threads.get(tid) ?? [];
        if (calls.length === 0) threads.set(tid, calls);
        calls.push({ call, frames, end: stack?.end });
      }
    }
    return threads;
  } finally {
    store.close();
  }
}

/** Threads in the order of their ids, which is that of their start. */
export function inOrder(threads: SeenThreads): (readonly SeenCall[])[] {
  return [...threads].sort(([a], [b]) => a - b).map(([, calls]) => calls);
}

/** Calls of a recording by why their stacks end; `none` is for calls without one. */
export function countEnds(database: string): Map<string, number> {
  const ends = new Map<string, number>();
  for (const calls of recordedStacks(database).values()) {
    for (const { end = "none" } of calls) ends.set(end, (ends.get(end) ?? 0) + 1);
  }
  return ends;
}
