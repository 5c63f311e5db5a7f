/** One process while it is drained: its journal's rows, with observations between them. */
import { batchCapacity, createBatch, type EventBatch } from "../events/batch.ts";
import type { ProcessEnd } from "../events/process.ts";
import type { JournalFile as JournalFileEntry } from "../journal/contents/files.ts";
import type { JournalItem, ProcessCallItem } from "../journal/contents/items.ts";
import { JournalReader } from "../journal/reader.ts";
import { lowWater, type ResumeState } from "../journal/resume.ts";
import type { RecordingWriter } from "../store/writer.ts";
import type { JournalFile } from "./journal-file.ts";
import { type AccountOptions, ProcessAccount } from "./process-account.ts";
import type { ProcessFacts } from "./process-start.ts";
import { storedStack } from "./stored-stack.ts";

/** Most processes are short: their rows fit into the first batch, and a full-sized one takes 2 MB. */
const firstBatchRows = 256;
const batchRows = 16_384;

/** The resume state of a source, as plain JSON. */
export interface SourceState {
  readonly facts: ProcessFacts;
  /** The reader's state when the current batch was begun. */
  readonly reader: ResumeState | undefined;
  /** Rows since then that are in the log. */
  readonly skip: number;
}

export interface SourceOptions extends AccountOptions {
  readonly nanosPerTick: number | undefined;
  /** Called for each clone, vfork, exec and exit, in history order. */
  readonly onProcessCall: (source: ProcessSource, call: ProcessCallItem) => void;
  readonly resume?: SourceState;
}

export class ProcessSource {
  readonly facts: ProcessFacts;
  readonly file: JournalFile;
  readonly reader: JournalReader;
  batch: EventBatch;
  /** Rows of the batch that are in the log already; set by the drain before each use. */
  consumed = 0;
  /** The exit that was announced, if any. */
  exitStatus: number | undefined;
  readonly #writer: RecordingWriter;
  readonly #options: SourceOptions;
  readonly #paths = new Map<number, string>();
  readonly #account: ProcessAccount;
  #skip: number;
  #stateAtBatch: ResumeState | undefined;
  #startedAtBatch = false;
  #ended = false;

  constructor(options: SourceOptions) {
    const { file, facts, resume } = options;
    this.#options = options;
    this.#account = new ProcessAccount(options);
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

  /** Everything in the journal has been taken. */
  get isDone(): boolean {
    return this.#ended && this.#account.isIdle && this.consumed === this.batch.length;
  }

  state(): SourceState {
    const { facts } = this;
    const isWhole = this.consumed === this.batch.length && this.#account.isIdle;
    return isWhole
      ? { facts, reader: this.#readerState(), skip: this.#skip }
      : {
          facts: { ...facts, started: this.#startedAtBatch },
          reader: this.#stateAtBatch,
          skip: this.consumed,
        };
  }

  /** Refills a consumed batch with rows that have become final. True when there are more than fit. */
  fill(): boolean {
    if (this.consumed < this.batch.length) return true;
    this.#beginBatch();
    const isFull = this.#readOn();
    this.#dropKnown();
    return isFull;
  }

  #readOn(): boolean {
    if (this.facts.how === "fork") this.#account.start(); // a fork child has its parent's program and coverage; its journal repeats neither
    for (;;) {
      if (!this.#account.flushTo(this.batch)) return true;
      const reserved = this.file.live.cursor;
      const before = this.reader.wanted;
      this.reader.feed(this.file.windowAt(before), reserved);
      const full = this.#take();
      if (full) return true;
      const wanted = this.reader.wanted;
      if (wanted === before || wanted >= Math.min(reserved, this.file.presentSlots)) break;
    }
    return false;
  }

  /** All rows were put into batches; the last batch may still wait to be merged. */
  get isEnded(): boolean {
    return this.#ended && this.#account.isIdle;
  }

  /**
   * The process is gone: takes the rest and adds its end, which its last calls may show.
   * True when there is more than fits.
   */
  finish(end: () => Omit<ProcessEnd, "process" | "atNanos">): boolean {
    this.reader.finish(this.file.presentSlots);
    if (this.fill()) return true;
    if (!this.reader.isClosed || this.#ended) return false;
    this.#account.end(end(), this.reader.lowWater, this.reader.latestNanos);
    this.#ended = true;
    return !this.#account.flushTo(this.batch);
  }

  /** Called after a commit of the log: frees the disk space of slots that will never be read again. */
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
      if (!this.#account.flushTo(this.batch)) return true;
    }
  }

  #handle(item: JournalItem): void {
    if (item.type !== "processCall") {
      this.#account.take(item);
      return;
    }
    if (item.call === "exit_group") this.exitStatus = item.args[0]! & 255;
    this.#options.onProcessCall(this, item);
  }
}
