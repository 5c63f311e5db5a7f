/** Puts the calls of one process into an order in which every step was possible. */

import { kindOf } from "../../events/kinds.ts";
import { DamageLog } from "../../journal/damage.ts";
import { CallRanges } from "../../journal/ranges.ts";
import { WaitingCalls } from "../../journal/waiting.ts";
import { enums } from "../../journal/wire.gen.ts";
import { argsWord, recordWords, resultWord } from "../../journal/words.ts";
import { type CallRow, copyOfRow } from "./call-row.ts";

const pageBytes = 4096;
const high = 4294967296;
/** Calls that may wait for one that never ends; then they are placed as if it had not begun. */
const mostWaiting = 100_000;
const brkKind = enums.kind.brk;
const wireKinds: Readonly<Record<string, number>> = enums.kind;

interface Kept {
  /** Undefined is a mark: no call, only its place. */
  readonly row: CallRow | undefined;
  readonly then: (() => void) | undefined;
}

/**
 * The rule of journal/waiting.ts over the stamps of a log: a range is freed at a call's begin and
 * taken at its end. A call goes straight through while no other of the process is open.
 */
export class CallOrder {
  /** Everything waits while it is true: the process is not known to have begun. */
  paused = false;
  /** Calls are given in the order of their begins: `advance` places them, not the end of open ones. */
  isByBegin = false;
  readonly #write: (row: CallRow) => void;
  readonly #ranges = new CallRanges(pageBytes);
  /** Begin stamps of calls that have not ended, by thread. */
  readonly #open = new Map<number, number>();
  readonly #kept: (Kept | undefined)[] = [];
  readonly #words = new Uint32Array(recordWords);
  readonly #signed = new Int32Array(this.#words.buffer);
  #waiting: WaitingCalls | undefined;
  #held = 0;

  constructor(write: (row: CallRow) => void) {
    this.#write = write;
  }

  get isEmpty(): boolean {
    return this.#held === 0;
  }

  /** A call of that thread began; its row comes with its end. */
  opened(tid: number, begin: number): void {
    this.#open.set(tid, begin);
  }

  /** It ended, or will never end. */
  closed(tid: number): void {
    this.#open.delete(tid);
  }

  /** Takes a call that is over; `then` runs behind its place in history. The row may change afterwards. */
  add(row: CallRow, then?: () => void): void {
    if (this.#isFree) {
      if (row.kind === brkKind) this.#ranges.brk = row.result;
      this.#write(row);
      then?.();
      return;
    }
    this.#hold(row, row.end, then);
    this.settle();
  }

  /** Runs `then` behind all calls that ended up to that stamp. */
  mark(stamp: number, then: () => void): void {
    if (this.#isFree) then();
    else {
      this.#hold(undefined, stamp, then);
      this.settle();
    }
  }

  get #isFree(): boolean {
    return this.#open.size === 0 && this.#held === 0 && !this.paused && !this.isByBegin;
  }

  /** Places what no open call can stand before. */
  settle(): void {
    if (this.paused || this.#held === 0 || this.isByBegin) return;
    let earliest = Number.POSITIVE_INFINITY;
    if (this.#held <= mostWaiting) {
      for (const begin of this.#open.values()) if (begin < earliest) earliest = begin;
    }
    this.#placeUpTo(earliest);
  }

  /** No call that begins below `stamp` will come. */
  advance(stamp: number): void {
    if (!this.paused && this.#held > 0) this.#placeUpTo(stamp);
  }

  /** Places everything, whatever is open. */
  placeAll(): void {
    this.#open.clear();
    this.paused = false;
    if (this.#held > 0) this.#placeUpTo(Number.POSITIVE_INFINITY);
  }

  #placeUpTo(stamp: number): void {
    const waiting = this.#waiting;
    if (waiting === undefined) return;
    if (stamp === Number.POSITIVE_INFINITY) waiting.placeAll(stamp, new DamageLog());
    else waiting.placeUpTo(stamp);
    for (let id = waiting.shift(); id >= 0; id = waiting.shift()) {
      const kept = this.#kept[id];
      this.#kept[id] = undefined;
      waiting.release(id);
      this.#held -= 1;
      if (kept?.row !== undefined) this.#write(kept.row);
      kept?.then?.();
    }
  }

  #hold(row: CallRow | undefined, stamp: number, then: (() => void) | undefined): void {
    this.#waiting ??= new WaitingCalls();
    const ranges = this.#ranges;
    if (row === undefined) ranges.clear();
    else this.#readRanges(row);
    const id = this.#waiting.hold(this.#words, 0, row?.begin ?? stamp);
    this.#waiting.enter(id, stamp, stamp, ranges);
    this.#kept[id] = { row: row && copyOfRow(row), then };
    this.#held += 1;
  }

  /** By way of a journal's record, whose reader knows what each call takes and frees. */
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
