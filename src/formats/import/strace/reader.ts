/** One line of strace after the other, made into what happened. */

import { signalNumber } from "../../../base/signals.ts";
import type { EventOut } from "../event-out.ts";
import type { History, LogPoint, Thread } from "../history.ts";
import { copyOfLine, latin1, type LogLine } from "../lines.ts";
import type { ProblemLog } from "../problems.ts";
import { type CallShape, hashOf, shapeByHash, shapeByName } from "./call-table.ts";
import { CallEffects } from "./effects.ts";
import { childKindOf } from "./forks.ts";
import { type LineHead, LogClock } from "./head.ts";
import { CallParser } from "./parse-call.ts";
import { endOf, isProcessLine, isQuiet, joined, resumedName, unfinished } from "./shapes.ts";
import { firstString, stringList } from "./strings.ts";

/** A call that began and has not come back. */
interface Begun {
  readonly shape: CallShape;
  /** What stood behind its opening bracket, as Latin-1. */
  readonly text: string;
  readonly at: LogPoint;
  /** A fork's child, when it was seen before the call came back. */
  child?: Thread;
}

/** A line of a thread whose parent is not known yet: it waits for the call that made the thread. */
interface Deferred {
  readonly line: LogLine;
  /** Where the call begins in it. */
  readonly at: number;
  readonly point: LogPoint;
}

const mostDeferred = 100_000;
const attached = "strace: Process ";

export interface ReaderOptions {
  readonly out: EventOut;
  readonly history: History;
  readonly problems: ProblemLog;
  /** Stamps are times, and calls come in the order of their begins: several files with durations. */
  readonly byTime: boolean;
}

export class StraceReader {
  readonly clock = new LogClock();
  /** A duration stood behind the first call. */
  hasDurations = false;
  /** Lines so far, over all files. */
  lines = 0;
  readonly #out: EventOut;
  readonly #history: History;
  readonly #problems: ProblemLog;
  readonly #byTime: boolean;
  readonly #parser = new CallParser();
  readonly #effects: CallEffects;
  readonly #begun = new Map<number, Begun>();
  readonly #deferred = new Map<number, Deferred[]>();
  #deferredCount = 0;
  #forksOpen = 0;
  /** The thread whose fork was cut by a word of strace's own. */
  #cutBy: number | undefined;
  #now: LogPoint = { atNanos: 0, stamp: 0 };
  #line!: LogLine;

  constructor({ out, history, problems, byTime }: ReaderOptions) {
    this.#out = out;
    this.#history = history;
    this.#problems = problems;
    this.#byTime = byTime;
    this.#effects = new CallEffects(out, history, this.#parser);
  }

