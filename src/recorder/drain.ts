/** Moves what journals hold into the event log, while they are written and after: the recorder's loop body. */
import type { ProcessEnd } from "../events/process.ts";
import type { ProcessCallItem } from "../journal/items.ts";
import { Merger } from "../journal/merge.ts";
import type { RecordingWriter } from "../store/writer.ts";
import { type JournalFile, startTicks } from "./journal-file.ts";
import { JournalFolder } from "./journal-folder.ts";
import type { Launch } from "./launcher-journal.ts";
import { OutsideSites } from "./outside-sites.ts";
import { damageOf, endOfSource, endOfUncovered, type RootEnd } from "./process-ends.ts";
import { ProcessSource, type SourceState } from "./process-source.ts";
import type { ProcessFacts } from "./process-start.ts";
import { type Expected, ProcessTree } from "./process-tree.ts";
import { Stuck } from "./stuck.ts";
import { uncoveredRows } from "./uncovered.ts";

/** Rows between two commits, at most: what is appended stays in memory until then. */
const rowsPerFlush = 200_000;
const flushMillis = 200;
const lentNanos = 10_000_000;
const processesMeasured = 16;

/** What a recorder that was killed leaves for the one that goes on, committed with the events themselves. */
interface DrainState {
  readonly version: 1;
  readonly nextProcess: number;
  /** The launch is among the processes, or among the expected. */
  readonly launched?: boolean;
  /** Processes that had opened no journal by then. */
  readonly expected?: readonly Expected[];
  /** Journals that are wholly in the log, by file name: they may be there still. */
  readonly done: readonly string[];
  /** By the journal's file name. */
  readonly sources: Readonly<Record<string, SourceState>>;
}

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
  /** Calls of ended processes with their caller in place of their stack. */
  readonly stacksLost: number;
  /** Bytes of journals on disk at this moment. */
  readonly journalBytes: number;
}

export class Drain {
  readonly #options: DrainOptions;
  readonly #writer: RecordingWriter;
  readonly #tree = new ProcessTree();
  readonly #sources = new Map<string, ProcessSource>();
  readonly #folder: JournalFolder;
  readonly #merger = new Merger(16_384);
  readonly #stuck = new Stuck();
  readonly #outside = new OutsideSites();
  /** By number, the ended ones too: a forked child is what its parent was. */
  readonly #facts = new Map<number, ProcessFacts>();
  readonly #damage: string[] = [];
  #resume: Readonly<Record<string, SourceState>> = {};
  #launched = false;
  #done: string[] = [];
  #lost = 0;
  #stacksLost = 0;
  #rowsSinceFlush = 0;
  #latestNanos = 0;
  #flushedAt = performance.now();
  #nanosPerTick: number | undefined;

  constructor(options: DrainOptions) {
    this.#options = options;
    this.#writer = options.writer;
    const text = options.writer.drainState() || "{}";
    const state = JSON.parse(text) as Partial<DrainState>;
    this.#folder = new JournalFolder(options.folder, state.done);
    this.#resume = state.sources ?? {};
    this.#tree.skipTo(state.nextProcess ?? 1, state.expected);
    this.#launched = state.launched ?? false;
  }

