/** One pass over the slots, in begin order: decides whether each record is final and handles it. */
import { batchCapacity, type EventBatch } from "../../events/batch.ts";
import type { Clock } from "../contents/clock.ts";
import type { FileTable } from "../contents/files.ts";
import type { JournalItem } from "../contents/items.ts";
import { StackTable } from "../contents/stacks.ts";
import type { TextAssembler } from "../contents/texts.ts";
import { DamageLog } from "../wire/damage.ts";
import { classOf, classOfKind, recordClass } from "../wire/kinds.ts";
import { type SlotWindow, slotWindow } from "../wire/slots.ts";
import { enums } from "../wire/wire.gen.ts";
import {
  endWord,
  kindWord,
  recordWords,
  resultWord,
  stateBegun,
  stateDone,
  stateEmpty,
  tidWord,
  tscEndWord,
  unsigned64,
} from "../wire/words.ts";
import { PendingExecs } from "./execs.ts";
import { MissingPath } from "./missing-path.ts";
import { processCallItem } from "./observe.ts";
import { Observer } from "./observer.ts";
import type { Blocked, PassParts } from "./pass-types.ts";
import type { CallRanges } from "./ranges.ts";
import { namesFile, RowWriter } from "./rows.ts";
import type { Stability } from "./stability.ts";
import { WaitingCalls } from "./waiting.ts";

export class SlotPass {
  readonly damage = new DamageLog();
  readonly calls = new WaitingCalls();
  readonly execs = new PendingExecs(this.calls);
  readonly #observer: Observer;
  readonly rows: RowWriter;
  readonly clock: Clock;
  readonly files: FileTable;
  readonly ranges: CallRanges;
  readonly stability: Stability;
  readonly stacks: StackTable;
  readonly givenUp = new Set<number>();
  window: SlotWindow = slotWindow(new ArrayBuffer(0), 0, 0, 0);
  /** First slot that was not read. */
  next = 0;
  /** The process has ended; nothing more is written. */
  final = false;
  /** End of a finished journal: slots at or above it will not be read. */
  finalEnd = 0;
  /** Windows seen. */
  feeds = 0;
  item: JournalItem | undefined;
  blocked: Blocked | undefined;
  unknownKinds = 0;
  lostSlots = 0;
  rowCount = 0;
  readonly #missing: MissingPath;

  constructor(parts: PassParts) {
    ({ clock: this.clock, files: this.files, ranges: this.ranges } = parts);
    this.stability = parts.stability;
    this.#missing = new MissingPath(parts.files, this.damage);
    this.stacks = new StackTable(parts.stackId, this.damage, parts.stacks);
    this.rows = new RowWriter(parts.process, parts.clock, parts.files, this.stacks);
    this.#observer = new Observer(parts, this.stacks, this.damage);
  }

  get texts(): TextAssembler {
    return this.#observer.texts;
  }

