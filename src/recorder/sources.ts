/** The processes being drained: their journals, and the process that each journal belongs to. */
import type { ProcessCallItem } from "../journal/contents/items.ts";
import type { RecordingWriter } from "../store/writer.ts";
import { type JournalFile, startTicks } from "./journal-file.ts";
import { JournalFolder } from "./journal-folder.ts";
import type { Launch } from "./launcher-journal.ts";
import { OutsideSites } from "./outside-sites.ts";
import { ProcessSource, type SourceState } from "./process-source.ts";
import type { ProcessFacts } from "./process-start.ts";
import { type Expected, ProcessTree } from "./process-tree.ts";

const lentNanos = 10_000_000;

/** The state from which another recorder continues after this one was killed, committed with the events. */
interface SourcesState {
  readonly version: 1;
  readonly nextProcess: number;
  /** The launched program is among the processes or the expected ones. */
  readonly launched?: boolean;
  /** Processes that had opened no journal by then. */
  readonly expected?: readonly Expected[];
  /** Journals that are completely in the log, by file name: their files may still exist. */
  readonly done: readonly string[];
  /** By the journal's file name. */
  readonly sources: Readonly<Record<string, SourceState>>;
}

export interface SourcesOptions {
  readonly folder: string;
  readonly writer: RecordingWriter;
  /** CLOCK_MONOTONIC at the start of the recording, nanoseconds. */
  readonly monoStart: bigint;
  /** Called for each new one with the moment at which its journal was opened. */
  readonly opened: (source: ProcessSource, openNanos: number) => void;
}

export class Sources {
  readonly tree = new ProcessTree();
  readonly #options: SourcesOptions;
  readonly #byName = new Map<string, ProcessSource>();
  readonly #folder: JournalFolder;
  readonly #outside = new OutsideSites();
  /** By number, including ended ones: a forked child inherits its parent's description. */
  readonly #facts = new Map<number, ProcessFacts>();
  readonly #resume: Readonly<Record<string, SourceState>>;
  #launched: boolean;
  #done: string[] = [];
  #nanosPerTick: number | undefined;

  /** Continues from the state stored in the recording, if any. */
  constructor(options: SourcesOptions) {
    this.#options = options;
    const text = options.writer.drainState() || "{}";
    const state = JSON.parse(text) as Partial<SourcesState>;
    this.#folder = new JournalFolder(options.folder, state.done);
    this.#resume = state.sources ?? {};
    this.tree.skipTo(state.nextProcess ?? 1, state.expected);
    this.#launched = state.launched ?? false;
  }

  get size(): number {
    return this.#byName.size;
  }

  /** A snapshot of the list: it does not change when sources are removed. */
  all(): readonly ProcessSource[] {
    return [...this.#byName.values()];
  }

  /** Opens the journals that appeared since the last call. */
  discover(): void {
    const fresh = this.#folder.fresh();
    if (this.#nanosPerTick === undefined) this.#nanosPerTick = this.#folder.launch()?.nanosPerTick;
    if (fresh.length > 0) this.expectLaunch(); // the launcher's exec has worked
    for (const { name, file } of fresh) this.#add(name, file);
  }

  /** The launcher's journal when it could not start the program; to be read after the launcher has ended. */
  failedLaunch(): Launch | undefined {
    this.discover();
    const launch = this.#folder.launch();
    return launch?.errno === undefined ? undefined : launch;
  }

  /** Expects the program itself like any other process, once its exec is known. */
  expectLaunch(): void {
    const launch = this.#launched ? undefined : this.#folder.launch();
    if (launch === undefined || launch.errno !== undefined) return;
    const atNanos = Number(launch.monoNanos - this.#options.monoStart);
    this.tree.addLaunch(launch.pid, atNanos, launch.path, launch.argv, launch.target);
    this.#launched = true;
  }

  /** Journals that hold no process that can be read; `damage` says why, where it is damage. */
  unopened(): ReturnType<JournalFolder["unopened"]> {
    return this.#folder.unopened();
  }

  /** Whether a process of the recording may still be running. */
  get isRunning(): boolean {
    if (this.size > 0) return true;
    return this.tree.missing().some(({ pid }) => startTicks(pid) !== undefined);
  }

  /** A journal of a child that shared its parent's address space proves that its exec worked. */
  hasJournal(pid: number, except: ProcessSource["reader"]): boolean {
    for (const { file, reader } of this.#byName.values()) {
      if (file.header.pid === pid && reader !== except && !file.header.features.forked) return true;
    }
    return false;
  }

  /** Lends the rate of another journal to one with a single clock pair: all processors share the counter. */
  lendClock({ reader, file }: ProcessSource): void {
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

  /** Removes and returns the sources whose rows are all in the log. */
  takeDone(): readonly ProcessSource[] {
    const taken: ProcessSource[] = [];
    for (const [name, source] of this.#byName) {
      if (!source.isDone) continue;
      this.#byName.delete(name);
      this.#done.push(name);
      taken.push(source);
    }
    return taken;
  }

  /** The resume state to commit together with the events. */
  state(): string {
    const sources: Record<string, SourceState> = {};
    for (const [name, source] of this.#byName) sources[name] = source.state();
    const state: SourcesState = {
      version: 1,
      nextProcess: this.tree.next,
      launched: this.#launched,
      expected: this.tree.missing(),
      done: this.#done,
      sources,
    };
    return JSON.stringify(state);
  }

  /** Called after the state was committed: nothing before it is needed again. */
  committed(): void {
    for (const source of this.#byName.values()) source.giveBack();
    this.#folder.remove(this.#done);
    this.#done = [];
  }

  #add(name: string, file: JournalFile): void {
    const { writer, monoStart, opened } = this.#options;
    const openNanos = Number(file.header.open.mono - monoStart);
    const resume = this.#resume[name];
    const place = this.tree.add(file.header, openNanos, resume?.facts.number);
    const facts: ProcessFacts = resume?.facts ?? {
      ...place,
      exe: "",
      argv: [],
      coverage: undefined,
      started: false,
    };
    const forkedFrom = place.how === "fork" ? this.#facts.get(place.parent ?? 0) : undefined;
    this.#facts.set(facts.number, facts);
    const source = new ProcessSource({
      file,
      facts,
      writer,
      monoStart,
      nanosPerTick: this.#nanosPerTick,
      onProcessCall: (from, call) => this.#takeCall(from, call),
      onExecText: (text) => this.tree.addArguments(text),
      outside: this.#outside,
      ...(forkedFrom === undefined ? {} : { forkedFrom }),
      ...(resume === undefined ? {} : { resume }),
    });
    opened(source, openNanos);
    this.#byName.set(name, source);
  }

  #takeCall(source: ProcessSource, call: ProcessCallItem): void {
    const { facts, file } = source;
    this.tree.addCall(call, facts.number, file.header.pid, source.pathOf(call.file));
  }
}
