/** Identifies a thread that a log of strace mentions for the first time. */

import type { EventOut } from "../event-out.ts";
import type { History, LogPoint, Thread } from "../history.ts";
import type { CallShape } from "./call-table.ts";
import type { LogClock } from "./clock.ts";
import { childKindOf } from "./forks.ts";
import type { OpenCalls } from "./open-calls.ts";
import { firstString, stringList } from "./strings.ts";

export class ThreadFinder {
  /** A duration stood behind the first call. */
  hasDurations = false;
  readonly #history: History;
  readonly #open: OpenCalls;
  readonly #out: EventOut;
  readonly #clock: LogClock;

  constructor(history: History, open: OpenCalls, out: EventOut, clock: LogClock) {
    this.#history = history;
    this.#open = open;
    this.#out = out;
    this.#clock = clock;
  }

  /**
   * The child of the only call that makes one just now, or a process that was there before. "wait":
   * several calls could have made it. "started": the line was the exec that began a process.
   */
  find(tid: number, shape: CallShape, text: string, now: LogPoint): Thread | "wait" | "started" {
    const forks = this.#open.forks();
    if (forks.length === 0) return this.name(tid) ?? this.#root(tid, shape, text, now);
    const [one, ...others] = forks.filter(([, { child }]) => child === undefined);
    const parent = one && this.#history.thread(one[0]);
    if (one === undefined || others.length > 0 || parent === undefined) return "wait";
    const call = one[1];
    const kind = childKindOf(call.shape.name, call.text);
    call.child = this.#history.addChild(parent, tid, kind, now);
    return call.child;
  }

  /** The thread of lines without a number has that number, if it is not a child's. */
  name(tid: number): Thread | undefined {
    const nameless = tid === 0 ? undefined : this.#history.thread(0);
    if (nameless === undefined || this.#history.thread(tid) !== undefined) return undefined;
    this.#open.move(0, tid);
    nameless.process.order.renamed(0, tid);
    return this.#history.rename(nameless, tid);
  }

  /** The program that strace started begins with its own exec; one that it attached to does not. */
  #root(tid: number, shape: CallShape, text: string, now: LogPoint): Thread | "started" {
    const isExec = shape.name === "execve" && /\) += 0(?: <[\d.]+>)?$/.test(text);
    this.hasDurations ||= / <\d+\.\d+>$/.test(text);
    const argv = isExec ? stringList(text) : [];
    this.#out.begin({ command: argv, startedAtUnixNanos: this.#clock.startedAtUnixNanos });
    const exe = isExec ? (firstString(text) ?? "") : "";
    const thread = this.#history.addRoot(tid, now, exe, argv);
    return isExec ? "started" : thread;
  }
}