  /** Latest time seen, for items, which have no time of their own. */
  get seenNanos(): number {
    return Math.max(this.#observer.clockNanos, this.rows.latestNanos);
  }

  /**
   * Reads slots up to `end`, all in the window. True when something is ready to be taken: an item, a
   * placed call, a full batch; false when no more can be read now.
   */
  run(batch: EventBatch, end: number): boolean {
    const { u32, i32, first } = this.window;
    const capacity = batchCapacity(batch);
    const calls = this.calls;
    if (this.next < first) return false;
    while (this.next < end) {
      if (batch.length >= capacity) return true;
      const slot = this.next;
      const base = (slot - first) * recordWords;
      // The state is loaded first, so that what its writer stored before it is visible.
      const state = Atomics.load(i32, base);
      const kind = u32[base + kindWord]! & 0xffff;
      const kindClass = classOf(kind);
      const passed =
        state === stateDone && kindClass === recordClass.memory
          ? this.#memory(batch, base, slot, kind, end)
          : this.#other(batch, state, kindClass, base, slot, end);
      if (!passed) return false;
      if (calls.minEnd <= this.next) {
        calls.placeUpTo(this.next);
        while (calls.hasReady && batch.length < capacity && this.item === undefined) {
          this.emit(batch, calls.shift());
        }
      }
      if (this.item !== undefined || calls.hasReady) return true;
    }
    return false;
  }

  /** Appends the placed call `id`. */
  emit(batch: EventBatch, id: number): void {
    const calls = this.calls;
    const unknown = this.execs.taken(id);
    this.#write(batch, calls.u32, calls.i32, id * recordWords, calls.slot[id]!, unknown);
    calls.release(id);
  }

  /** Slots that were read and whose row or EXEC_RETURNED is not taken yet, ascending. */
  owedSlots(): number[] {
    return [...this.calls.slots(), ...this.execs.slots()].sort((a, b) => a - b);
  }

  /** After a resume: reads a slot again that was read before and not taken. */
  owe(window: SlotWindow, slot: number): void {
    const base = (slot - window.first) * recordWords;
    const { u32, i32 } = window;
    const kind = u32[base + kindWord]! & 0xffff;
    const kindClass = classOf(kind);
    if (kindClass === recordClass.exec) this.execs.hold(u32, base, slot);
    else if (kindClass === recordClass.execReturned)
      this.execs.answer(u32, base, slot, this.clock, this.damage);
    else if (i32[base] === stateDone)
      this.#wait(window, base, slot, kind, this.#endOf(u32, base, slot));
    else this.damage.add(slot, "a call that was owed is no longer there");
  }

  /** Counts slots that hold nothing. */
  lose(count: number, slot: number): void {
    if (count <= 0) return;
    this.lostSlots += count;
    this.item = { type: "lost", slot, count, atNanos: this.seenNanos };
  }

  #ruin(slot: number, reason: string): void {
    this.damage.add(slot, reason);
    this.lose(1, slot);
  }

