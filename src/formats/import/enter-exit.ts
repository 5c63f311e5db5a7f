/** Pairs the two lines that a tracepoint writes for a call: at its entry and at its return. */

import type { TracedCall } from "./calls-of-interest.ts";
import type { TimedCall, TimedCalls } from "./timed-calls.ts";

/** Who makes a call; `program` is the thread's name, empty when the log does not have it. */
export interface Caller {
  readonly pid: number;
  readonly tid: number;
  readonly program: string;
}

export class EnterExit {
  readonly #open = new Map<number, TimedCall>();

  enter(
    traced: TracedCall,
    { pid, tid, program }: Caller,
    atNanos: number,
    args: readonly (number | bigint)[],
    calls: TimedCalls,
  ): void {
    const before = this.#open.get(tid);
    if (before !== undefined) calls.add(before);
    const { name, kind } = traced;
    const kept = args.slice(0, traced.args.length);
    const call = {
      pid,
      tid,
      name,
      kind,
      args: kept,
      result: undefined,
      atNanos,
      durationNanos: -1,
      path: "",
      program,
    };
    // It never returns.
    if (name === "exit_group") calls.add(call);
    else this.#open.set(tid, call);
  }

  /** False when its entry was not seen. */
  exit(
    name: string,
    tid: number,
    atNanos: number,
    result: number | bigint,
    calls: TimedCalls,
    program = "",
  ): boolean {
    const call = this.#open.get(tid);
    if (call === undefined || call.name !== name) return false;
    this.#open.delete(tid);
    const named = program === "" ? call : { ...call, program };
    calls.add({ ...named, result, durationNanos: Math.max(0, atNanos - call.atNanos) });
    return true;
  }

  finish(calls: TimedCalls): void {
    for (const call of this.#open.values()) calls.add(call);
    this.#open.clear();
  }
}
