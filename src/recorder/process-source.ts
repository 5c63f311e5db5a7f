/** One process while it is drained: its journal's rows, with the observations of its start, maps, losses and end between them. */
import { batchCapacity, createBatch, type EventBatch } from "../events/batch.ts";
import { moments } from "../events/kinds.ts";
import type { Coverage, CoveredSite, ProcessEnd } from "../events/process.ts";
import { parseCoverage } from "../journal/coverage-text.ts";
import type { JournalFile as JournalFileEntry } from "../journal/files.ts";
import type { JournalItem, ProcessCallItem, TextItem } from "../journal/items.ts";
import { JournalReader } from "../journal/reader.ts";
import { lowWater, type ResumeState } from "../journal/resume.ts";
import type { RecordingWriter } from "../store/writer.ts";
import type { JournalFile } from "./journal-file.ts";
import { lostReason } from "./lost-reasons.ts";
import { appendObservation, type ObservationRow } from "./observations.ts";
import type { OutsideSites } from "./outside-sites.ts";
import { type ProcessFacts, processStart } from "./process-start.ts";
import { storedStack } from "./stored-stack.ts";

/** Most processes are short: their rows fit into the first batch, and a full-sized one takes 2 MB. */
const firstBatchRows = 256;
const batchRows = 16_384;

/** Where a source stands, as plain JSON. */
export interface SourceState {
  readonly facts: ProcessFacts;
  /** Of the reader when the batch in hand was begun. */
  readonly reader: ResumeState | undefined;
  /** Rows since then that are in the log. */
  readonly skip: number;
}

export interface SourceOptions {
  readonly file: JournalFile;
  readonly facts: ProcessFacts;
  readonly writer: RecordingWriter;
  readonly monoStart: bigint;
  readonly nanosPerTick: number | undefined;
  /** Called for each clone, vfork, exec and exit, in history order. */
  readonly onProcessCall: (source: ProcessSource, call: ProcessCallItem) => void;
  /** Called for the arguments of a program that is to be exec'd, before the exec itself. */
  readonly onExecText: (text: TextItem) => void;
  readonly outside: OutsideSites;
  /** The parent, whose program and coverage a forked child has as well. */
  readonly forkedFrom?: ProcessFacts;
  readonly resume?: SourceState;
}

export class ProcessSource {
  readonly facts: ProcessFacts;
  readonly file: JournalFile;
  readonly reader: JournalReader;
  batch: EventBatch;
  /** Rows of the batch that are in the log already: told by the drain before it asks for anything. */
  consumed = 0;
  /** The exit that was announced, if any. */
  exitStatus: number | undefined;
  readonly #writer: RecordingWriter;
  readonly #options: SourceOptions;
  readonly #paths = new Map<number, string>();
  readonly #outside = new Map<string, CoveredSite>();
  #waiting: ObservationRow[] = [];
  #skip: number;
  #stateAtBatch: ResumeState | undefined;
  #startedAtBatch = false;
  #ended = false;

  constructor(options: SourceOptions) {
    const { file, facts, resume } = options;
    this.#options = options;
    this.file = file;
    this.facts = facts;
    this.#writer = options.writer;
    this.batch = createBatch(firstBatchRows);
    this.#skip = resume?.skip ?? 0;
    this.#stateAtBatch = resume?.reader;
    this.reader = new JournalReader({
      header: file.header,
      process: facts.number,
      monoStart: options.monoStart,
      fileId: (entry) => this.#fileId(entry),
      stackId: (stack) => storedStack(this.#writer, stack),
      ...(options.nanosPerTick === undefined ? {} : { nanosPerTick: options.nanosPerTick }),
      ...(resume?.reader === undefined ? {} : { resume: resume.reader }),
    });
  }

  #fileId({ dev, inode, path = "" }: JournalFileEntry): number {
    const id = this.#writer.file({ dev, inode, path });
    this.#paths.set(id, path);
    return id;
  }

  /** The path of a file that a row of this process names, "" when it is not known. */
  pathOf(file: number): string {
    return this.#paths.get(file) ?? "";
  }

  /** Everything that the journal can give has been taken over. */
  get isDone(): boolean {
    return this.#ended && this.#waiting.length === 0 && this.consumed === this.batch.length;
  }

