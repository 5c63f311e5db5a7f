/** The processes that are drained at this moment: which journals there are, and which process each is of. */
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

/** What a recorder that was killed leaves for the one that goes on, committed with the events themselves. */
interface SourcesState {
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
  /** By number, the ended ones too: a forked child is what its parent was. */
  readonly #facts = new Map<number, ProcessFacts>();
  readonly #resume: Readonly<Record<string, SourceState>>;
  #launched: boolean;
  #done: string[] = [];
  #nanosPerTick: number | undefined;

  /** Goes on from the state that the recording holds, if any. */
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

  /** Those of this moment: the list stays as it is when some are forgotten. */
  all(): readonly ProcessSource[] {
    return [...this.#byName.values()];
  }

  /** Opens the journals that came since. */
  discover(): void {
    const fresh = this.#folder.fresh();
    if (this.#nanosPerTick === undefined) this.#nanosPerTick = this.#folder.launch()?.nanosPerTick;
    if (fresh.length > 0) this.expectLaunch(); // the launcher's exec has worked
    for (const { name, file } of fresh) this.#add(name, file);
  }

  /** The launcher's account when it could not start the program; asked once the launcher has ended. */
  failedLaunch(): Launch | undefined {
    this.discover();
    const launch = this.#folder.launch();
    return launch?.errno === undefined ? undefined : launch;
  }

  /** The program itself is expected as any other, once it is known that it was run. */
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

  /** A child that shared the address space and exec'd is known by its own journal: the exec worked. */
  hasJournal(pid: number, except: ProcessSource["reader"]): boolean {
    for (const { file, reader } of this.#byName.values()) {
      if (file.header.pid === pid && reader !== except && !file.header.features.forked) return true;
    }
    return false;
  }

  /** A journal with one clock pair alone borrows the rate of another: the counter is one for all processors. */
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

  /** Lets those go that are wholly taken over, and gives them. */
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

  /** What is committed with the events, for whoever goes on. */
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

  /** Called once the state is committed: nothing of what came before it is needed again. */
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
