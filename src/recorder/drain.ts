/** Moves the rows of journals into the event log, while programs write them and afterwards: the recorder's loop body. */
import type { ProcessEnd } from "../events/process.ts";
import { Merger } from "../journal/merge.ts";
import type { RecordingWriter } from "../store/writer.ts";
import type { Launch } from "./launcher-journal.ts";
import { damageOf, endOfSource, endOfUncovered, type RootEnd } from "./process-ends.ts";
import type { ProcessSource } from "./process-source.ts";
import type { Expected } from "./process-tree.ts";
import { Sources } from "./sources.ts";
import { Stuck } from "./stuck.ts";
import { uncoveredRows } from "./uncovered.ts";

/** At most this many rows between two commits: appended rows stay in memory until then. */
const rowsPerFlush = 200_000;
const flushMillis = 200;
const processesMeasured = 16;

export interface DrainOptions {
  readonly folder: string;
  readonly writer: RecordingWriter;
  /** CLOCK_MONOTONIC at the start of the recording, nanoseconds. */
  readonly monoStart: bigint;
  /** The program's own end, once it is known. */
  readonly rootEnd?: () => RootEnd | undefined;
}

export interface DrainCounts {
  readonly events: number;
  readonly processes: number;
  readonly alive: number;
  readonly lost: number;
  /** Calls of ended processes that have only their caller instead of a stack. */
  readonly stacksLost: number;
  /** Bytes of journals on disk at this moment. */
  readonly journalBytes: number;
}

export class Drain {
  readonly #options: DrainOptions;
  readonly #writer: RecordingWriter;
  readonly #sources: Sources;
  readonly #merger = new Merger(16_384);
  readonly #stuck = new Stuck();
  readonly #damage: string[] = [];
  #lost = 0;
  #stacksLost = 0;
  #rowsSinceFlush = 0;
  #latestNanos = 0;
  #flushedAt = performance.now();

