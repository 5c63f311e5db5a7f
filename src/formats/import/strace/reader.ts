/** Interprets the lines of strace one by one. */

import type { EventOut } from "../event-out.ts";
import type { History, LogPoint, Thread } from "../history.ts";
import { copyOfLine, type LogLine, latin1 } from "../lines.ts";
import type { ProblemLog } from "../problems.ts";
import { type CallShape, shapeByHash, shapeByName } from "./call-table.ts";
import { LogClock } from "./clock.ts";
import { CallFinisher } from "./finish-call.ts";
import type { LineHead } from "./head.ts";
import { DeferredLines, type OpenCall, OpenCalls } from "./open-calls.ts";
import { cutBy, endOf, isProcessLine, isQuiet, joined, resumedName, unfinished } from "./shapes.ts";
import { ThreadFinder } from "./threads.ts";

export interface ReaderOptions {
  readonly out: EventOut;
  readonly history: History;
  readonly problems: ProblemLog;
  /** Stamps are times, and calls come in the order of their begins: several files with durations. */
  readonly byTime: boolean;
}

export class StraceReader {
  readonly clock = new LogClock();
  /** Lines so far, over all files. */
  lines = 0;
  readonly #history: History;
  readonly #problems: ProblemLog;
  readonly #byTime: boolean;
  readonly #finisher: CallFinisher;
  readonly #finder: ThreadFinder;
  readonly #open = new OpenCalls();
  readonly #deferred = new DeferredLines();
  /** On a terminal strace says that it attached to a child in the middle of another's line. */
  #isCut = false;
  /** The thread whose call that was, if it is one of ours. */
  #cutBy: number | undefined;
  #now: LogPoint = { atNanos: 0, stamp: 0 };
  #line!: LogLine;

  constructor({ out, history, problems, byTime }: ReaderOptions) {
    this.#history = history;
    this.#problems = problems;
    this.#byTime = byTime;
    this.#finisher = new CallFinisher(out, history, byTime);
    this.#finder = new ThreadFinder(history, this.#open, out, this.clock);
  }

  /** A duration stood behind the first call. */
  get hasDurations(): boolean {
    return this.#finder.hasDurations;
  }

  /** @param tid of lines that name no thread; 0 is unknown */
  read(line: LogLine, head: LineHead, tid: number): void {
    this.lines += 1;
    const atNanos = this.clock.nanosOf(head);
    this.#now = { atNanos, stamp: this.#byTime ? atNanos : this.lines };
    const named = head.tid || tid || (this.#history.onlyThread?.tid ?? 0);
    this.#dispatch(line, head.at, named);
  }

  /** Ends open calls, whose results will never be known. */
  finish(): void {
    this.#now = { ...this.#now, stamp: this.#now.stamp + 1 };
    for (const tid of this.#open.threads()) {
      const thread = this.#history.thread(tid);
      if (thread !== undefined) this.#abandon(thread);
    }
    for (const tid of this.#deferred.threads()) this.#release(tid);
    this.#history.finish(this.#now);
  }

  #dispatch(line: LogLine, at: number, tid: number): void {
    this.#line = line;
    if (at >= line.end) return;
    const byte = line.bytes[at]!;
    if (this.#isCut) {
      this.#isCut = false;
      if (byte !== 91) {
        this.#resumeCut(line, at);
        return;
      }
    }
    if ((byte >= 97 && byte <= 122) || byte === 95) this.#call(line, at, tid);
    else if (byte === 60) this.#resumed(line, at, tid);
    else if (byte === 43) this.#ended(line, at, tid);
    else if (!isQuiet(line, at)) this.#problem("it is no line of strace");
  }

  #call(line: LogLine, from: number, tid: number): void {
    const { bytes, end } = line;
    let at = from;
    let hash = 0;
    for (; at < end; at++) {
      const byte = bytes[at]!;
      const isName = (byte >= 97 && byte <= 122) || (byte >= 48 && byte <= 57) || byte === 95;
      if (!isName) break;
      hash = (Math.imul(hash, 31) + byte) | 0;
    }
    if (bytes[at] !== 40) {
      if (!isProcessLine(line, from)) this.#problem("it is no line of strace");
      return;
    }
    const cut = cutBy(line, from);
    this.#isCut = cut >= 0;
    const shape = shapeByHash.get(hash);
    if (shape === undefined || shape.name.length !== at - from) return;
    const thread = this.#history.thread(tid) ?? this.#find(tid, shape, line, from);
    if (thread === undefined) return;
    if (bytes[end - 1] === 62 && bytes[end - 2] === 46) {
      const text = latin1(bytes, at + 1, end);
      if (text.endsWith(unfinished)) {
        this.#begin(thread, shape, text.slice(0, -unfinished.length).trimEnd());
        return;
      }
    }
    if (cut >= 0) {
      this.#cutBy = thread.tid;
      this.#begin(thread, shape, latin1(bytes, at + 1, from + cut));
      return;
    }
    this.#finishCall(thread, shape, bytes, at + 1, end, { at: this.#now, tid: thread.tid });
  }

