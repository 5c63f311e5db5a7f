/** `perf trace`: a line a call, with named arguments; zeros are left out. */

import { errnoNumber } from "../../events/errno.ts";
import { hasFlags, mapFlags } from "../../events/flags.ts";
import { cloneWords, mapWords, mremapWords, parseAdvice, protWords } from "../../events/words.ts";
import { type TracedCall, tracedByName } from "./calls-of-interest.ts";
import type { Caller } from "./enter-exit.ts";
import { type Importer, shareOfLines } from "./importer.ts";
import { type LineOutcome, type LineReader, register, runLines } from "./line-importer.ts";
import type { TimedCall, TimedCalls } from "./timed-calls.ts";
import type { Words } from "./values.ts";

/** `     0.123 ( 0.006 ms): python3/12 mmap(len: 8192, prot: READ|WRITE, ...) = 0x7f...` */
const shape =
  /^\s*([\d.]+|\?) \(\s*(?:([\d.]+) ms)?\s*\):\s+(?:(.*?)\/(\d+)\s+)?(?:\.\.\. \[continued\]: )?(\w+)\((.*)$/;
const returned = /^(.*?)\)\s*=\s*(.*)$/;
const begun = /^(.*?)\)?\s*\.\.\.$/;

export const perfTrace: Importer = {
  name: "perf-trace",
  reads: "perf trace",
  detect: (head) => shareOfLines(head, (line) => shape.test(line)),
  run: (job) =>
    runLines(
      job,
      [
        "read from perf trace, which does not tell what was mapped at the start, nor who is whose thread",
      ],
      new Reader(),
    ),
};

/** perf leaves out the words' common beginning. */
function prefixed(prefix: string, words: Words): Words {
  return {
    parse: (text) =>
      words.parse(text) ??
      words.parse(
        text
          .split("|")
          .map((word) => (/^\d/.test(word) ? word : `${prefix}${word}`))
          .join("|"),
      ),
  };
}

const words: Readonly<Record<string, Words>> = {
  prot: prefixed("PROT_", protWords),
  "mmap flags": prefixed("MAP_", mapWords),
  "mremap flags": prefixed("MREMAP_", mremapWords),
  "remap_file_pages flags": prefixed("MAP_", mapWords),
  behavior: prefixed("MADV_", { parse: parseAdvice }),
  clone_flags: prefixed("CLONE_", cloneWords),
};

class Reader implements LineReader {
  readonly #open = new Map<number, TimedCall>();

  read(line: string, calls: TimedCalls): LineOutcome {
    const parts = shape.exec(line);
    if (parts === null) return line.trim() === "" ? undefined : "it is no line of perf trace";
    const [, millis, took, program = "", tid, name, rest] = parts;
    const traced = tracedByName.get(name!);
    if (traced === undefined) return undefined;
    // It began before the trace did: an exec that led to it, or a child's return from its own fork.
    if (millis === "?") return undefined;
    const who = { pid: 0, tid: Number(tid ?? 0), program };
    const thread = who.tid;
    const atNanos = Math.round(Number(millis) * 1e6);
    const open = begun.exec(rest!);
    if (open !== null && !returned.test(rest!)) {
      const call = callOf(traced, who, atNanos, -1, open[1]!, undefined);
      if (typeof call === "string") return call;
      this.#open.set(thread, call);
      return undefined;
    }
    const done = returned.exec(rest!);
    if (done === null) return `this ${name} has no result`;
    const durationNanos = took === undefined ? -1 : Math.round(Number(took) * 1e6);
    const before = line.includes("[continued]") ? this.#open.get(thread) : undefined;
    this.#open.delete(thread);
    const result = resultOf(done[2]!);
    if (result === undefined && name !== "exit_group")
      return `the result of this ${name} cannot be read`;
    const call =
      before === undefined
        ? callOf(traced, who, atNanos, durationNanos, done[1]!, result)
        : { ...before, program, durationNanos, result };
    if (typeof call === "string") return call;
    calls.add(call);
    return undefined;
  }

  finish(calls: TimedCalls): void {
    for (const call of this.#open.values()) calls.add(call);
  }
}

/** The call, or why it cannot be read. */
function callOf(
  traced: TracedCall,
  who: Caller,
  atNanos: number,
  durationNanos: number,
  text: string,
  result: number | bigint | undefined,
): TimedCall | string {
  const { name, kind } = traced;
  const args: (number | bigint)[] = traced.args.map(() => 0);
  let path = "";
  for (const part of text.split(/, (?=\w+: )/)) {
    if (part.trim() === "") continue;
    const [, key = "", value = ""] = /^(\w+): (.*)$/s.exec(part) ?? [];
    const index = traced.args.indexOf(key);
    if (index < 0) continue;
    const [, plain = value, file = ""] = /^(-?\w+)<(.*)>$/.exec(value) ?? [];
    if (key === "filename") path = /^"(.*)"$/s.exec(value)?.[1] ?? "";
    else {
      const number = argumentValue(name, key, plain);
      if (number === undefined) return `its ${key} cannot be read`;
      args[index] = number;
      path = file || path;
    }
  }
  // Neither zeros nor a descriptor of -1 are shown.
  const isAnonymous = name === "mmap" && hasFlags(Number(args[3]), mapFlags.anonymous);
  if (isAnonymous && !text.includes("fd: ")) args[4] = -1;
  return { ...who, name, kind, args, result, atNanos, durationNanos, path };
}

function argumentValue(call: string, key: string, text: string): number | bigint | undefined {
  if (text === "NULL") return 0;
  const number = register(text);
  return number ?? (words[key] ?? words[`${call} ${key}`])?.parse(text);
}

function resultOf(text: string): number | bigint | undefined {
  const failure = /^-1 (E\w+)/.exec(text)?.[1];
  if (failure !== undefined) {
    const number = errnoNumber(failure);
    return number === undefined ? undefined : -number;
  }
  return register(text.split(" ")[0]!);
}
