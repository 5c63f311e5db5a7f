/** One session with one recording: the view, what is known of the recording, and the work that finds out more. */
import type { Answers } from "../../app/explore/answers.ts";
import { type EventView, viewOf, wordsOf } from "../../app/explore/event-view.ts";
import { type EventPlace, EventWindow } from "../../app/explore/event-window.ts";
import type { Life } from "../../app/explore/life.ts";
import { MatchIndex } from "../../app/explore/match-index.ts";
import { frameOf, type SpaceFrame } from "../../app/explore/space-frame.ts";
import type { Survey } from "../../app/explore/survey.ts";
import type { Tape } from "../../app/explore/tape.ts";
import type { EventLine } from "../draw/events.ts";
import type { ScreenSize } from "../draw/layout.ts";
import type { Palette } from "../draw/palette.ts";
import { FindingsSource } from "./findings-source.ts";
import { Jobs } from "./jobs.ts";
import { Lives } from "./lives.ts";
import { Store } from "./store.ts";
import { Surveys } from "./surveys.ts";
import { firstView, type View } from "./view.ts";

/** What the session needs of the terminal besides being shown. */
export interface Host {
  copy(text: string): void;
  /** Gives the terminal to the shell for a while. */
  suspend(): void;
  /** Ends the TUI with an error that is not about the recording. */
  fail(error: unknown): void;
}

export class Session {
  readonly tape: Tape;
  readonly palette: Palette;
  readonly store: Store<View>;
  readonly jobs: Jobs;
  readonly host: Host;
  readonly findings: FindingsSource;
  /** The last answer about an address or an event, as lines of text. */
  answer: { readonly title: string; readonly lines: readonly string[] } | undefined;
  /** What a key waits for: called as work progresses until it returns true, or until the next key. */
  awaited: (() => boolean) | undefined;
  #answers: Promise<Answers> | undefined;
  #events: EventWindow;
  #frame: SpaceFrame | undefined;
  #frameKey = "";
  readonly #surveys: Surveys;
  readonly #lives: Lives;
  #matches: MatchIndex | undefined;

  constructor(tape: Tape, palette: Palette, size: ScreenSize, host: Host) {
    this.tape = tape;
    this.palette = palette;
    this.host = host;
    this.store = new Store(firstView(size));
    this.jobs = new Jobs(() => this.#onProgress(), host.fail);
    const { jobs } = this;
    this.#surveys = new Surveys(tape, jobs);
    this.#lives = new Lives({ tape, jobs, onChange: () => this.bump(), onError: host.fail });
    this.findings = new FindingsSource(tape, () => this.bump());
    this.#events = new EventWindow(tape.reader, tape.context.pageBytes);
  }

  get view(): View {
    return this.store.get();
  }

  #resumeJobs(): void {
    this.#surveys.resume(this.process);
    if (this.#matches?.isWhole === false && !this.jobs.has("filter")) {
      this.jobs.start("filter", this.#matches.advance());
    }
  }

  #onProgress(): void {
    this.#resumeJobs();
    this.store.batch(() => {
      if (this.awaited?.() === true) this.awaited = undefined;
      this.bump();
    });
  }

  /** Has the panes drawn again, after a change outside of the view. */
  bump(): void {
    this.store.set({ revision: this.view.revision + 1 });
  }

  /** Loaded with the first question: names of functions need code that nothing else does. */
  answers(): Promise<Answers> {
    this.#answers ??= import("../../app/explore/answers.ts").then(
      ({ Answers: Loaded }) => new Loaded(this.tape),
    );
    return this.#answers;
  }

  event(seq: number): EventView | undefined {
    const place = this.place(seq);
    return place === undefined ? undefined : viewOf(place, this.tape.context);
  }

  words(seq: number): string {
    const place = this.place(seq);
    return place === undefined ? "" : wordsOf(place, this.tape.context);
  }

  place(seq: number): EventPlace | undefined {
    return this.#events.at(seq);
  }

  line(seq: number, withWords: boolean): EventLine {
    const place = this.place(seq);
    if (place === undefined) return { seq, view: undefined, words: "" };
    const view = viewOf(place, this.tape.context);
    const words = withWords || !view.isCall ? wordsOf(place, this.tape.context) : "";
    return { seq, view, words };
  }

  /** The process whose address space is shown: that of the event under the cursor. */
  get process(): number {
    const { seq } = this.view;
    const first = this.tape.context.processes[0]?.process ?? 1;
    return this.event(seq)?.process ?? first;
  }

  /** The address space after the event under the cursor; undefined while its maps are not known. */
  get frame(): SpaceFrame | undefined {
    const { seq } = this.view;
    const { process } = this;
    const key = `${process} ${seq}`;
    if (key === this.#frameKey) return this.#frame;
    this.#frameKey = key;
    const space = seq === 0 ? undefined : this.tape.seeker.spaceAt(process, seq);
    const tools = this.tape.landmarks.get(process)?.row?.toolRanges ?? [];
    const ranges = tools.map(([start, end]) => [Number(start), Number(end)] as const);
    this.#frame = space && frameOf(space, process, seq, ranges);
    return this.#frame;
  }

  get matches(): MatchIndex | undefined {
    return this.#matches;
  }

  /** Length of the list: all events, or those that match the filter so far. */
  get rowCount(): number {
    return this.#matches?.count ?? this.tape.reader.eventCount;
  }

  seqOfRank(rank: number): number | undefined {
    if (this.#matches !== undefined) return this.#matches.seqAt(rank);
    return rank >= 0 && rank < this.rowCount ? rank + 1 : undefined;
  }

  /** Rank of the first listed event at or after this one. */
  rankOfSeq(seq: number): number {
    return this.#matches?.rankOf(seq) ?? Math.max(0, seq - 1);
  }

  /** Throws a UserError for a filter that makes no sense. */
  setFilter(text: string): void {
    const filter = text.trim();
    if (filter === (this.#matches?.filter ?? "")) return;
    const matches = filter === "" ? undefined : new MatchIndex(this.tape, filter);
    this.#matches = matches;
    if (matches === undefined) this.jobs.stop("filter");
    else this.jobs.startNow("filter", matches.advance());
  }

  /** Figures of a process over the whole recording, as far as they are known. */
  survey(process: number): Survey {
    return this.#surveys.of(process);
  }

  /**
   * The life of the mapping under the cursor, or of the one that this event removed there, as far as
   * it is read. It is read once the cursor has rested.
   */
  get life(): Life | undefined {
    const { frame } = this;
    const { address } = this.view;
    // While a recording is followed, the cursor moves on before a life could be read.
    if (frame === undefined || address === undefined || this.isFollowing) return undefined;
    return this.#lives.at(frame, address);
  }

  /** True while the cursor moves along with a growing recording. */
  get isFollowing(): boolean {
    return this.view.isFollowing && this.tape.isGrowing;
  }

  /** Reads what a growing recording has gained; true when it has. */
  refresh(): boolean {
    if (!this.tape.refresh()) return false;
    this.#events = new EventWindow(this.tape.reader, this.tape.context.pageBytes);
    this.#frameKey = "";
    this.#lives.clear();
    this.#resumeJobs();
    return true;
  }

  close(): void {
    this.#lives.close();
    this.jobs.close();
    this.findings.close();
    this.tape.close();
  }
}
