/** One sitting with one recording: what is looked at, what is known of it, and the work that finds out more. */

import type { Answers } from "../app/explore/answers.ts";
import { type EventView, viewOf, wordsOf } from "../app/explore/event-view.ts";
import { type EventPlace, EventWindow } from "../app/explore/event-window.ts";
import type { Life } from "../app/explore/life.ts";
import { MatchIndex } from "../app/explore/match-index.ts";
import { frameOf, type SpaceFrame } from "../app/explore/space-frame.ts";
import { Survey } from "../app/explore/survey.ts";
import type { Tape } from "../app/explore/tape.ts";
import { keep } from "../base/keep.ts";
import { Player } from "./actions/play.ts";
import type { EventLine } from "./draw/events.ts";
import type { Palette } from "./draw/palette.ts";
import { FindingsSource } from "./findings-source.ts";
import { Jobs } from "./jobs.ts";
import { Lives } from "./lives.ts";
import { firstView, Store, type View } from "./store.ts";
import type { ScreenSize } from "./terminal/screen.ts";

/** What the session asks of the terminal beside drawing. */
export interface Outside {
  copy(text: string): void;
  quit(): void;
  /** Gives the terminal to the shell for a while. */
  suspend(): void;
  /** Something went wrong that is no part of the recording. */
  fail(error: unknown): void;
}

const mostSurveys = 8;

export class Session {
  readonly tape: Tape;
  readonly palette: Palette;
  readonly store: Store<View>;
  readonly jobs: Jobs;
  readonly outside: Outside;
  readonly findings: FindingsSource;
  readonly player: Player;
  /** What was asked last of an address or an event: lines ready to be shown. */
  answer: { readonly title: string; readonly lines: readonly string[] } | undefined;
  /** Asked again as work goes on, until it says that it is done; the next key forgets it. */
  awaited: (() => boolean) | undefined;
  #answers: Promise<Answers> | undefined;
  #events: EventWindow;
  #frame: SpaceFrame | undefined;
  #frameKey = "";
  readonly #surveys = new Map<number, Survey>();
  readonly #lives: Lives;
  #matches: MatchIndex | undefined;

  constructor(tape: Tape, palette: Palette, size: ScreenSize, outside: Outside) {
    this.tape = tape;
    this.palette = palette;
    this.outside = outside;
    this.store = new Store(firstView(size));
    this.jobs = new Jobs(() => this.#progress(), outside.fail);
    const { jobs } = this;
    this.#lives = new Lives({ tape, jobs, changed: () => this.bump(), fail: outside.fail });
    this.findings = new FindingsSource(tape, () => this.bump());
    this.player = new Player(this);
    this.#events = new EventWindow(tape.reader, tape.context.pageBytes);
  }

  get view(): View {
    return this.store.get();
  }

  /** Starts again what a growing recording has overtaken. */
  #goOn(): void {
    const survey = this.#surveys.get(this.process);
    if (survey?.isWhole === false && !this.jobs.has("survey")) {
      this.jobs.start("survey", survey.advance());
    }
    if (this.#matches?.isWhole === false && !this.jobs.has("filter")) {
      this.jobs.start("filter", this.#matches.advance());
    }
  }

  #progress(): void {
    this.#goOn();
    this.store.batch(() => {
      if (this.awaited?.() === true) this.awaited = undefined;
      this.bump();
    });
  }

  /** Something behind the view changed. */
  bump(): void {
    this.store.set({ revision: this.view.revision + 1 });
  }

  /** Loaded when somebody asks: names of functions need much that nothing else does. */
  answers(): Promise<Answers> {
    this.#answers ??= import("../app/explore/answers.ts").then(
      ({ Answers: Answering }) => new Answering(this.tape),
    );
    return this.#answers;
  }

  event(seq: number): EventView | undefined {
    const place = this.#events.at(seq);
    return place === undefined ? undefined : viewOf(place, this.tape.context);
  }

  words(seq: number): string {
    const place = this.#events.at(seq);
    return place === undefined ? "" : wordsOf(place, this.tape.context);
  }

  place(seq: number): EventPlace | undefined {
    return this.#events.at(seq);
  }

  line(seq: number, withWords: boolean): EventLine {
    const place = this.#events.at(seq);
    if (place === undefined) return { seq, view: undefined, words: "" };
    const view = viewOf(place, this.tape.context);
    const words = withWords || !view.isCall ? wordsOf(place, this.tape.context) : "";
    return { seq, view, words };
  }

  /** The process whose space is shown: that of the event under the cursor. */
  get process(): number {
    const { seq } = this.view;
    const first = this.tape.context.processes[0]?.process ?? 1;
    return this.event(seq)?.process ?? first;
  }

  /** The space as the event under the cursor left it; undefined when its maps are not known. */
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

  /** Lines of the list: all events, or those that the filter lets through. */
  get rowCount(): number {
    return this.#matches?.count ?? this.tape.reader.eventCount;
  }

  seqOfRank(rank: number): number | undefined {
    if (this.#matches !== undefined) return this.#matches.seqAt(rank);
    return rank >= 0 && rank < this.rowCount ? rank + 1 : undefined;
  }

  /** Rank of the first line at or after the event. */
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

  /** What is known of the process's whole time; looked up in slices from the first asking on. */
  survey(process: number): Survey {
    let survey = this.#surveys.get(process);
    if (survey === undefined) {
      survey = new Survey(this.tape, process);
      // Of a recording that has only begun, not even the first process may be known.
      if (!this.tape.landmarks.has(process)) return survey;
      keep(this.#surveys, process, survey, mostSurveys);
      this.jobs.start("survey", survey.advance());
    } else if (!survey.isWhole && !this.jobs.has("survey")) {
      this.jobs.start("survey", survey.advance());
    }
    return survey;
  }

  /**
   * The life of the mapping under the cursor, or of the one that this event took from there, as far
   * as it is read; asks for it after a short rest.
   */
  get life(): Life | undefined {
    const { frame } = this;
    const { address } = this.view;
    // A life looks back; whoever follows a recording goes on before that is done.
    if (frame === undefined || address === undefined || this.isFollowing) return undefined;
    return this.#lives.at(frame, address);
  }

  /** The cursor is kept on the newest event of a recording that is being made. */
  get isFollowing(): boolean {
    return this.view.isFollowing && this.tape.isGrowing;
  }

  /** Looks for what a growing recording has gained; true when there is more. */
  refresh(): boolean {
    if (!this.tape.refresh()) return false;
    this.#events = new EventWindow(this.tape.reader, this.tape.context.pageBytes);
    this.#frameKey = "";
    this.#lives.clear();
    this.#goOn();
    return true;
  }

  close(): void {
    this.#lives.close();
    this.player.stop();
    this.jobs.close();
    this.findings.close();
    this.tape.close();
  }
}