  constructor(options: DrainOptions) {
    const { folder, writer, monoStart } = options;
    this.#options = options;
    this.#writer = writer;
    this.#sources = new Sources({
      folder,
      writer,
      monoStart,
      opened: ({ facts }, openNanos) => this.#merger.open(facts.number, openNanos),
    });
  }

  /** The launcher's journal when it could not start the program; to be read after the launcher has ended. */
  failedLaunch(): Launch | undefined {
    return this.#sources.failedLaunch();
  }

  /** Time of the newest event, nanoseconds since the start of the recording. */
  get latestNanos(): number {
    return this.#latestNanos;
  }

  /** Sentences about journals that could not be read whole. */
  get damage(): readonly string[] {
    return this.#damage;
  }

  counts(): DrainCounts {
    let journalBytes = 0;
    let lost = this.#lost;
    for (const { file, reader } of this.#sources.all()) {
      journalBytes += file.diskBytes;
      lost += reader.lostSlots;
    }
    return {
      events: this.#writer.eventCount,
      processes: this.#sources.tree.count,
      alive: this.#sources.size,
      lost,
      stacksLost: this.#stacksLost,
      journalBytes,
    };
  }

  /** Bytes mapped by all processes, or by the newest few when there are many: the live line reads it often. */
  get mappedBytes(): number {
    const newest = this.#sources.all().slice(-processesMeasured);
    return newest.reduce((bytes, { file }) => bytes + file.mappedBytes, 0);
  }

  /** Drains once. True when more is ready, so that the caller should not sleep. */
  poll(): boolean {
    // A journal that discover() does not find now will hold no call that began before now.
    const now = Number(process.hrtime.bigint() - this.#options.monoStart);
    this.#sources.discover();
    let more = false;
    for (const source of this.#sources.all()) {
      source.file.growAhead();
      // Liveness is checked before reading: a dead process writes no more, so this read gets everything.
      if (this.#merger.waitingOf(source.facts.number) === 0 && !source.file.isAlive) {
        this.#finishSource(source, () => this.#endOf(source, "killed"));
        more ||= !source.isEnded;
        continue;
      }
      const isFull = this.#fill(source, () => source.fill());
      more ||= isFull;
      if (isFull) continue; // its journal was not read to the end, so its watermark cannot rise
      this.#stuck.look(source);
      this.#finishIfGone(source);
      this.#merger.advance(source.facts.number, this.#watermark(source, now));
    }
    this.#merge();
    this.#flushWhenDue();
    return more;
  }

  /** The time before which this process will add no more rows. An open exec holds it back: the events of the program that it starts must follow the exec. */
  #watermark({ reader }: ProcessSource, now: number): number {
    const execs = reader.openExecs();
    for (const { slot, tid } of execs)
      if (this.#sources.hasJournal(tid, reader)) reader.giveUp(slot);
    return reader.isIdle && execs.length === 0 ? now : reader.latestNanos;
  }

  /** Whether a process of the recording may still be running. */
  get isRunning(): boolean {
    return this.#sources.isRunning;
  }

  /** Tells every hook to stop recording. Slots reserved by then are still drained. */
  stop(): void {
    for (const { file } of this.#sources.all()) file.live.stop();
  }

  /** Drains everything that is left, as if every process were gone, and commits it. */
  finish(how: ProcessEnd["how"]): void {
    this.#sources.discover();
    while (this.#sources.size > 0) {
      for (const source of this.#sources.all())
        this.#finishSource(source, () => this.#endOf(source, how));
      this.#merge();
      this.#flushWhenDue();
    }
    this.#sources.expectLaunch();
    for (const { name, pid, damage } of this.#sources.unopened()) {
      if (damage === undefined) this.#sources.tree.addUnopened(pid, this.#latestNanos);
      else this.#damage.push(`${name}: ${damage}`);
    }
    for (const expected of this.#sources.tree.missing()) this.#appendUncovered(expected, how);
    this.#flush();
  }

  /** Runs `work`, which fills the source's batch, and pushes the new rows to the merger. */
  #fill(source: ProcessSource, work: () => boolean): boolean {
    this.#sources.lendClock(source);
    const { number } = source.facts;
    const waiting = this.#merger.waitingOf(number);
    source.consumed = source.batch.length - waiting;
    if (waiting > 0) return true;
    const isFull = work();
    this.#merger.push(number, source.batch, source.consumed);
    return isFull;
  }

  #finishSource(source: ProcessSource, end: () => Omit<ProcessEnd, "process" | "atNanos">): void {
    this.#fill(source, () => source.finish(end));
    if (source.isEnded) this.#merger.close(source.facts.number);
  }

  /** A process is finished when it is dead, or when an exec has replaced its program. */
  #finishIfGone(source: ProcessSource): void {
    const { file } = source;
    const isReplaced = file.live.ended && this.#isReplaced(source);
    if (!isReplaced && file.isAlive) return;
    this.#finishSource(source, () => this.#endOf(source, isReplaced ? "exec" : "killed"));
  }

  #isReplaced({ file, exitStatus }: ProcessSource): boolean {
    return exitStatus === undefined && file.isAlive && !file.isMapped;
  }

  #endOf(
    source: ProcessSource,
    otherwise: ProcessEnd["how"],
  ): Omit<ProcessEnd, "process" | "atNanos"> {
    if (this.#sources.tree.isReplaced(source.facts.number)) return { how: "exec" };
    return endOfSource(source, this.#options.rootEnd?.(), otherwise);
  }

  #merge(): void {
    this.#merger.drain((rows) => {
      this.#rowsSinceFlush += rows.length;
      this.#latestNanos = Math.max(this.#latestNanos, rows.at[rows.length - 1] ?? 0);
      this.#writer.append(rows);
    });
    for (const source of this.#sources.all()) {
      source.consumed = source.batch.length - this.#merger.waitingOf(source.facts.number);
    }
    for (const source of this.#sources.takeDone()) this.#close(source);
  }

  #flushWhenDue(): void {
    const due = performance.now() - this.#flushedAt > flushMillis && this.#rowsSinceFlush > 0;
    if (due || this.#rowsSinceFlush >= rowsPerFlush) this.#flush();
  }

  #flush(): void {
    this.#writer.flush(this.#sources.state());
    this.#sources.committed();
    this.#rowsSinceFlush = 0;
    this.#flushedAt = performance.now();
  }

  #close(source: ProcessSource): void {
    const { reader, file } = source;
    this.#lost += reader.lostSlots;
    this.#stacksLost += file.live.stacksLost;
    this.#damage.push(...damageOf(source));
    file.close();
  }

  /** A process without a journal is recorded too, with the reason why it has none. */
  #appendUncovered(expected: Expected, how: ProcessEnd["how"]): void {
    this.#sources.tree.forget(expected);
    const number = expected.number ?? this.#sources.tree.newNumber();
    const atNanos = Math.max(this.#latestNanos, expected.atNanos);
    const end = endOfUncovered(expected.pid, atNanos, this.#options.rootEnd?.(), how);
    const one = { expected, number, end };
    this.#writer.append(uncoveredRows(one, (bytes) => this.#writer.blob(bytes)));
  }
}
