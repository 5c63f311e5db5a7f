/** Makes a history of calls with a begin and a duration, in no strict order: for all tracers but strace. */

import { kindCodes } from "../../events/kinds.ts";
import { type CallRow, emptyRow, setResultUnknown } from "./call-row.ts";
import type { EventOut } from "./event-out.ts";
import type { ChildKind, History, Thread } from "./history.ts";

export interface TimedCall {
  /** 0 when the log has only the thread. */
  readonly pid: number;
  readonly tid: number;
  /** As the kernel names it; clone3 and fork are distinguished from clone. */
  readonly name: string;
  readonly kind: number;
  /** Signed registers. */
  readonly args: readonly (number | bigint)[];
  /** Undefined for a call that never came back. */
  readonly result: number | bigint | undefined;
  /** Nanoseconds on the log's own clock. */
  readonly atNanos: number;
  /** -1 where it is not known. */
  readonly durationNanos: number;
  /** The thread's name after the call, empty when unknown. */
  readonly program: string;
  /** Of the mapped file, or of the program of an exec; empty when unknown. */
  readonly path: string;
}

/** The size of the sorting window: logs contain the buffers of several processors one after another. */
const windowCalls = 8192;

const shareSpace = 0x100;
const setTls = 0x8_0000;

/** Sorts calls by their begins within a window, and adds them to the history. */
export class TimedCalls {
  readonly #out: EventOut;
  readonly #history: History;
  readonly #row: CallRow = emptyRow();
  #window: TimedCall[] = [];
  #firstNanos: number | undefined;
  #lastNanos = 0;

  constructor(out: EventOut, history: History) {
    this.#out = out;
    this.#history = history;
    history.isByBegin = true;
  }

  add(call: TimedCall): void {
    this.#window.push(call);
    if (this.#window.length >= 2 * windowCalls) this.#pass(windowCalls);
  }

  finish(): void {
    this.#pass(this.#window.length);
    this.#history.finish({ atNanos: this.#lastNanos, stamp: this.#lastNanos });
  }

  /** Places the earliest `count` calls. */
  #pass(count: number): void {
    this.#window.sort((a, b) => a.atNanos - b.atNanos);
    for (const call of this.#window.slice(0, count)) this.#place(call);
    this.#window = this.#window.slice(count);
  }

  #place(call: TimedCall): void {
    this.#firstNanos ??= call.atNanos;
    const atNanos = Math.max(0, call.atNanos - this.#firstNanos);
    if (atNanos > this.#lastNanos) this.#lastNanos = atNanos;
    this.#history.advance(atNanos);
    const row = this.#fill(call, atNanos);
    const thread = this.#threadOf(call, atNanos);
    const point = { atNanos, stamp: row.end };
    const result = row.result;
    const worked = call.result !== undefined;
    if (call.name.startsWith("execve") && worked && result === 0) {
      this.#history.execed(thread, row, call.path || call.program, [], point);
    } else if (call.name === "exit_group") {
      thread.process.order.add(row);
      this.#history.exitedGroup(thread, { status: row.args[0]! % 256 }, point);
    } else if (row.kind === kindCodes.clone || row.kind === kindCodes.vfork) {
      this.#fork(thread, call, row, point.stamp);
    } else thread.process.order.add(row);
  }

  #fill(call: TimedCall, atNanos: number): CallRow {
    const row = this.#row;
    row.kind = call.kind;
    row.tid = call.tid;
    row.at = atNanos;
    row.duration = call.durationNanos;
    row.begin = atNanos;
    row.end = atNanos + Math.max(0, call.durationNanos);
    row.flags = 0;
    row.file = this.#out.file(call.path);
    row.args.fill(0);
    for (const [i, value] of call.args.slice(0, 6).entries()) row.args[i] = Number(value);
    row.result = Number(call.result ?? 0);
    const all = [...call.args, call.result ?? 0];
    const isWide = all.some((value) => !Number.isSafeInteger(Number(value)));
    row.wide = isWide ? exact(call) : undefined;
    if (call.result === undefined) setResultUnknown(row);
    return row;
  }

  #threadOf({ pid, tid, program }: TimedCall, atNanos: number): Thread {
    const point = { atNanos, stamp: atNanos };
    const known = this.#history.thread(tid);
    if (known !== undefined) {
      // A child that was taken for a thread has a pid of its own: it only borrows the space.
      if (pid === tid && known.process.pid !== pid && !known.borrows) {
        known.borrows = true;
        known.process.threads -= 1;
      }
      return known;
    }
    const leader = pid === 0 || pid === tid ? undefined : this.#history.thread(pid);
    if (leader !== undefined) return this.#history.addChild(leader, tid, "thread", point);
    const command = program === "" ? [] : [program];
    this.#out.begin({ command, startedAtUnixNanos: undefined });
    const root = this.#history.addRoot(pid || tid, point, program);
    return pid === 0 || pid === tid ? root : this.#history.addChild(root, tid, "thread", point);
  }

  #fork(thread: Thread, call: TimedCall, row: CallRow, stamp: number): void {
    const kind = childKind(call);
    row.kind = kind === "fork" ? kindCodes.clone : kindCodes.vfork;
    if (kind === "borrower") row.args.fill(0);
    if (row.result <= 0) {
      if (kind !== "thread") thread.process.order.add(row);
      return;
    }
    const point = { atNanos: row.at, stamp };
    // The child of a vfork runs before the call is over.
    const seen = this.#history.thread(row.result);
    const isOurs = seen?.borrows === true && seen.process === thread.process;
    const child =
      isOurs && seen !== undefined ? seen : this.#history.addChild(thread, row.result, kind, point);
    this.#history.forked(thread, row, child, kind);
  }
}

function exact({ args, result }: TimedCall): bigint[] {
  const six = Array.from({ length: 6 }, (_, i) => BigInt(args[i] ?? 0));
  return [...six, BigInt(result ?? 0)];
}

function childKind({ name, args }: TimedCall): ChildKind {
  if (name === "vfork") return "borrower";
  if (name === "fork") return "fork";
  // What clone3's structure held is not in the log; glibc makes threads with it.
  if (name === "clone3") return "thread";
  const flags = Number(args[0] ?? 0);
  const has = (bit: number): boolean => Math.floor(flags / bit) % 2 === 1;
  if (!has(shareSpace)) return "fork";
  return has(setTls) ? "thread" : "borrower";
}
