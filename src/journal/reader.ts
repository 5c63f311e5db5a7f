/** Reads one process's journal, incrementally, and yields its calls as rows in history order. */
import { assert } from "../base/assert.ts";
import { batchCapacity, type EventBatch } from "../events/batch.ts";
import { Clock } from "./contents/clock.ts";
import { type FileId, FileTable } from "./contents/files.ts";
import type { JournalItem } from "./contents/items.ts";
import type { StackId } from "./contents/stacks.ts";
import { findClock } from "./pass/ahead.ts";
import { SlotPass } from "./pass/pass.ts";
import type { Blocked } from "./pass/pass-types.ts";
import { CallRanges } from "./pass/ranges.ts";
import { Stability } from "./pass/stability.ts";
import { lowWater, Restore, type ResumeState } from "./resume.ts";
import type { DamageLog } from "./wire/damage.ts";
import type { ClockPair, JournalHeader } from "./wire/header.ts";
import type { SlotWindow } from "./wire/slots.ts";

export interface ReaderOptions {
  readonly header: JournalHeader;
  /** The process's number in the recording. */
  readonly process: number;
  /** CLOCK_MONOTONIC at the start of the recording, nanoseconds. */
  readonly monoStart: bigint;
  /** Gives the id of a file; asked once for each (device, inode, path). */
  readonly fileId: FileId;
  /** Gives the id of a stack; asked once for each that the journal holds. Without it rows have none. */
  readonly stackId?: StackId;
  /** Rate of the time stamp counter, as measured by another journal. */
  readonly nanosPerTick?: number;
  readonly resume?: ResumeState;
}

/**
 * Usage: `feed` a window, `take` the final rows, and store `resumeState` together with those rows.
 *
 * Rows come in the order of waiting.ts. Slots are read only up to the first that is not final, so
 * memory holds about one waiting call per thread.
 */
export class JournalReader {
  readonly #pass: SlotPass;
  readonly #restore: Restore;
  #reserved = 0;
  /** Slots that the file of a finished journal has. */
  #present = 0;
  #closed = false;
  #blockedOnClock: Blocked | undefined;

  constructor(options: ReaderOptions) {
    const { header, resume } = options;
    const pass = new SlotPass({
      process: options.process,
      clock: new Clock(header.open, options.monoStart, options.nanosPerTick),
      files: new FileTable(options.fileId, resume?.paths),
      ranges: new CallRanges(header.pageBytes, resume?.brk),
      stability: new Stability(resume?.stability),
      stackId: options.stackId ?? (() => 0),
      stacks: resume?.stacks,
    });
    pass.next = resume?.next ?? 0;
    this.#pass = pass;
    this.#restore = new Restore(resume, pass.texts, (window, slot) => pass.owe(window, slot));
    if (header.last !== undefined) this.addClockPair(header.last);
  }

  get clock(): Clock {
    return this.#pass.clock;
  }

  /** What could not be read, so far. */
  get damage(): DamageLog {
    return this.#pass.damage;
  }

  /** Rows taken. */
  get rowCount(): number {
    return this.#pass.rowCount;
  }

  /** Records of kinds that this version does not know. */
  get unknownKinds(): number {
    return this.#pass.unknownKinds;
  }

  /** Slots that were reserved and never filled, so far. */
  get lostSlots(): number {
    return this.#pass.lostSlots;
  }

  /** The slot that stopped the last take; undefined when it simply ran out of slots. */
  get blocked(): Blocked | undefined {
    return this.#blockedOnClock ?? this.#pass.blocked;
  }

  /** First slot that the next window should hold. */
  get wanted(): number {
    return this.#restore.wanted ?? this.#pass.next;
  }

  /** Every reserved slot is read and nothing waits, so any later record also began later. */
  get isIdle(): boolean {
    return (
      this.wanted >= this.#reserved && this.#pass.calls.isEmpty && this.#pass.item === undefined
    );
  }

  /**
   * Execs without an answer: they may still fail, or have worked. They delay no row of this process,
   * but a merge of several must delay the exec's successor, whose events come after it.
   */
  openExecs(): { readonly slot: number; readonly tid: number }[] {
    return this.#pass.execs.open();
  }

  /** finish() was called and every row and item was taken. */
  get isClosed(): boolean {
    return this.#closed && this.#pass.calls.isEmpty && this.#pass.item === undefined;
  }

