/** Assembles texts from their pieces, between which other threads' records may stand. */
import type { DamageLog } from "../wire/damage.ts";
import type { SlotWindow } from "../wire/slots.ts";
import { defines, enums } from "../wire/wire.gen.ts";
import {
  key64,
  keyWord,
  kindWord,
  pieceWord,
  readBeforeWord,
  recordBytes,
  recordWords,
  textBytesOffset,
  tidWord,
  topicWord,
} from "../wire/words.ts";

export interface Text {
  readonly topic: number;
  readonly key: string;
  readonly tid: number;
  /** Slots of the first and the last piece. */
  readonly first: number;
  last: number;
  /** Cursor when the reading of the text's source began. */
  readonly from: number;
  cut: boolean;
  pieces: number;
  bytes: Uint8Array;
  length: number;
}

export class TextAssembler {
  readonly #open = new Map<string, Text>();
  readonly #damage: DamageLog;

  constructor(damage: DamageLog) {
    this.#damage = damage;
  }

  /** Slots where incomplete texts begin. */
  openSlots(): number[] {
    return [...this.#open.values()].map((text) => text.first);
  }

  get isEmpty(): boolean {
    return this.#open.size === 0;
  }

  /** Whether the piece in `slot` continues an incomplete text. */
  continues(window: SlotWindow, slot: number): boolean {
    const base = (slot - window.first) * recordWords;
    return window.u32[base + pieceWord] !== 0 && this.#open.has(idOf(window.u32, base));
  }

  /** Takes the piece in `slot`; returns the text when that was its last piece. */
  add(window: SlotWindow, slot: number): Text | undefined {
    const base = (slot - window.first) * recordWords;
    const u32 = window.u32;
    const flags = u32[base + kindWord]! >>> 16;
    const topic = u32[base + topicWord]! & 0xffff;
    const length = u32[base + topicWord]! >>> 16;
    const piece = u32[base + pieceWord]!;
    const tid = u32[base + tidWord]!;
    const key = key64(u32, base + keyWord);
    const id = idOf(u32, base);
    let text = this.#open.get(id);
    if (piece === 0) {
      if (text !== undefined) this.#damage.add(text.first, "a text without an end");
      const from = Math.max(0, slot - u32[base + readBeforeWord]!);
      text = {
        topic,
        key,
        tid,
        first: slot,
        last: slot,
        from,
        cut: false,
        pieces: 0,
        bytes: new Uint8Array(256),
        length: 0,
      };
      this.#open.set(id, text);
    }
    if (text === undefined || text.pieces !== piece || length > defines.MT_TEXT_BYTES) {
      this.#damage.add(slot, `piece ${piece} of a text does not follow the one before`);
      this.#open.delete(id);
      return undefined;
    }
    append(text, window.bytes, (slot - window.first) * recordBytes + textBytesOffset, length);
    text.last = slot;
    if ((flags & defines.MT_TEXT_CUT) !== 0) text.cut = true;
    if ((flags & defines.MT_TEXT_LAST) === 0) return undefined;
    this.#open.delete(id);
    return text;
  }

  /** Drops texts that will never be complete. */
  abandon(): void {
    for (const text of this.#open.values()) {
      // A module's name is written before the first stack that needs it: nothing is missing.
      if (text.topic === enums.topic.module) continue;
      this.#damage.add(text.first, `a text ends after ${text.pieces} pieces`);
    }
    this.#open.clear();
  }
}

function idOf(u32: Uint32Array, base: number): string {
  return `${u32[base + tidWord]}/${u32[base + topicWord]! & 0xffff}/${key64(u32, base + keyWord)}`;
}

function append(text: Text, source: Uint8Array, at: number, length: number): void {
  if (text.length + length > text.bytes.length) {
    const wider = new Uint8Array(text.bytes.length * 2);
    wider.set(text.bytes.subarray(0, text.length));
    text.bytes = wider;
  }
  text.bytes.set(source.subarray(at, at + length), text.length);
  text.length += length;
  text.pieces += 1;
}

/** The text's bytes, copied to their exact size. */
export function bytesOf(text: Text): Uint8Array {
  return text.bytes.slice(0, text.length);
}
