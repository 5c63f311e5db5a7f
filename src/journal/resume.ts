/** The state from which a reader continues where another one stopped, as plain JSON. */

import type { StackState } from "./contents/stacks.ts";
import type { TextAssembler } from "./contents/texts.ts";
import type { StabilityState } from "./pass/stability.ts";
import type { SlotWindow } from "./wire/slots.ts";
import { enums } from "./wire/wire.gen.ts";
import { kindWord, pieceWord, recordWords } from "./wire/words.ts";

export interface ResumeState {
  /** First slot that was not read. */
  readonly next: number;
  /** Slots below `next` that were read and whose rows are not taken yet, ascending. */
  readonly waiting: readonly number[];
  /** Slots below `next` where incomplete texts begin. */
  readonly texts: readonly number[];
  /** Paths by key, hexadecimal text. */
  readonly paths: Readonly<Record<string, string>>;
  readonly brk: number;
  readonly stability: StabilityState;
  /** Absent in the state of an older version. */
  readonly stacks?: StackState;
}

/** The first slot that a resumed reader would read: the file's room below it may be freed. */
export function lowWater(state: Pick<ResumeState, "next" | "waiting" | "texts">): number {
  let low = state.next;
  for (const slot of state.waiting) low = Math.min(low, slot);
  for (const slot of state.texts) low = Math.min(low, slot);
  return low;
}

/** Reads the slots again that were read and not taken, once. */
export class Restore {
  #slots: number[];
  readonly #textSlots: ReadonlySet<number>;
  /** Next slot to look at for pieces of the open texts. */
  #piece: number;
  readonly #next: number;
  readonly #texts: TextAssembler;
  readonly #owe: (window: SlotWindow, slot: number) => void;

  constructor(
    state: ResumeState | undefined,
    texts: TextAssembler,
    owe: (window: SlotWindow, slot: number) => void,
  ) {
    this.#slots = [...(state?.waiting ?? [])];
    this.#textSlots = new Set(state?.texts);
    this.#next = state?.next ?? 0;
    this.#piece = Math.min(this.#next, ...this.#textSlots);
    this.#texts = texts;
    this.#owe = owe;
  }

  get isDone(): boolean {
    return this.#slots.length === 0 && this.#piece >= this.#next;
  }

  /** First slot that is still to be read again. */
  get wanted(): number | undefined {
    return this.isDone ? undefined : Math.min(this.#piece, ...this.#slots);
  }

  feed(window: SlotWindow): void {
    const end = window.first + window.count;
    let read = 0;
    for (const slot of this.#slots) {
      if (slot < window.first || slot >= end) break;
      this.#owe(window, slot);
      read += 1;
    }
    this.#slots = this.#slots.slice(read);
    if (this.#piece < window.first) return;
    for (; this.#piece < Math.min(end, this.#next); this.#piece++)
      this.#readPiece(window, this.#piece);
  }

  #readPiece(window: SlotWindow, slot: number): void {
    const base = (slot - window.first) * recordWords;
    if ((window.u32[base + kindWord]! & 0xffff) !== enums.kind.text) return;
    const owed =
      window.u32[base + pieceWord] === 0
        ? this.#textSlots.has(slot)
        : this.#texts.continues(window, slot);
    if (owed) this.#texts.add(window, slot);
  }
}
