/** Assigns calls to processes, which it makes from the forks, execs and exits of any kind of log. */

import { defaultPageBytes } from "../../base/pages.ts";
import type { ProcessEnd, ProcessStart } from "../../events/process.ts";
import { type CallRow, copyOfRow, setResultUnknown } from "./call-row.ts";
import type { EventOut } from "./event-out.ts";
import type { GivenMaps } from "./importer.ts";
import { ImportedProcess, type ProcessOrigin } from "./process.ts";

/** A point of the log. */
export interface LogPoint {
  readonly atNanos: number;
  /** On the scale of CallRow.begin and end. */
  readonly stamp: number;
}

/** What a new thread id is, by what it shares with its maker. */
export type ChildKind = "fork" | "borrower" | "thread";

export interface Thread {
  readonly tid: number;
  process: ImportedProcess;
  /** A vfork or CLONE_VM child: it runs in its parent's space until it execs or ends. */
  borrows: boolean;
}

export interface HistoryOptions {
  readonly out: EventOut;
  readonly maps: readonly GivenMaps[];
  /** Sentences about what the log lacks; read when a process begins. */
  readonly reasons: () => readonly string[];
}

export class History {
  readonly #out: EventOut;
  readonly #options: HistoryOptions;
  readonly #threads = new Map<number, Thread>();
  /** In the order of their numbers, without those that have ended. */
  readonly #alive = new Map<number, ImportedProcess>();
  #next = 1;
  /** Pid of the first process, to which maps without a pid belong. */
  #firstPid: number | undefined;
  /** Calls come in the order of their begins. */
  isByBegin = false;

  constructor(options: HistoryOptions) {
    this.#out = options.out;
    this.#options = options;
  }

  thread(tid: number): Thread | undefined {
    return this.#threads.get(tid);
  }

  /** The only live thread, if there is just one. */
  get onlyThread(): Thread | undefined {
    return this.#threads.size === 1 ? this.#threads.values().next().value : undefined;
  }

  /** Lines without a thread number turn out to be of the thread with that number. */
  rename(thread: Thread, tid: number): Thread {
    const renamed = { ...thread, tid };
    this.#threads.delete(thread.tid);
    this.#threads.set(tid, renamed);
    return renamed;
  }

