/** A recording as the output of strace -f -ttt -T, with nanoseconds. */

import { signalName } from "../../base/signals.ts";
import type { EventBatch } from "../../events/batch.ts";
import { isCall, isResultKnown } from "../../events/describe.ts";
import { kindOf } from "../../events/kinds.ts";
import type { ExportedProcess, Exporter, ExportOut, ExportSource } from "./exporter.ts";
import { argvText, callText, execText, quoted, resultText } from "./strace-call.ts";
import { TextBlock } from "./text-block.ts";

export const strace: Exporter = {
  name: "strace",
  writes: "text as strace -f -ttt -T writes it, to nanoseconds; maptrail import reads it back",
  isBinary: false,
  async run(source, out) {
    await new StraceWriter(source, out).run();
  },
};

/** A successful fork or vfork whose line is not complete: it is split where its child's lines begin. */
interface Fork {
  readonly tid: number;
  readonly atNanos: number;
  readonly name: string;
  /** `clone(0x1200011, 0, 0, 0x7f..., 0` */
  readonly begun: string;
  isBegun: boolean;
}

class StraceWriter {
  readonly #source: ExportSource;
  readonly #block: TextBlock;
  readonly #processes: ReadonlyMap<number, ExportedProcess>;
  /** Threads that have been introduced by a line, by process. */
  readonly #known = new Map<number, Set<number>>();
  /** By the process that made them and the child's number. */
  readonly #forks = new Map<string, Fork>();

  constructor(source: ExportSource, out: ExportOut) {
    this.#source = source;
    this.#block = new TextBlock(out);
    this.#processes = new Map(source.processes.map((one) => [one.process, one]));
  }

