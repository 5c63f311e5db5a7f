/** What the pass saw besides calls: texts, clock pairs, and the latest time, for items without one. */

import type { Clock } from "../contents/clock.ts";
import type { FileTable } from "../contents/files.ts";
import type { JournalItem } from "../contents/items.ts";
import type { StackTable } from "../contents/stacks.ts";
import { TextAssembler } from "../contents/texts.ts";
import type { DamageLog } from "../wire/damage.ts";
import type { SlotWindow } from "../wire/slots.ts";
import { enums } from "../wire/wire.gen.ts";
import { argsWord } from "../wire/words.ts";
import { addClockRecord, pathOf } from "./ahead.ts";
import { textItem } from "./observe.ts";
import type { PassParts } from "./pass-types.ts";
import type { Stability } from "./stability.ts";

export class Observer {
  readonly texts: TextAssembler;
  /** Texts of topics that this version does not know. */
  unknownTopics = 0;
  readonly #clock: Clock;
  readonly #files: FileTable;
  readonly #stability: Stability;
  readonly #stacks: StackTable;
  readonly #damage: DamageLog;
  #clockNanos: number;

  constructor(parts: PassParts, stacks: StackTable, damage: DamageLog) {
    this.texts = new TextAssembler(damage);
    this.#clock = parts.clock;
    this.#files = parts.files;
    this.#stability = parts.stability;
    this.#stacks = stacks;
    this.#damage = damage;
    this.#clockNanos = parts.clock.nanosAt(0);
  }

  /** Time of the latest clock record, or of the journal's opening. */
  get clockNanos(): number {
    return this.#clockNanos;
  }

  clockRecord(window: SlotWindow, base: number, slot: number): void {
    if (!addClockRecord(this.#clock, window, base)) {
      this.#damage.add(slot, "a clock pair contradicts the one before");
      return;
    }
    const nanos = this.#clock.nanosAt(this.#clock.ticksOf(window.u32, base + argsWord));
    this.#clockNanos = Math.max(this.#clockNanos, nanos);
  }

  /** Takes a piece of a text; returns its item when that completes a text that has one. */
  piece(window: SlotWindow, slot: number, atNanos: number): JournalItem | undefined {
    const text = this.texts.add(window, slot);
    if (text === undefined) return undefined;
    if (text.topic === enums.topic.path) {
      this.#files.setPath(text.key, pathOf(text));
      return undefined;
    }
    if (text.topic === enums.topic.module) {
      this.#stacks.setModule(Number.parseInt(text.key, 16), pathOf(text));
      return undefined;
    }
    const item = textItem(text, atNanos, this.#stability.isStable(text));
    if (item === undefined) this.unknownTopics += 1;
    return item;
  }
}