  /** The rest of a line that a word of strace's own has cut in two. */
  #resumeCut(line: LogLine, at: number): void {
    const tid = this.#cutBy;
    this.#cutBy = undefined;
    const text = latin1(line.bytes, at, line.end);
    if (tid === undefined || text === unfinished) return;
    const begun = this.#open.take(tid);
    const thread = this.#history.thread(tid);
    if (begun !== undefined && thread !== undefined) this.#goOn(thread, begun, begun.text + text);
  }

  /** `text` is the whole of a call that began on an earlier line. */
  #goOn(thread: Thread, call: OpenCall, text: string): void {
    const { order } = thread.process;
    order.closed(thread.tid);
    const whole = Buffer.from(text, "latin1");
    this.#finishCall(thread, call.shape, whole, 0, whole.length, call);
    order.settle();
  }

  #begin(thread: Thread, shape: CallShape, text: string): void {
    this.#abandon(thread);
    this.#open.begin(thread.tid, { shape, text, at: this.#now, tid: thread.tid });
    if (shape.role === "memory") thread.process.order.opened(thread.tid, this.#now.stamp);
  }

  /** A new call of a thread whose last one did not return: a signal handler jumped out of it. */
  #abandon(thread: Thread): void {
    const begun = this.#open.take(thread.tid);
    if (begun === undefined) return;
    thread.process.order.closed(thread.tid);
    const { role } = begun.shape;
    if (role !== "memory" && role !== "exit") return;
    this.#goOn(thread, begun, `${begun.text.replace(/\)$/, "")}) = ?`);
  }

  #resumed(line: LogLine, at: number, tid: number): void {
    const text = latin1(line.bytes, at, line.end);
    const name = resumedName(text);
    if (name === undefined) {
      this.#problem("it is no line of strace");
      return;
    }
    if (!shapeByName.has(name)) return;
    if (this.#deferred.has(tid)) {
      this.#defer(tid, line, at);
      return;
    }
    if (this.#open.get(0)?.shape.name === name) this.#finder.name(tid);
    const thread = this.#history.thread(tid);
    const begun = this.#open.get(tid);
    if (begun === undefined || begun.shape.name !== name || thread === undefined) {
      if (!/= \?(?: <unavailable>)?$/.test(text))
        this.#problem(`the beginning of its ${name} is not in the log`, thread);
      return;
    }
    this.#open.take(tid);
    this.#goOn(thread, begun, joined(begun.text, text));
  }

  #ended(line: LogLine, at: number, tid: number): void {
    const end = endOf(latin1(line.bytes, at, line.end));
    if (end === undefined) {
      this.#problem("it is no line of strace");
      return;
    }
    if (end.goesOnFrom !== undefined) {
      this.#open.move(end.goesOnFrom, tid);
      return;
    }
    if (this.#deferred.has(tid)) {
      this.#defer(tid, line, at);
      return;
    }
    const thread = this.#history.thread(tid);
    if (thread === undefined) return;
    this.#abandon(thread);
    const { status, signal } = end;
    const how = {
      ...(status !== undefined && { status }),
      ...(signal !== undefined && { signal }),
    };
    this.#history.exited(thread, how, this.#now);
  }

  /** The thread of that line; undefined when the line was handled already. */
  #find(tid: number, shape: CallShape, line: LogLine, at: number): Thread | undefined {
    const text = latin1(line.bytes, at, line.end);
    const found = this.#finder.find(tid, shape, text, this.#now);
    if (found === "wait") this.#defer(tid, line, at);
    return typeof found === "string" ? undefined : found;
  }

  #defer(tid: number, line: LogLine, at: number): void {
    this.#deferred.add(tid, { line: copyOfLine(line), at: at - line.start, point: this.#now });
    if (this.#deferred.isFull) this.#release(tid);
  }

  /** Reads the lines of a thread that waited, now that it is known, or never will be. */
  #release(tid: number): void {
    const waiting = this.#deferred.take(tid);
    if (waiting === undefined) return;
    if (this.#history.thread(tid) === undefined) this.#history.addRoot(tid, this.#now);
    const now = this.#now;
    const line = this.#line;
    for (const one of waiting) {
      this.#now = one.point;
      this.#dispatch(one.line, one.at, tid);
    }
    this.#now = now;
    this.#line = line;
  }

  #finishCall(
    thread: Thread,
    shape: CallShape,
    bytes: Uint8Array,
    from: number,
    end: number,
    call: Pick<OpenCall, "at" | "child" | "tid">,
  ): void {
    const made = this.#finisher.finish(thread, shape, bytes, from, end, call, this.#now);
    if (typeof made === "number") {
      if (made > 0) this.#release(made);
    } else this.#problem(made, shape.role === "files" ? undefined : thread);
  }

  #problem(reason: string, thread?: Thread): void {
    this.#problems.add(this.#line, reason);
    if (thread === undefined) return;
    this.#history.lost(thread, `line ${this.#line.number} of the log: ${reason}`, this.#now);
  }
}