  async run(): Promise<void> {
    for (const batch of this.#source.batches()) this.#findForks(batch);
    for (const batch of this.#source.batches()) {
      for (let row = 0; row < batch.length; row++) {
        this.#row(batch, row);
        if (this.#block.isFull) await this.#block.flush();
      }
    }
    await this.#block.flush();
  }

  #findForks(batch: EventBatch): void {
    for (let row = 0; row < batch.length; row++) {
      const kind = kindOf(batch.kind[row]!);
      if ((kind !== "vfork" && kind !== "clone") || !isResultKnown(batch, row)) continue;
      const child = batch.result[row]!;
      if (child <= 0) continue;
      const text = callText(batch, row, kind, undefined);
      this.#forks.set(`${batch.process[row]} ${child}`, {
        tid: batch.tid[row]!,
        atNanos: batch.at[row]!,
        name: text.slice(0, text.indexOf("(")),
        begun: text.slice(0, -1),
        isBegun: false,
      });
    }
  }

  /** The child's lines begin before the call that made it returns. */
  #beginFork(process: number, child: number): boolean {
    const fork = this.#forks.get(`${process} ${child}`);
    if (fork === undefined || fork.isBegun) return false;
    fork.isBegun = true;
    this.#line(fork.tid, fork.atNanos, `${fork.begun} <unfinished ...>`);
    return true;
  }

  #row(batch: EventBatch, row: number): void {
    const kind = kindOf(batch.kind[row]!);
    const process = batch.process[row]!;
    const atNanos = batch.at[row]!;
    if (isCall(kind)) {
      this.#introduce(process, batch.tid[row]!, atNanos);
      if (kind === "vfork" || kind === "clone") this.#fork(batch, row, kind);
      else if (kind === "execve" || kind === "execveat") this.#exec(batch, row, kind);
      else {
        const path = this.#source.pathOf(batch.file[row]!);
        const text = callText(batch, row, kind, path);
        this.#line(
          batch.tid[row]!,
          atNanos,
          `${text} = ${resultText(batch, row, kind)}`,
          batch,
          row,
        );
      }
    } else if (kind === "processStarted") this.#started(process, atNanos);
    else if (kind === "processEnded") this.#ended(process, atNanos);
  }

  /** Recordings have no events for new threads: a clone line is written before a thread's first line. */
  #introduce(process: number, tid: number, atNanos: number): void {
    const pid = this.#processes.get(process)?.pid ?? tid;
    const known = this.#known.get(process) ?? new Set([pid]);
    this.#known.set(process, known);
    if (known.has(tid)) return;
    known.add(tid);
    if (this.#beginFork(process, tid)) return;
    const flags = "CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_SIGHAND|CLONE_THREAD|CLONE_SETTLS";
    this.#line(pid, atNanos, `clone(child_stack=NULL, flags=${flags}) = ${tid}`);
  }

  #fork(batch: EventBatch, row: number, kind: "vfork" | "clone"): void {
    const process = batch.process[row]!;
    const child = batch.result[row]!;
    const fork = this.#forks.get(`${process} ${child}`);
    this.#forks.delete(`${process} ${child}`);
    // The number may come again, for another child.
    this.#known.get(process)?.delete(child);
    const text =
      fork?.isBegun === true
        ? `<... ${fork.name} resumed>)`
        : callText(batch, row, kind, undefined);
    const result = resultText(batch, row, kind);
    this.#line(batch.tid[row]!, batch.at[row]!, `${text} = ${result}`, batch, row);
  }

  #exec(batch: EventBatch, row: number, kind: "execve" | "execveat"): void {
    const process = batch.process[row]!;
    const tid = batch.tid[row]!;
    const atNanos = batch.at[row]!;
    const path = this.#source.pathOf(batch.file[row]!) ?? "";
    const pid = this.#processes.get(process)?.pid ?? tid;
    const next = isResultKnown(batch, row) ? undefined : this.#after(process, [tid, pid], atNanos);
    const text = execText(batch, row, kind, path, next?.argv ?? []);
    const result = next === undefined ? resultText(batch, row, kind) : "0";
    if (next === undefined || next.pid === tid) {
      this.#line(tid, atNanos, `${text} = ${result}`, batch, row);
      return;
    }
    // After a thread's exec it is the process's first thread.
    this.#line(tid, atNanos, `${text.slice(0, -1)} <unfinished ...>`);
    this.#line(pid, atNanos, `+++ superseded by execve in pid ${tid} +++`);
    this.#line(pid, atNanos, `<... ${kind} resumed>) = 0`, batch, row);
  }

  /** The process that an exec made. */
  #after(process: number, pids: readonly number[], atNanos: number): ExportedProcess | undefined {
    return this.#source.processes.find(
      (one) =>
        one.how === "exec" &&
        one.parent === process &&
        pids.includes(one.pid) &&
        one.atNanos >= atNanos,
    );
  }

  /** The first program's exec is the recorder's own, for which there is no event. */
  #started(number: number, atNanos: number): void {
    const process = this.#processes.get(number);
    if (process === undefined) return;
    if (process.how === "fork") this.#beginFork(process.parent ?? 0, process.pid);
    if (process.how !== "launch" || process.exe === "") return;
    const program = `"${quoted(process.exe, '"')}"`;
    const text = `execve(${program}, ${argvText(process.argv)}, NULL) = 0`;
    this.#line(process.pid, atNanos, text);
  }

  #ended(number: number, atNanos: number): void {
    const process = this.#processes.get(number);
    const end = process?.end;
    if (process === undefined || end === undefined) return;
    if (end.how !== "exit" && end.how !== "killed") return;
    const how =
      end.signal === undefined
        ? `exited with ${end.status ?? 0}`
        : `killed by ${end.signal > 32 ? `SIGRT_${end.signal - 32}` : signalName(end.signal)}`;
    const threads = this.#known.get(number) ?? new Set([process.pid]);
    threads.delete(process.pid);
    for (const tid of [...threads, process.pid]) this.#line(tid, atNanos, `+++ ${how} +++`);
    this.#known.delete(number);
  }

  #line(tid: number, atNanos: number, text: string, batch?: EventBatch, row = 0): void {
    const nanos = this.#source.recording.startedAtUnixNanos + BigInt(Math.round(atNanos));
    const seconds = nanos / 1_000_000_000n;
    const time = `${seconds}.${String(nanos % 1_000_000_000n).padStart(9, "0")}`;
    const duration = batch?.duration[row] ?? -1;
    const took = duration < 0 ? "" : ` <${(duration / 1e9).toFixed(9)}>`;
    this.#block.add(`${String(tid).padEnd(5)} ${time} ${text}${took}\n`);
  }
}
