/** What the bpftrace command of `maptrail import --help` prints: entries and returns of calls that map memory. */

import { tracedByNumber } from "./calls-of-interest.ts";
import { EnterExit } from "./enter-exit.ts";
import { type Importer, shareOfLines } from "./importer.ts";
import { type LineOutcome, type LineReader, register, runLines } from "./line-importer.ts";
import type { TimedCalls } from "./timed-calls.ts";

const entry = /^> (\d+) (\d+) (\d+) (\d+)((?: [0-9a-f]+){6})$/;
const exit = /^< (\d+) (\d+) (\d+) (\d+) (-?\d+)$/;
/** bpftrace's own messages. */
const quiet = /^(?:Attach(?:ing|ed) \d+ probes?.*|Lost \d+ events.*|\s*)$/;

export const bpftrace: Importer = {
  name: "bpftrace",
  reads: "the bpftrace command below",
  detect: (head) =>
    shareOfLines(head, (line) => entry.test(line) || exit.test(line) || quiet.test(line)),
  run: (job) =>
    runLines(
      job,
      [
        "read from bpftrace, which does not tell what was mapped at the start, nor files and programs",
      ],
      new Reader(),
    ),
};

class Reader implements LineReader {
  readonly #pairs = new EnterExit();
  /** nsecs is time since boot, which a double holds for 104 days. */
  #firstNanos: bigint | undefined;

  read(line: string, calls: TimedCalls): LineOutcome {
    const [, pid, tid, nanos, number, args] = entry.exec(line) ?? [];
    if (args !== undefined) {
      const traced = tracedByNumber.get(Number(number));
      if (traced === undefined) return undefined;
      const values = args
        .trim()
        .split(" ")
        .map((text) => register(`0x${text}`) ?? 0);
      const who = { pid: Number(pid), tid: Number(tid), program: "" };
      this.#pairs.enter(traced, who, this.#since(nanos!), values, calls);
      return undefined;
    }
    const returned = exit.exec(line);
    if (returned !== null) {
      const traced = tracedByNumber.get(Number(returned[4]));
      if (traced === undefined) return undefined;
      const result = register(returned[5]!) ?? 0;
      const isPaired = this.#pairs.exit(
        traced.name,
        Number(returned[2]),
        this.#since(returned[3]!),
        result,
        calls,
      );
      // A child returns from a call that it did not enter; bpftrace itself may begin within a call.
      return isPaired || result === 0
        ? undefined
        : `the entry of this ${traced.name} is not in the log`;
    }
    if (/^Lost /.test(line)) return "bpftrace lost events here";
    return quiet.test(line) ? undefined : "it is no line of the documented command";
  }

  finish(calls: TimedCalls): void {
    this.#pairs.finish(calls);
  }

  #since(nanos: string): number {
    const now = BigInt(nanos);
    this.#firstNanos ??= now;
    return Number(now - this.#firstNanos);
  }
}