  /** @param tid of lines that name no thread; 0 is unknown */
  read(line: LogLine, head: LineHead, tid: number): void {
    this.lines += 1;
    const atNanos = this.clock.nanosOf(head);
    this.#now = { atNanos, stamp: this.#byTime ? atNanos : this.lines };
    const named = head.tid || tid || (this.#history.onlyThread?.tid ?? 0);
    this.#dispatch(line, head.at, named);
  }

  /** Ends what is open: its results will never be known. */
  finish(): void {
    for (const [tid, begun] of [...this.#begun]) {
      const thread = this.#history.thread(tid);
      if (thread !== undefined) this.#giveUp(thread, begun);
    }
    this.#begun.clear();
    this.#forksOpen = 0;
    for (const tid of [...this.#deferred.keys()]) this.#release(tid);
    this.#history.finish(this.#now);
  }

  #dispatch(line: LogLine, at: number, tid: number): void {
    this.#line = line;
    if (at >= line.end) return;
    const byte = line.bytes[at]!;
    if ((byte >= 97 && byte <= 122) || byte === 95) this.#call(line, at, tid);
    else if (byte === 60) this.#resumed(line, at, tid);
    else if (byte === 43) this.#ended(line, at, tid);
    else if (byte === 44 && this.#cutBy !== undefined) this.#resumeCut(line, at, this.#cutBy);
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
    const shape = shapeByHash.get(hash);
    if (shape === undefined || shape.name.length !== at - from) return;
    const thread = this.#history.thread(tid) ?? this.#find(tid, shape, line, from);
    if (thread === undefined) return;
    if (bytes[end - 1] === 62 && bytes[end - 2] === 46) {
      const text = latin1(bytes, at + 1, end);
      if (text.endsWith(unfinished)) {
        return this.#begin(thread, shape, text.slice(0, -unfinished.length).trimEnd());
      }
    }
    if (bytes[end - 1] === 100 && shape.role === "fork") {
      const text = latin1(bytes, at + 1, end);
      const cut = text.indexOf(attached);
      if (cut >= 0) {
        this.#cutBy = thread.tid;
        return this.#begin(thread, shape, text.slice(0, cut));
      }
    }
    this.#finishCall(thread, shape, bytes, at + 1, end, this.#now, undefined);
  }

  /** On a terminal strace says that it attached to a child in the middle of the line that made it. */
  #resumeCut(line: LogLine, at: number, tid: number): void {
    this.#cutBy = undefined;
    const begun = this.#takeBegun(tid);
    const thread = this.#history.thread(tid);
    if (begun === undefined || thread === undefined) return;
    const whole = Buffer.from(begun.text + latin1(line.bytes, at, line.end), "latin1");
    this.#finishCall(thread, begun.shape, whole, 0, whole.length, begun.at, begun.child);
  }

  #begin(thread: Thread, shape: CallShape, text: string): void {
    this.#abandon(thread);
    this.#begun.set(thread.tid, { shape, text, at: this.#now });
    if (shape.role === "fork") this.#forksOpen += 1;
    if (shape.role === "memory") thread.process.order.opened(thread.tid, this.#now.stamp);
  }

  #takeBegun(tid: number): Begun | undefined {
    const begun = this.#begun.get(tid);
    if (begun === undefined) return undefined;
    this.#begun.delete(tid);
    if (begun.shape.role === "fork") this.#forksOpen -= 1;
    return begun;
  }

  /** A new call of a thread whose last one did not come back: a signal handler jumped out of it. */
  #abandon(thread: Thread): void {
    const begun = this.#takeBegun(thread.tid);
    if (begun !== undefined) this.#giveUp(thread, begun);
  }

  #resumed(line: LogLine, at: number, tid: number): void {
    const text = latin1(line.bytes, at, line.end);
    const name = resumedName(text);
    if (name === undefined) return this.#problem("it is no line of strace");
    if (!shapeByName.has(name)) return;
    if (this.#deferred.has(tid)) return this.#defer(tid, line, at);
    const thread = this.#history.thread(tid);
    const begun = this.#begun.get(tid);
    if (begun === undefined || begun.shape.name !== name || thread === undefined) {
      if (!text.endsWith("= ?")) this.#problem(`the beginning of its ${name} is not in the log`, thread);
      return;
    }
    this.#takeBegun(tid);
    const { order } = thread.process;
    order.closed(tid);
    const whole = Buffer.from(joined(begun.text, text), "latin1");
    const { shape, child } = begun;
    this.#finishCall(thread, shape, whole, 0, whole.length, begun.at, child);
    order.settle();
  }

  #ended(line: LogLine, at: number, tid: number): void {
    const end = endOf(latin1(line.bytes, at, line.end));
    if (end === undefined) return this.#problem("it is no line of strace");
    if (end.goesOnFrom !== undefined) {
      const begun = this.#begun.get(end.goesOnFrom);
      this.#begun.delete(end.goesOnFrom);
      if (begun !== undefined) this.#begun.set(tid, begun);
      return;
    }
    if (this.#deferred.has(tid)) return this.#defer(tid, line, at);
    const thread = this.#history.thread(tid);
    if (thread === undefined) return;
    this.#abandon(thread);
    const signal = end.signal === undefined ? undefined : signalNumber(end.signal);
    const how = {
      ...(end.status !== undefined && { status: end.status }),
      ...(signal !== undefined && { signal }),
    };
    this.#history.exited(thread, how, this.#now);
  }

  /** A begun call without an end. */
  #giveUp(thread: Thread, { shape, text, at }: Begun): void {
    thread.process.order.closed(thread.tid);
    if (shape.role !== "memory" && shape.role !== "exit") return;
    const whole = Buffer.from(`${text.replace(/\)$/, "")}) = ?`, "latin1");
    this.#finishCall(thread, shape, whole, 0, whole.length, at, undefined);
  }

