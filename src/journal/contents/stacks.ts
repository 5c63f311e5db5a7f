/** Call stacks of a journal: assembled from their pieces, their modules named, and mapped to the caller's ids. */
import type { StackEnd } from "../../events/stack.ts";
import type { DamageLog } from "../wire/damage.ts";
import type { SlotWindow } from "../wire/slots.ts";
import { defines, enums, structs } from "../wire/wire.gen.ts";
import { kindWord, recordBytes, recordWords } from "../wire/words.ts";

/** A file with code as the hook named it. */
export interface JournalModule {
  readonly path: string;
  /** Hexadecimal text; empty where the file has none. */
  readonly buildId: string;
}

export interface JournalStack {
  /** The innermost first; `module` is undefined where no file lies behind the address `offset`. */
  readonly frames: readonly { readonly module?: JournalModule; readonly offset: number }[];
  readonly end: StackEnd;
}

/** Gives the id of a stack in the recording. */
export type StackId = (stack: JournalStack) => number;

/** Plain JSON, for a reader that goes on. */
export interface StackState {
  readonly modules: Readonly<Record<number, JournalModule>>;
  /** Ids in the recording, by the journal's ids. */
  readonly ids: readonly number[];
  /** Incomplete stacks, by the journal's ids. */
  readonly open: Readonly<Record<number, OpenStack>>;
}

interface OpenStack {
  pieces: number;
  /** High and low words of the frames so far. */
  readonly words: number[];
}

const ends: readonly (StackEnd | undefined)[] = (() => {
  const names: StackEnd[] = [];
  names[enums.end.start] = "start";
  names[enums.end.caller] = "caller";
  names[enums.end.no_table] = "no-table";
  names[enums.end.bad_table] = "bad-table";
  names[enums.end.no_memory] = "no-memory";
  names[enums.end.depth] = "depth";
  return names;
})();

const { fields } = structs.stack;
const idWord = fields.id.offset / 4;
const framesWord = fields.frames.offset / 4;
const moduleShift = defines.MT_FRAME_ADDRESS_BITS - 32;
const high = 4294967296;
/** Of a stack whose pieces never came. */
const hole = -1;

export class StackTable {
  readonly #stackId: StackId;
  readonly #damage: DamageLog;
  readonly #modules = new Map<number, JournalModule>();
  readonly #ids: number[];
  readonly #open = new Map<number, OpenStack>();
  readonly #missed = new Set<number>();

  constructor(stackId: StackId, damage: DamageLog, state?: StackState) {
    this.#stackId = stackId;
    this.#damage = damage;
    this.#ids = [...(state?.ids ?? [0])];
    for (const [number, module] of Object.entries(state?.modules ?? {})) {
      this.#modules.set(Number(number), module);
    }
    for (const [id, { pieces, words }] of Object.entries(state?.open ?? {})) {
      this.#open.set(Number(id), { pieces, words: [...words] });
    }
  }

  state(): StackState {
    return {
      modules: Object.fromEntries(this.#modules),
      ids: [...this.#ids],
      open: Object.fromEntries(
        [...this.#open].map(([id, { pieces, words }]) => [id, { pieces, words: [...words] }]),
      ),
    };
  }

  /** @param text "BUILD-ID PATH", or "- PATH" */
  setModule(number: number, text: string): void {
    const space = text.indexOf(" ");
    const buildId = text.slice(0, space);
    this.#modules.set(number, {
      path: text.slice(space + 1),
      buildId: buildId === "-" ? "" : buildId,
    });
  }

  /** The recording's id for the one that a record carries; 0 is none. */
  idOf(id: number, slot: number): number {
    const known = this.#ids[id];
    if (known !== undefined && known !== hole) return known;
    if (!this.#missed.has(id)) this.#damage.add(slot, `stack ${id} is not in the journal`);
    this.#missed.add(id);
    return 0;
  }

  /** Takes a complete piece. */
  piece(window: SlotWindow, slot: number): void {
    const base = (slot - window.first) * recordWords;
    const { u32, bytes } = window;
    const at = (slot - window.first) * recordBytes;
    const id = u32[base + idWord]!;
    const piece = bytes[at + fields.piece.offset]! | (bytes[at + fields.piece.offset + 1]! << 8);
    const count = bytes[at + fields.count.offset]!;
    const open = piece === 0 ? { pieces: 0, words: [] } : this.#open.get(id);
    if (
      open === undefined ||
      open.pieces !== piece ||
      open.words.length > defines.MT_STACK_DEPTH * 2 ||
      count > defines.MT_STACK_FRAMES
    ) {
      this.#damage.add(slot, `piece ${piece} of a stack does not follow the one before`);
      this.#open.delete(id);
      return;
    }
    for (let i = 0; i < count; i++) {
      const word = base + framesWord + i * 2;
      open.words.push(u32[word + 1]!, u32[word]!);
    }
    if (((u32[base + kindWord]! >>> 16) & defines.MT_STACK_LAST) === 0) {
      open.pieces += 1;
      this.#open.set(id, open);
      return;
    }
    this.#open.delete(id);
    this.#whole(id, open.words, ends[bytes[at + fields.end.offset]!], slot);
  }

  #whole(id: number, words: readonly number[], end: StackEnd | undefined, slot: number): void {
    const frames: { module?: JournalModule; offset: number }[] = [];
    for (let i = 0; i < words.length; i += 2) {
      const number = words[i]! >>> moduleShift;
      const offset = (words[i]! & ((1 << moduleShift) - 1)) * high + words[i + 1]!;
      const module = this.#modules.get(number);
      if (number !== 0 && module === undefined) {
        this.#damage.add(slot, `stack ${id} goes through module ${number}, which is not named`);
        return;
      }
      frames.push(module === undefined ? { offset } : { module, offset });
    }
    if (end === undefined || frames.length === 0) {
      this.#damage.add(slot, `stack ${id} has no frames, or ends for no known reason`);
      return;
    }
    if (id > slot + 1) {
      this.#damage.add(slot, `stack ${id} has a number that ${slot} records cannot have used up`);
      return;
    }
    while (this.#ids.length < id) this.#ids.push(hole);
    this.#ids[id] = this.#stackId({ frames, end });
  }
}
