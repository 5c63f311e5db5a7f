/** Orders the calls of one process so that every step was possible. */

import { defaultPageBytes } from "../../base/pages.ts";
import { kindOf } from "../../events/kinds.ts";
import { CallRanges } from "../../journal/pass/ranges.ts";
import { WaitingCalls } from "../../journal/pass/waiting.ts";
import { enums } from "../../journal/wire/wire.gen.ts";
import { argsWord, recordWords, resultWord } from "../../journal/wire/words.ts";
import { type CallRow, copyOfRow } from "./call-row.ts";

const high = 4294967296;
/** Bound on calls that wait for an open one; beyond it they are placed as if that had not begun. */
const mostWaiting = 100_000;
const brkKind = enums.kind.brk;
const wireKinds: Readonly<Record<string, number>> = enums.kind;

interface Kept {
  /** Undefined for a mark: a place without a call. */
  readonly row: CallRow | undefined;
  readonly begin: number;
  readonly end: number;
  readonly then: (() => void) | undefined;
}

/**
 * Applies the rule of journal/pass/waiting.ts to the stamps of a log: a range is freed at a call's
 * begin and taken at its end. As there, calls are queued in the order of their begins, once no open
 * call can have begun before them. Without other open calls in the process a call is written at once.
 */
export class CallOrder {
  /** While true, everything waits: the process's start is not known yet. */
  paused = false;
  /** Calls are added in the order of their begins, so `advance` places them, not the end of open ones. */
  isByBegin = false;
  readonly #write: (row: CallRow) => void;
  readonly #ranges = new CallRanges(defaultPageBytes);
  /** Begin stamps of calls that have not ended, by thread. */
  readonly #open = new Map<number, number>();
  /** The least of them, infinite when there is none. */
  #earliest = Number.POSITIVE_INFINITY;
  /** Calls that have ended and cannot be queued yet, in the order of their ends. */
  #ended: Kept[] = [];
  /** By their ids in #waiting. */
  readonly #entered: (Kept | undefined)[] = [];
  #enteredCount = 0;
  readonly #words = new Uint32Array(recordWords);
  readonly #signed = new Int32Array(this.#words.buffer);
  #waiting: WaitingCalls | undefined;

  constructor(write: (row: CallRow) => void) {
    this.#write = write;
  }

  get isEmpty(): boolean {
    return this.#enteredCount === 0 && this.#ended.length === 0;
  }

  /** A call of that thread began; its row is added at its end. */
  opened(tid: number, begin: number): void {
    this.#open.set(tid, begin);
    if (begin < this.#earliest) this.#earliest = begin;
  }

  /** It ended, or will never end; `settle` then places what waited for it. */
  closed(tid: number): void {
    if (!this.#open.delete(tid)) return;
    this.#earliest = Number.POSITIVE_INFINITY;
    for (const begin of this.#open.values()) if (begin < this.#earliest) this.#earliest = begin;
  }

  /** The thread's number was corrected. */
  renamed(from: number, to: number): void {
    const begin = this.#open.get(from);
    if (begin === undefined) return;
    this.#open.delete(from);
    this.#open.set(to, begin);
  }

  /** Adds a finished call; `then` runs after it is placed. The row is copied if it has to wait. */
  add(row: CallRow, then?: () => void): void {
    if (!this.#isFree) {
      this.#keep({ row: copyOfRow(row), begin: row.begin, end: row.end, then });
      return;
    }
    if (row.kind === brkKind) this.#ranges.brk = row.result;
    this.#write(row);
    then?.();
  }

  /** Runs `then` after all calls that ended up to that stamp. */
  mark(stamp: number, then: () => void): void {
    if (this.#isFree) then();
    else this.#keep({ row: undefined, begin: stamp, end: stamp, then });
  }

  get #isFree(): boolean {
    return this.#open.size === 0 && this.isEmpty && !this.paused && !this.isByBegin;
  }

  #keep(kept: Kept): void {
    this.#ended.push(kept);
    if (this.#ended.length > mostWaiting) this.#giveUpWaiting();
    // Calls that began after the earliest open call cannot be queued before it ends.
    if (kept.begin < this.#earliest) this.settle();
  }

  /** Stops waiting for open calls. */
  #giveUpWaiting(): void {
    this.#open.clear();
    this.#earliest = Number.POSITIVE_INFINITY;
  }

  /** Queues the calls that no open call can precede, and places those that are ready. */
  settle(): void {
    if (this.paused || this.isEmpty) return;
    const earliest = this.#earliest;
    const ready = this.#ended.filter(({ begin }) => begin < earliest);
    if (ready.length > 0) {
      this.#ended = this.#ended.filter(({ begin }) => begin >= earliest);
      ready.sort((a, b) => a.begin - b.begin);
      for (const kept of ready) {
        this.#placeUpTo(kept.begin);
        this.#enter(kept);
      }
    }
    if (!this.isByBegin) this.#placeUpTo(earliest);
  }

  /** No further call will begin below `stamp`. */
  advance(stamp: number): void {
    if (!this.paused && this.#enteredCount > 0) this.#placeUpTo(stamp);
  }

  /** Places everything, whatever is open. */
  placeAll(): void {
    this.paused = false;
    this.#giveUpWaiting();
    this.settle();
    this.#placeUpTo(Number.POSITIVE_INFINITY);
  }

  #enter(kept: Kept): void {
    this.#waiting ??= new WaitingCalls();
    if (kept.row === undefined) this.#ranges.clear();
    else this.#readRanges(kept.row);
    const id = this.#waiting.hold(this.#words, 0, kept.begin);
    this.#waiting.enter(id, kept.end, kept.end, this.#ranges);
    this.#entered[id] = kept;
    this.#enteredCount += 1;
  }

  #placeUpTo(stamp: number): void {
    const waiting = this.#waiting;
    if (waiting === undefined || this.#enteredCount === 0) return;
    waiting.placeUpTo(stamp);
    for (let id = waiting.shift(); id >= 0; id = waiting.shift()) {
      const kept = this.#entered[id];
      this.#entered[id] = undefined;
      waiting.release(id);
      this.#enteredCount -= 1;
      if (kept?.row !== undefined) this.#write(kept.row);
      kept?.then?.();
    }
  }

  /** Through a journal record, because CallRanges knows what each call takes and frees. */
  #readRanges(row: CallRow): void {
    const kind = wireKinds[kindOf(row.kind) ?? ""] ?? 0;
    for (let i = 0; i < 6; i++) this.#put(argsWord + 2 * i, row.args[i]!);
    this.#put(resultWord, row.result);
    this.#ranges.read(kind, this.#words, this.#signed, 0);
    if (kind === brkKind) this.#ranges.brk = row.result;
  }

  #put(word: number, value: number): void {
    this.#words[word] = value;
    this.#words[word + 1] = Math.floor(value / high);
  }
}
