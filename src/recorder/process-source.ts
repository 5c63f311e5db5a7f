/** One process while it is drained: its journal's rows, with what was observed of it between them. */
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

/** Where a source stands, as plain JSON. */
export interface SourceState {
  readonly facts: ProcessFacts;
  /** Of the reader when the batch in hand was begun. */
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
  /** Rows of the batch that are in the log already: told by the drain before it asks for anything. */
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

  /** Everything that the journal can give has been taken over. */
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

  /** Fills the batch, once it is consumed, with what has become final. True when more is at hand than fits. */
  fill(): boolean {
    if (this.consumed < this.batch.length) return true;
    this.#beginBatch();
    const isFull = this.#readOn();
    this.#dropKnown();
    return isFull;
  }

  #readOn(): boolean {
    if (this.facts.how === "fork") this.#account.start(); // a fork child is what its parent was, and says no more
    for (;;) {
      if (!this.#account.flushTo(this.batch)) return true;
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
    return this.#ended && this.#account.isIdle;
  }

  /**
   * The process is gone: takes what is left, and says how it ended, which its last calls may tell.
   * True when more is at hand than fits.
   */
  finish(end: () => Omit<ProcessEnd, "process" | "atNanos">): boolean {
    this.reader.finish(this.file.presentSlots);
    if (this.fill()) return true;
    if (!this.reader.isClosed || this.#ended) return false;
    this.#account.end(end(), this.reader.lowWater, this.reader.latestNanos);
    this.#ended = true;
    return !this.#account.flushTo(this.batch);
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