  /** The launcher's account when it could not start the program; asked once the launcher has ended. */
  failedLaunch(): Launch | undefined {
    this.#discover();
    const launch = this.#folder.launch();
    return launch?.errno === undefined ? undefined : launch;
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
    for (const { file } of this.#sources.values()) journalBytes += file.diskBytes;
    let lost = this.#lost;
    for (const { reader } of this.#sources.values()) lost += reader.lostSlots;
    return {
      events: this.#writer.eventCount,
      processes: this.#tree.count,
      alive: this.#sources.size,
      lost,
      stacksLost: this.#stacksLost,
      journalBytes,
    };
  }

  /** What the processes have mapped together; of many, the newest ones only: it is asked for often. */
  get mappedBytes(): number {
    const newest = [...this.#sources.values()].slice(-processesMeasured);
    return newest.reduce((bytes, { file }) => bytes + file.mappedBytes, 0);
  }

  /** One round. True while there is more to take at once. */
  poll(): boolean {
    // A journal that is not there after this moment holds nothing that began before it.
    const now = Number(process.hrtime.bigint() - this.#options.monoStart);
    this.#discover();
    let more = false;
    for (const source of [...this.#sources.values()]) {
      source.file.growAhead();
      // Asked before it is read: all that a process wrote before its end is then there, and one round takes it.
      if (this.#merger.waitingOf(source.facts.number) === 0 && !source.file.isAlive) {
        this.#finishSource(source, () => this.#endOf(source, "killed"));
        more ||= !source.isEnded;
        continue;
      }
      const isFull = this.#fill(source, () => source.fill());
      more ||= isFull;
      if (isFull) continue; // it was not asked for all that it has, so nothing can be said of what may come
      this.#stuck.look(source);
      this.#finishIfGone(source);
      this.#merger.advance(source.facts.number, this.#reach(source, now));
    }
    this.#merge();
    this.#flushWhenDue();
    return more;
  }

  /** Until when nothing earlier can come from this process: what an exec started must follow it. */
  #reach({ reader }: ProcessSource, now: number): number {
    const execs = reader.openExecs();
    for (const { slot, tid } of execs) if (this.#hasJournal(tid, reader)) reader.giveUp(slot);
    return reader.isIdle && execs.length === 0 ? now : reader.latestNanos;
  }

  /** A child that shared the address space and exec'd is known by its own journal: the exec worked. */
  #hasJournal(pid: number, except: ProcessSource["reader"]): boolean {
    for (const { file, reader } of this.#sources.values()) {
      if (file.header.pid === pid && reader !== except && !file.header.features.forked) return true;
    }
    return false;
  }

  /** A journal with one clock pair alone borrows the rate of another: the counter is one for all processors. */
  #lendClock(source: ProcessSource): void {
    const { reader, file } = source;
    if (reader.clock.calibrated) {
      this.#nanosPerTick ??= reader.clock.rate;
      return;
    }
    const rate = this.#nanosPerTick;
    if (rate === undefined) return;
    const { tsc, mono } = file.header.open;
    reader.addClockPair({
      tsc: tsc + BigInt(Math.round(lentNanos / rate)),
      mono: mono + BigInt(lentNanos),
    });
  }

  /** Whether a process of the recording may still be running. */
  get isRunning(): boolean {
    if (this.#sources.size > 0) return true;
    return this.#tree.missing().some(({ pid }) => startTicks(pid) !== undefined);
  }

  /** Asks every hook to record no more; what is drawn by then is still taken. */
  stop(): void {
    for (const { file } of this.#sources.values()) file.live.stop();
  }

  /** Takes everything that is left, as if every process were gone, and commits it. */
  finish(how: ProcessEnd["how"]): void {
    this.#discover();
    while (this.#sources.size > 0) {
      for (const source of [...this.#sources.values()])
        this.#finishSource(source, () => this.#endOf(source, how));
      this.#merge();
      this.#flushWhenDue();
    }
    this.#expectLaunch();
    for (const { name, pid, damage } of this.#folder.unopened()) {
      if (damage === undefined) this.#tree.addUnopened(pid, this.#latestNanos);
      else this.#damage.push(`${name}: ${damage}`);
    }
    for (const expected of this.#tree.missing()) this.#appendUncovered(expected, how);
    this.#flush();
  }

  /** Runs `work`, which fills the source's batch, and hands what is new to the merger. */
  #fill(source: ProcessSource, work: () => boolean): boolean {
    this.#lendClock(source);
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

  #discover(): void {
    const fresh = this.#folder.fresh();
    if (this.#nanosPerTick === undefined) this.#nanosPerTick = this.#folder.launch()?.nanosPerTick;
    if (fresh.length > 0) this.#expectLaunch(); // the launcher's exec has worked
    for (const { name, file } of fresh) this.#addSource(name, file);
  }

  /** The program itself is expected as any other, once it is known that it was run. */
  #expectLaunch(): void {
    const launch = this.#launched ? undefined : this.#folder.launch();
    if (launch === undefined || launch.errno !== undefined) return;
    const atNanos = Number(launch.monoNanos - this.#options.monoStart);
    this.#tree.addLaunch(launch.pid, atNanos, launch.path, launch.argv, launch.target);
    this.#launched = true;
  }

  #openNanos(file: JournalFile): number {
    return Number(file.header.open.mono - this.#options.monoStart);
  }

  #addSource(name: string, file: JournalFile): void {
    const resume = this.#resume[name];
    const place = this.#tree.add(file.header, this.#openNanos(file), resume?.facts.number);
    const facts: ProcessFacts = resume?.facts ?? {
      ...place,
      exe: "",
      argv: [],
      coverage: undefined,
      started: false,
    };
    const forkedFrom = place.how === "fork" ? this.#facts.get(place.parent ?? 0) : undefined;
    this.#facts.set(facts.number, facts);
    this.#merger.open(facts.number, this.#openNanos(file));
    this.#sources.set(
      name,
      new ProcessSource({
        file,
        facts,
        writer: this.#writer,
        monoStart: this.#options.monoStart,
        nanosPerTick: this.#nanosPerTick,
        onProcessCall: (source, call) => this.#takeCall(source, call),
        onExecText: (text) => this.#tree.addArguments(text),
        outside: this.#outside,
        ...(forkedFrom === undefined ? {} : { forkedFrom }),
        ...(resume === undefined ? {} : { resume }),
      }),
    );
  }

  #takeCall(source: ProcessSource, call: ProcessCallItem): void {
    const { facts, file } = source;
    this.#tree.addCall(call, facts.number, file.header.pid, source.pathOf(call.file));
  }

  /** A process is final when it is dead, or when an exec has put another program in its place. */
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
    if (this.#tree.isReplaced(source.facts.number)) return { how: "exec" };
    return endOfSource(source, this.#options.rootEnd?.(), otherwise);
  }

  #merge(): void {
    this.#merger.drain((rows) => {
      this.#rowsSinceFlush += rows.length;
      this.#latestNanos = Math.max(this.#latestNanos, rows.at[rows.length - 1] ?? 0);
      this.#writer.append(rows);
    });
    for (const [name, source] of this.#sources) {
      source.consumed = source.batch.length - this.#merger.waitingOf(source.facts.number);
      if (source.isDone) this.#forget(name, source);
    }
  }

  #flushWhenDue(): void {
    const due = performance.now() - this.#flushedAt > flushMillis && this.#rowsSinceFlush > 0;
    if (due || this.#rowsSinceFlush >= rowsPerFlush) this.#flush();
  }

  #flush(): void {
    const sources: Record<string, SourceState> = {};
    for (const [name, source] of this.#sources) sources[name] = source.state();
    const state: DrainState = {
      version: 1,
      nextProcess: this.#tree.next,
      launched: this.#launched,
      expected: this.#tree.missing(),
      done: this.#done,
      sources,
    };
    this.#writer.flush(JSON.stringify(state));
    this.#rowsSinceFlush = 0;
    this.#flushedAt = performance.now();
    for (const source of this.#sources.values()) source.giveBack();
    this.#folder.remove(this.#done);
    this.#done = [];
  }

  #forget(name: string, source: ProcessSource): void {
    const { reader, file } = source;
    this.#lost += reader.lostSlots;
    this.#stacksLost += file.live.stacksLost;
    this.#damage.push(...damageOf(source));
    file.close();
    this.#sources.delete(name);
    this.#done.push(name);
  }

  /** A process without a journal is in the recording all the same, with the reason. */
  #appendUncovered(expected: Expected, how: ProcessEnd["how"]): void {
    this.#tree.forget(expected);
    const number = expected.number ?? this.#tree.newNumber();
    const atNanos = Math.max(this.#latestNanos, expected.atNanos);
    const end = endOfUncovered(expected.pid, atNanos, this.#options.rootEnd?.(), how);
    const one = { expected, number, end };
    this.#writer.append(uncoveredRows(one, (bytes) => this.#writer.blob(bytes)));
  }
}