  /** Greatest begin time of a row taken so far, nanoseconds; the merge's key never falls below it. */
  get latestNanos(): number {
    return this.#pass.rows.latestNanos;
  }

  /** Slots below this one are not read again, not even by a reader resumed from here. */
  get lowWater(): number {
    return lowWater(this.#place());
  }

  #place(): { next: number; waiting: number[]; texts: number[] } {
    const pass = this.#pass;
    return { next: pass.next, waiting: pass.owedSlots(), texts: pass.texts.openSlots() };
  }

  /** The state from which another reader continues after the rows and items taken so far; plain JSON. */
  resumeState(): ResumeState {
    assert(this.#restore.isDone, "a reader that is being restored has no state of its own yet");
    assert(this.#pass.item === undefined, "an item was read and not taken");
    return {
      ...this.#place(),
      paths: this.#pass.files.paths(),
      brk: this.#pass.ranges.brk,
      stability: this.#pass.stability.state(),
      stacks: this.#pass.stacks.state(),
    };
  }

  /** A later clock pair, from the header. */
  addClockPair(pair: ClockPair): void {
    if (!this.clock.add(pair)) this.damage.add(-1, "a clock pair contradicts the one before");
  }

  /**
   * Sets the window to read from. It must stay mapped until the next feed or the last take.
   *
   * @param reserved header.cursor, loaded before this call
   */
  feed(window: SlotWindow, reserved: number): void {
    const pass = this.#pass;
    pass.window = window;
    pass.feeds += 1;
    this.#reserved = Math.max(this.#reserved, reserved);
    if (!this.#restore.isDone) {
      this.#restore.feed(window);
      if (this.#restore.isDone) pass.calls.placeUpTo(pass.next);
    }
    if (!this.clock.calibrated) findClock(this.clock, window, pass.next, this.#end());
  }

  /** Stops waiting for the record in this slot. */
  giveUp(slot: number): void {
    if (slot >= this.#pass.next) this.#pass.givenUp.add(slot);
    else this.#pass.execs.giveUp(slot);
  }

  /**
   * The process is gone: calls that had begun get no result, and empty slots are lost.
   *
   * @param present slots that the file really holds; slots reserved above them are lost
   */
  finish(present: number): void {
    this.#pass.final = true;
    this.#present = present;
  }

  /** End of the slots that can be read now. */
  #end(): number {
    const { first, count } = this.#pass.window;
    return Math.min(this.#reserved, first + count);
  }

  /**
   * Appends rows to the batch until it is full ("full"), until an item follows its last row (the
   * item), or until nothing more is final (undefined; `blocked` is the slot that is waited for).
   */
  take(batch: EventBatch): JournalItem | "full" | undefined {
    const pass = this.#pass;
    pass.blocked = undefined;
    pass.finalEnd = Math.min(this.#reserved, this.#present);
    if (!this.#restore.isDone || !this.#canTellTime()) return undefined;
    for (;;) {
      const item = pass.item;
      if (item !== undefined) {
        pass.item = undefined;
        return item;
      }
      if (batch.length >= batchCapacity(batch)) return "full";
      const id = pass.calls.shift();
      if (id >= 0) pass.emit(batch, id);
      else if (!pass.run(batch, this.#end()) && !this.#close()) return undefined;
    }
  }

  #canTellTime(): boolean {
    this.#blockedOnClock = undefined;
    if (this.clock.calibrated || this.#closed) return true;
    if (!this.#pass.final) {
      const slot = this.#pass.next;
      if (slot < this.#reserved) this.#blockedOnClock = { slot, why: "clock", tid: 0 };
      return false;
    }
    this.clock.assume(1);
    this.damage.add(-1, "no second clock pair: times are ticks of the time stamp counter");
    return true;
  }

  /** Ends a finished journal once all its slots are read; true when there is something left to take. */
  #close(): boolean {
    const pass = this.#pass;
    if (!pass.final || this.#closed || pass.next < pass.finalEnd) return false;
    this.#closed = true;
    pass.texts.abandon();
    pass.calls.placeAll(this.#reserved, pass.damage);
    pass.execs.giveUpAll();
    pass.lose(this.#reserved - pass.next, pass.next);
    pass.next = Math.max(pass.next, this.#reserved);
    return true;
  }
}