  /** A process that is older than the log, or whose start the log does not show. */
  addRoot(tid: number, at: LogPoint, exe = "", argv: readonly string[] = []): Thread {
    const process = this.#newProcess({
      pid: tid,
      ppid: 0,
      parent: undefined,
      how: "launch",
      exe,
      argv,
      atNanos: at.atNanos,
    });
    const thread = { tid, process, borrows: false };
    this.#threads.set(tid, thread);
    process.threads = 1;
    this.#start(process);
    return thread;
  }

  /** A new thread id, before or after the call that made it returned; see `forked`. */
  addChild(parent: Thread, tid: number, kind: ChildKind, at: LogPoint): Thread {
    const known = this.#threads.get(tid);
    if (known !== undefined) this.exited(known, {}, at); // the number is in use again
    if (kind !== "fork") {
      const thread = { tid, process: parent.process, borrows: kind === "borrower" };
      if (kind === "thread") parent.process.threads += 1;
      this.#threads.set(tid, thread);
      return thread;
    }
    const { pid, number, exe, argv } = parent.process;
    const process = this.#newProcess({
      pid: tid,
      ppid: pid,
      parent: number,
      how: "fork",
      exe,
      argv,
      atNanos: at.atNanos,
    });
    process.threads = 1;
    process.files = new Map(parent.process.files);
    const thread = { tid, process, borrows: false };
    this.#threads.set(tid, thread);
    return thread;
  }

  /** The call that made `child` returned: it precedes everything that a forked child does. */
  forked(parent: Thread, row: CallRow, child: Thread, kind: ChildKind): void {
    if (kind === "thread") return;
    if (kind === "borrower") parent.process.order.add(row);
    else parent.process.order.add(row, () => this.#start(child.process));
  }

  /** A successful exec. `row` is the call, or undefined when it is not known. */
  execed(thread: Thread, row: CallRow, exe: string, argv: readonly string[], at: LogPoint): void {
    const before = thread.process;
    const call = copyOfRow(row);
    setResultUnknown(call);
    const pid = thread.borrows ? thread.tid : before.pid;
    const process = this.#newProcess({
      pid,
      ppid: thread.borrows ? before.pid : before.ppid,
      parent: before.number,
      how: "exec",
      exe,
      argv,
      atNanos: at.atNanos,
    });
    process.files = new Map(before.files);
    process.threads = 1;
    if (!thread.borrows) this.#dropThreads(before);
    this.#threads.delete(thread.tid);
    this.#threads.set(pid, { tid: pid, process, borrows: false });
    const isOwn = !thread.borrows;
    before.order.add(call, () => {
      if (isOwn) this.#end(before, { how: "exec" }, at);
      this.#start(process);
    });
  }

  /** A thread is gone; with the last one its process ends. */
  exited(thread: Thread, end: Pick<ProcessEnd, "status" | "signal">, at: LogPoint): void {
    this.#threads.delete(thread.tid);
    const { process } = thread;
    process.order.closed(thread.tid);
    if (thread.borrows) return;
    process.threads -= 1;
    if (process.threads > 0) {
      process.order.settle();
      return;
    }
    const how = end.signal !== undefined ? "killed" : end.status === undefined ? "unknown" : "exit";
    process.order.mark(at.stamp, () => this.#end(process, { how, ...end }, at));
  }

  /** All threads of its process are gone at once. */
  exitedGroup(thread: Thread, end: Pick<ProcessEnd, "status">, at: LogPoint): void {
    if (!thread.borrows) {
      this.#dropThreads(thread.process);
      thread.process.threads = 1;
    }
    this.exited(thread, end, at);
  }

  /** Calls of that process that could not be read. */
  lost(thread: Thread, reason: string, at: LogPoint): void {
    const { process } = thread;
    process.order.mark(at.stamp, () =>
      this.#out.lost(process.number, process.pid, at.atNanos, 1, reason),
    );
  }

  /** No further call of any process will begin below `stamp`. */
  advance(stamp: number): void {
    for (const { order } of this.#alive.values()) if (!order.isEmpty) order.advance(stamp);
  }

  /** The end of the log: places all waiting calls and ends every process. */
  finish(at: LogPoint): void {
    for (const process of [...this.#alive.values()]) {
      if (!process.isStarted) this.#start(process);
      process.order.placeAll();
    }
    for (const process of [...this.#alive.values()]) this.#end(process, { how: "unknown" }, at);
    this.#threads.clear();
  }

  #dropThreads(process: ImportedProcess): void {
    for (const [tid, thread] of this.#threads) {
      if (thread.process !== process || thread.borrows) continue;
      this.#threads.delete(tid);
      process.order.closed(tid);
    }
  }

  #newProcess(origin: ProcessOrigin): ImportedProcess {
    const number = this.#next++;
    const process = new ImportedProcess(number, origin, (row) => this.#out.call(row, number));
    process.order.paused = true;
    process.order.isByBegin = this.isByBegin;
    this.#firstPid ??= origin.pid;
    this.#alive.set(number, process);
    return process;
  }

  #start(process: ImportedProcess): void {
    if (process.isStarted) return;
    process.isStarted = true;
    const { number, pid } = process;
    const given = process.how === "launch" ? this.#mapsOf(pid, "start") : undefined;
    const start: ProcessStart = {
      ...process.origin,
      process: number,
      coverage: {
        status: "partial",
        reasons: this.#options.reasons(),
        modules: [],
        sites: [],
        via: "none",
      },
      toolRanges: [],
      pageBytes: defaultPageBytes,
      ...(given === undefined ? { startUnknown: true } : {}),
    };
    this.#out.started(start);
    if (given !== undefined) this.#out.maps(number, pid, start.atNanos, given.bytes, "start");
    process.order.paused = false;
    process.order.settle();
  }

  #end(
    process: ImportedProcess,
    end: Pick<ProcessEnd, "how" | "status" | "signal">,
    at: LogPoint,
  ): void {
    if (!this.#alive.delete(process.number)) return;
    const { number, pid } = process;
    const given = end.how === "exec" ? undefined : this.#mapsOf(pid, "end");
    if (given !== undefined) this.#out.maps(number, pid, at.atNanos, given.bytes, "exit");
    this.#out.ended({ process: number, ...end, atNanos: at.atNanos }, pid);
  }

  #mapsOf(pid: number, when: GivenMaps["when"]): GivenMaps | undefined {
    return this.#options.maps.find(
      (one) => one.when === when && (one.pid ?? this.#firstPid) === pid,
    );
  }
}