  /** Who a thread is that was not met before. Undefined: this line is taken care of. */
  #find(tid: number, shape: CallShape, line: LogLine, at: number): Thread | undefined {
    const history = this.#history;
    if (this.#forksOpen === 0) {
      const nameless = tid === 0 ? undefined : history.thread(0);
      if (nameless !== undefined) return history.rename(nameless, tid);
      return this.#root(tid, shape, line, at);
    }
    const forks = [...this.#begun].filter(([, { shape: one }]) => one.role === "fork");
    const open = forks.filter(([, { child }]) => child === undefined);
    const [parentTid, begun] = open[0] ?? [];
    const parent = parentTid === undefined ? undefined : history.thread(parentTid);
    if (open.length !== 1 || begun === undefined || parent === undefined) {
      this.#defer(tid, line, at);
      return undefined;
    }
    const kind = childKindOf(begun.shape.name, begun.text);
    begun.child = history.addChild(parent, tid, kind, this.#now);
    return begun.child;
  }

  /** The program that strace started begins with its own exec; one that it attached to does not. */
  #root(tid: number, shape: CallShape, line: LogLine, at: number): Thread | undefined {
    const text = latin1(line.bytes, at, line.end);
    const isExec = shape.name === "execve" && /\) += 0(?: <[\d.]+>)?$/.test(text);
    this.hasDurations ||= / <\d+\.\d+>$/.test(text);
    const argv = isExec ? stringList(text) : [];
    this.#out.begin({ command: argv, startedAtUnixNanos: this.clock.startedAtUnixNanos });
    const exe = isExec ? (firstString(text) ?? "") : "";
    const thread = this.#history.addRoot(tid, this.#now, exe, argv);
    return isExec ? undefined : thread;
  }

  #defer(tid: number, line: LogLine, at: number): void {
    const list = this.#deferred.get(tid) ?? [];
    this.#deferred.set(tid, list);
    list.push({ line: copyOfLine(line), at: at - line.start, point: this.#now });
    this.#deferredCount += 1;
    if (this.#deferredCount > mostDeferred) this.#release(tid);
  }

  /** Reads the lines of a thread that waited, now that it is known, or never will be. */
  #release(tid: number): void {
    const waiting = this.#deferred.get(tid);
    if (waiting === undefined) return;
    this.#deferred.delete(tid);
    this.#deferredCount -= waiting.length;
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
    begin: LogPoint,
    child: Thread | undefined,
  ): void {
    const parser = this.#parser;
    const { row } = parser;
    const as = parser.parse(shape, bytes, from, end);
    if (as === "unreadable") return this.#problem(parser.reason, thread);
    if (as === "other" || as === "restarted") return;
    row.tid = thread.tid;
    row.at = begin.atNanos;
    row.begin = begin.stamp;
    row.end = this.#byTime ? begin.stamp + Math.max(0, row.duration) : this.#now.stamp;
    const effects = this.#effects;
    if (this.#byTime) thread.process.order.advance(row.begin);
    if (shape.role === "memory") return effects.memory(thread, row);
    const text = latin1(bytes, from, parser.argsEnd);
    if (shape.role === "files") effects.files(thread, row, shape, text);
    else if (shape.role === "exit") effects.exit(thread, row, text);
    else if (shape.role === "exec") effects.exec(thread, row, text, this.#now);
    else {
      const made = row.result;
      effects.fork(thread, row, shape, text, child, this.#now);
      if (made > 0) this.#release(made);
    }
  }

  #problem(reason: string, thread?: Thread): void {
    this.#problems.add(this.#line, reason);
    if (thread === undefined) return;
    this.#history.lost(thread, `line ${this.#line.number} of the log: ${reason}`, this.#now);
  }
}
