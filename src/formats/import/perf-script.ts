/** `perf script` of the syscalls tracepoints: sys_enter_mmap and its kin, with sys_exit. */

import { tracedByName } from "./calls-of-interest.ts";
import { EnterExit } from "./enter-exit.ts";
import { type Importer, shareOfLines } from "./importer.ts";
import { type LineOutcome, type LineReader, register, runLines } from "./line-importer.ts";
import type { TimedCalls } from "./timed-calls.ts";

/** `python3  12/34 [001]  123.456789: syscalls:sys_enter_mmap: addr: 0x0, len: 0x1000, ...` */
const shape =
  /^\s*(.+?)\s+(?:(-?\d+)\/)?(-?\d+)\s+(?:\[\d+\]\s+)?(?:[.\w-]{4,6}\s+)?(\d+)\.(\d+):\s+(?:\d+\s+)?(\w+):(\w+):\s*(.*)$/;

export const perfScript: Importer = {
  name: "perf-script",
  reads: "perf script of perf record -e 'syscalls:sys_enter_mmap,syscalls:sys_exit_mmap,...'",
  detect: (head) => shareOfLines(head.replace(/^#.*$/gm, ""), (line) => shape.test(line)),
  run: (job) =>
    runLines(
      job,
      ["read from perf script, which does not tell what was mapped at the start, nor files"],
      new Reader(),
    ),
};

class Reader implements LineReader {
  readonly #pairs = new EnterExit();

  read(line: string, calls: TimedCalls): LineOutcome {
    if (line === "" || line.startsWith("#") || /^\s+[0-9a-f]+ /.test(line)) return undefined;
    const parts = shape.exec(line);
    if (parts === null) return "it is no line of perf script";
    const [, program, pid, tid, seconds, fraction, group, event, rest] = parts;
    if (group !== "syscalls") return undefined;
    const [, side, name] = /^sys_(enter|exit)_(?:new)?(\w+)$/.exec(event!) ?? [];
    const traced = tracedByName.get(name ?? "");
    if (traced === undefined) return undefined;
    const at = Number(seconds) * 1e9 + Number(fraction!.padEnd(9, "0"));
    if (side === "enter") {
      const values = argumentsOf(rest!, traced.args);
      if (values === undefined) return `an argument of this ${traced.name} cannot be read`;
      const who = { pid: Number(pid ?? 0), tid: Number(tid), program: program! };
      this.#pairs.enter(traced, who, at, values, calls);
      return undefined;
    }
    const result = register(rest!.trim());
    if (result === undefined) return `the result of this ${traced.name} cannot be read`;
    const isPaired = this.#pairs.exit(traced.name, Number(tid), at, result, calls, program);
    return isPaired || result === 0
      ? undefined
      : `the entry of this ${traced.name} is not in the log`;
  }

  finish(calls: TimedCalls): void {
    this.#pairs.finish(calls);
  }
}

/** `addr: 0x0, len: 0x1000`, by name; undefined when one that is there cannot be read. */
function argumentsOf(text: string, names: readonly string[]): (number | bigint)[] | undefined {
  const given = new Map<string, string>();
  for (const part of text.split(", ")) {
    const colon = part.indexOf(": ");
    if (colon > 0) given.set(part.slice(0, colon).trim(), part.slice(colon + 2).trim());
  }
  const values: (number | bigint)[] = [];
  for (const name of names) {
    const word = given.get(name);
    // A string is shown beside its pointer, as in `filename: 0x55d0 "/bin/true"`.
    const value = word === undefined ? 0 : register(word.split(" ")[0]!);
    if (value === undefined) return undefined;
    values.push(value);
  }
  return values;
}