  state(): SourceState {
    const { facts } = this;
    const isWhole = this.consumed === this.batch.length && this.#waiting.length === 0;
    return isWhole
      ? { facts, reader: this.#readerState(), skip: this.#skip }
      : {
          facts: { ...facts, started: this.#startedAtBatch },
          reader: this.#stateAtBatch,
          skip: this.consumed,
        };
  }

  /** Fills the batch, once it is consumed, with what has become final. True when more is at hand than fits. */
  fill(): boolean {
    if (this.consumed < this.batch.length) return true;
    this.#beginBatch();
    const isFull = this.#readOn();
    this.#dropKnown();
    return isFull;
  }

  #readOn(): boolean {
    if (this.facts.how === "fork") this.#start(); // a fork child is what its parent was, and says no more
    for (;;) {
      if (!this.#flushWaiting()) return true;
      const drawn = this.file.live.cursor;
      const before = this.reader.wanted;
      this.reader.feed(this.file.windowAt(before), drawn);
      const full = this.#take();
      if (full) return true;
      const wanted = this.reader.wanted;
      if (wanted === before || wanted >= Math.min(drawn, this.file.presentSlots)) break;
    }
    return false;
  }

  /** All rows were put into batches; the last batch may still wait to be merged. */
  get isEnded(): boolean {
    return this.#ended && this.#waiting.length === 0;
  }

  /**
   * The process is gone: takes what is left, and says how it ended, which its last calls may tell.
   * True when more is at hand than fits.
   */
  finish(end: () => Omit<ProcessEnd, "process" | "atNanos">): boolean {
    this.reader.finish(this.file.presentSlots);
    if (this.fill()) return true;
    if (!this.reader.isClosed || this.#ended) return false;
    this.#start();
    const atNanos = this.reader.latestNanos;
    const outside = [...this.#outside.values()];
    const { stacksLost } = this.file.live;
    const told = {
      process: this.facts.number,
      ...end(),
      atNanos,
      ...(stacksLost > 0 && { stacksLost }),
      ...(outside.length > 0 && { outside }),
    };
    const blob = this.#json(told);
    this.#observe("processEnded", [blob], this.reader.lowWater, 0, atNanos);
    this.#ended = true;
    return !this.#flushWaiting();
  }

  /** Called once the log is committed: what will never be read again goes back to the file system. */
  giveBack(): void {
    const state = this.state().reader;
    if (state !== undefined) this.file.drained(lowWater(state));
  }

  #beginBatch(): void {
    const capacity = batchCapacity(this.batch);
    if (this.batch.length === capacity && capacity < batchRows) {
      this.batch = createBatch(Math.min(batchRows, capacity * 8));
    }
    this.batch.length = 0;
    this.batch.wide.clear();
    this.consumed = 0;
    this.#stateAtBatch = this.#readerState();
    this.#startedAtBatch = this.facts.started;
  }

  #readerState(): ResumeState | undefined {
    try {
      return this.reader.resumeState();
    } catch {
      return this.#stateAtBatch; // still being restored
    }
  }

  /** After a resume: the first rows are in the log already, this batch's or more. */
  #dropKnown(): void {
    const known = Math.min(this.#skip, this.batch.length);
    this.consumed += known;
    this.#skip -= known;
  }

  #take(): boolean {
    for (;;) {
      const got = this.reader.take(this.batch);
      if (got === undefined) return false;
      if (got === "full") return true;
      this.#handle(got);
      if (!this.#flushWaiting()) return true;
    }
  }

  #handle(item: JournalItem): void {
    switch (item.type) {
      case "text":
        this.#text(item);
        break;
      case "maps": {
        this.#findOutside(item.bytes);
        const blob = this.#writer.blob(item.bytes);
        const args = [blob, moments[item.moment], item.stable ? 1 : 0];
        this.#observe("mapsObserved", args, item.slot, item.tid, item.atNanos);
        break;
      }
      case "processCall":
        if (item.call === "exit_group") this.exitStatus = item.args[0]! & 255;
        this.#options.onProcessCall(this, item);
        break;
      case "lost": {
        const reason = lostReason(this.file.live.lostReason);
        const args = [item.count, this.#writer.blob(Buffer.from(reason))];
        this.#observe("callsLost", args, item.slot, 0, item.atNanos);
        break;
      }
      case "sealed":
        break;
    }
  }

  #findOutside(maps: Uint8Array): void {
    const bases = (this.facts.coverage?.modules ?? []).map(({ base }) => Number(base));
    for (const [start] of this.file.header.toolRanges) bases.push(Number(start));
    const text = Buffer.from(maps).toString("utf8");
    for (const site of this.#options.outside.look(text, new Set(bases))) {
      this.#outside.set(`${site.module} ${site.offset}`, site);
    }
  }

  #text(item: TextItem): void {
    const text = Buffer.from(item.bytes).toString("utf8");
    const own = item.key === "0" || item.topic !== "argv";
    if (!own) this.#options.onExecText(item);
    else if (item.topic === "exe") this.facts.exe = text;
    else if (item.topic === "argv") this.facts.argv = text.split("\0").slice(0, -1);
    else if (item.topic === "coverage") {
      this.facts.coverage = parseCoverage(text, this.#wroteBy());
      this.#start();
    }
  }

  #wroteBy(): Coverage["via"] {
    // The hook sets the feature when it has patched, which is before the coverage text is whole.
    const { wroteMem, wroteProtect } = this.file.features;
    return wroteProtect ? "mprotect" : wroteMem ? "mem" : "none";
  }

  /** The first row of a process tells what it is; behind an exec that is known once the hook has told what it covers. */
  #start(): void {
    const { facts } = this;
    if (facts.started) return;
    facts.started = true;
    const { forkedFrom } = this.#options;
    if (forkedFrom !== undefined) {
      facts.exe = forkedFrom.exe;
      facts.argv = forkedFrom.argv;
      facts.coverage = forkedFrom.coverage;
    }
    const { header } = this.file;
    const openNanos = Number(header.open.mono - this.#options.monoStart);
    const start = processStart(facts, header, Math.max(0, openNanos));
    this.#observe("processStarted", [this.#json(start)], 0, header.tid, start.atNanos);
  }

  #json(value: object): number {
    return this.#writer.blob(Buffer.from(JSON.stringify(value)));
  }

  #observe(
    kind: ObservationRow["kind"],
    args: number[],
    slot: number,
    tid: number,
    at: number,
  ): void {
    const atNanos = Math.max(at, 0);
    this.#waiting.push({ kind, process: this.facts.number, tid, atNanos, args, slot });
  }

  #flushWaiting(): boolean {
    while (this.#waiting.length > 0) {
      if (!appendObservation(this.batch, this.#waiting[0]!)) return false;
      this.#waiting.shift();
    }
    return true;
  }
}