  #block(slot: number, why: Blocked["why"], tid: number): false {
    this.blocked = { slot, why, tid };
    return false;
  }

  #write(
    batch: EventBatch,
    u32: Uint32Array,
    i32: Int32Array,
    base: number,
    slot: number,
    unknown: boolean,
  ): void {
    this.rows.write(batch, u32, i32, base, slot, unknown);
    this.rowCount += 1;
    const kindClass = classOfKind[u32[base + kindWord]! & 0xffff]!;
    if (kindClass !== recordClass.memory) this.item = processCallItem(batch, u32, base);
  }

  #endOf(u32: Uint32Array, base: number, slot: number): number {
    const end = unsigned64(u32, base + endWord);
    if (end > slot) return end;
    this.damage.add(slot, `end stamp ${end} is not behind the begin stamp`);
    return slot + 1;
  }

  #wait(window: SlotWindow, base: number, slot: number, kind: number, end: number): void {
    const { u32, i32 } = window;
    this.ranges.read(kind, u32, i32, base);
    const id = this.calls.hold(u32, base, slot);
    this.calls.enter(id, end, this.clock.ticksOf(u32, base + tscEndWord), this.ranges);
  }

  /** A finished call: written at once when nothing can precede it, otherwise queued. */
  #memory(batch: EventBatch, base: number, slot: number, kind: number, windowEnd: number): boolean {
    const { u32, i32 } = this.window;
    if (namesFile(u32, base) && this.files.idOf(u32, base) < 0) {
      const last = this.givenUp.delete(slot) || (this.final && windowEnd >= this.finalEnd);
      if (!this.#missing.settle(this.window, slot, windowEnd, this.feeds, last)) {
        return this.#block(slot, "path", u32[base + tidWord]!);
      }
    }
    const end = this.#endOf(u32, base, slot);
    if (end === slot + 1 && this.#standsFirst(base, kind, end)) {
      this.#write(batch, u32, i32, base, slot, false);
    } else {
      this.#wait(this.window, base, slot, kind, end);
    }
    if (kind === enums.kind.brk) this.ranges.noteBrk(u32, i32, base);
    if (classOfKind[kind] === recordClass.memory)
      this.stability.note(slot, end, u32[base + tidWord]!);
    this.next = slot + 1;
    return true;
  }

  #standsFirst(base: number, kind: number, end: number): boolean {
    const calls = this.calls;
    if (calls.live.length === 0) return true;
    if (calls.minEnd <= end) return false;
    this.ranges.read(kind, this.window.u32, this.window.i32, base);
    return !calls.frees(this.ranges.takeLo, this.ranges.takeHi);
  }

  /** Every record but a finished memory call. */
  #other(
    batch: EventBatch,
    state: number,
    kindClass: number,
    base: number,
    slot: number,
    end: number,
  ): boolean {
    const u32 = this.window.u32;
    if (state === stateEmpty) return this.#empty(slot, end);
    if (state !== stateBegun && state !== stateDone) {
      this.next = slot + 1;
      this.#ruin(slot, `state ${state >>> 0}`);
      return true;
    }
    const begun = state === stateBegun;
    const returns = kindClass !== recordClass.exec && kindClass !== recordClass.exit;
    if (begun && returns && !this.final && !this.givenUp.delete(slot)) {
      return this.#block(slot, "begun", u32[base + tidWord]!);
    }
    return this.#whole(batch, kindClass, base, slot, begun, end);
  }

  #empty(slot: number, end: number): boolean {
    const { i32, first } = this.window;
    if (!this.final && !this.givenUp.delete(slot)) return this.#block(slot, "empty", 0);
    const stop = this.final ? end : slot + 1;
    while (this.next < stop && i32[(this.next - first) * recordWords] === stateEmpty)
      this.next += 1;
    // A slot that was given up and filled in the meantime is read like any other.
    if (this.next === slot) return true;
    this.lose(this.next - slot, slot);
    return true;
  }

  #whole(
    batch: EventBatch,
    kindClass: number,
    base: number,
    slot: number,
    begun: boolean,
    end: number,
  ): boolean {
    const { u32, i32 } = this.window;
    const kind = u32[base + kindWord]! & 0xffff;
    const tid = u32[base + tidWord]!;
    if (kindClass === recordClass.vfork && !begun) {
      // The child left the address space: its exec precedes the parent's return.
      if (this.execs.childLeft(unsigned64(u32, base + resultWord))) return true;
    }
    if (kindClass >= recordClass.fork && kindClass <= recordClass.vfork && !begun) {
      return this.#memory(batch, base, slot, kind, end);
    }
    this.next = slot + 1;
    switch (kindClass) {
      case recordClass.memory:
      case recordClass.fork:
      case recordClass.vfork:
      case recordClass.exit:
        if (kindClass === recordClass.memory) this.stability.noteUnknown(slot, tid);
        this.#write(batch, u32, i32, base, slot, true);
        break;
      case recordClass.exec:
        this.execs.hold(u32, base, slot);
        break;
      case recordClass.execReturned:
        if (!begun) this.execs.answer(u32, base, slot, this.clock, this.damage);
        break;
      case recordClass.text:
        if (begun) this.damage.add(slot, "a piece of a text was left unfinished");
        else this.item = this.#observer.piece(this.window, slot, this.seenNanos);
        break;
      case recordClass.clock:
        if (!begun) this.#observer.clockRecord(this.window, base, slot);
        break;
      case recordClass.stack:
        if (begun) this.damage.add(slot, "a piece of a stack was left unfinished");
        else this.stacks.piece(this.window, slot);
        break;
      case recordClass.sealed:
        this.item = { type: "sealed", slot, tid, atNanos: this.seenNanos };
        break;
      default:
        if (kind !== enums.kind.none) this.unknownKinds += 1;
        else this.#ruin(slot, "a record without a kind");
    }
    return true;
  }
}
