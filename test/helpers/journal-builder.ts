/** Builds the bytes of a journal for tests, field by field from the generated layout. */
import { slotWindow } from "../../src/journal/wire/slots.ts";
import { defines, enums, structs } from "../../src/journal/wire/wire.gen.ts";

type Struct = keyof typeof structs;
type FieldOf<S extends Struct> = keyof (typeof structs)[S]["fields"] & string;

export interface CallFields {
  kind: keyof typeof enums.kind;
  state?: keyof typeof enums.state;
  flags?: number;
  tid?: number;
  dev?: number;
  /** Default: the slot behind this one. */
  end?: number;
  tscBegin?: number;
  tscEnd?: number;
  args?: readonly (number | bigint)[];
  result?: number | bigint;
  returnAddress?: number;
  inode?: number | bigint;
  path?: number | bigint;
  stack?: number;
  target?: number;
}

export interface TextFields {
  topic: keyof typeof enums.topic;
  key?: number | bigint;
  tid?: number;
  cut?: boolean;
  /** Slots drawn between the start of the reading and the first piece. */
  readBefore?: number;
}

export interface StackFields {
  id: number;
  piece?: number;
  count?: number;
  /** Of the last piece alone. */
  end?: keyof typeof enums.end;
}

/** Ticks of tests: one tick is one nanosecond, and these are the numbers at opening. */
export const openTsc = 5_000_000_000_000n;
export const openMono = 7_000_000_000n;

export class JournalBuilder {
  #bytes = new Uint8Array(defines.MT_HEADER_SIZE + 64 * defines.MT_RECORD_SIZE);
  #view = new DataView(this.#bytes.buffer);
  /** Slots drawn. */
  drawn = 0;

  constructor() {
    this.header("magic", defines.MT_MAGIC);
    this.header("version", defines.MT_VERSION);
    this.header("header_size", defines.MT_HEADER_SIZE);
    this.header("record_size", defines.MT_RECORD_SIZE);
    this.header("page_size", 4096);
    this.header("arch", 1);
    this.header("pid", 4121);
    this.header("tsc_open", openTsc);
    this.header("mono_open", openMono);
    this.lastPair(1_000_000_000);
  }

  header(field: FieldOf<"header">, value: number | bigint): this {
    this.#put("header", field, 0, value);
    return this;
  }

  /** The header's later clock pair, `nanos` after the opening. */
  lastPair(nanos: number): this {
    this.header("tsc_last", openTsc + BigInt(nanos));
    return this.header("mono_last", openMono + BigInt(nanos));
  }

  /** Draws `count` slots and leaves them empty; returns the first. */
  draw(count = 1): number {
    const slot = this.drawn;
    this.drawn += count;
    this.#reserve();
    this.header("cursor", this.drawn);
    return slot;
  }

  call(fields: CallFields, slot = this.draw()): number {
    const set = (field: FieldOf<"record">, value: number | bigint, index = 0): void =>
      this.#put("record", field, this.#offset(slot), value, index);
    const begin = fields.tscBegin ?? slot * 1000;
    set("kind", enums.kind[fields.kind]);
    set("flags", fields.flags ?? 0);
    set("tid", fields.tid ?? 4121);
    set("dev", fields.dev ?? 0);
    set("end", fields.end ?? slot + 1);
    set("tsc_begin", openTsc + BigInt(begin));
    set("tsc_end", openTsc + BigInt(fields.tscEnd ?? begin + 500));
    for (const [index, value] of (fields.args ?? []).entries()) set("args", value, index);
    set("result", fields.result ?? 0);
    set("return_address", fields.returnAddress ?? 0);
    set("inode", fields.inode ?? 0);
    set("path", fields.path ?? 0);
    set("stack", fields.stack ?? 0);
    set("target", fields.target ?? 0);
    set("state", enums.state[fields.state ?? "done"]);
    return slot;
  }

  clock(nanos: number): number {
    const args = [openTsc + BigInt(nanos), openMono + BigInt(nanos)];
    return this.call({ kind: "clock", args });
  }

  /** One piece; texts of several pieces go through `text`. */
  piece(fields: TextFields, piece: number, content: Uint8Array, last: boolean): number {
    const slot = this.draw();
    const set = (field: FieldOf<"text">, value: number | bigint, index = 0): void =>
      this.#put("text", field, this.#offset(slot), value, index);
    set("kind", enums.kind.text);
    set("flags", (last ? defines.MT_TEXT_LAST : 0) | (fields.cut ? defines.MT_TEXT_CUT : 0));
    set("tid", fields.tid ?? 4121);
    set("topic", enums.topic[fields.topic]);
    set("length", content.length);
    set("key", fields.key ?? 0);
    set("piece", piece);
    set("read_before", piece === 0 ? (fields.readBefore ?? 0) : 0);
    content.forEach((byte, index) => {
      set("bytes", byte, index);
    });
    set("state", enums.state.done);
    return slot;
  }

  /** One piece of a stack; frames are module << 48 | address. */
  stackPiece(fields: StackFields, frames: readonly bigint[]): number {
    const slot = this.draw();
    const set = (field: FieldOf<"stack">, value: number | bigint, index = 0): void =>
      this.#put("stack", field, this.#offset(slot), value, index);
    set("kind", enums.kind.stack);
    set("flags", fields.end === undefined ? 0 : defines.MT_STACK_LAST);
    set("tid", 4121);
    set("id", fields.id);
    set("piece", fields.piece ?? 0);
    set("count", fields.count ?? frames.length);
    set("end", fields.end === undefined ? 0 : enums.end[fields.end]);
    frames.forEach((frame, index) => {
      set("frames", frame, index);
    });
    set("state", enums.state.done);
    return slot;
  }

  /** Returns the slot of the last piece. */
  text(fields: TextFields, content: string): number {
    const bytes = new TextEncoder().encode(content);
    let last = 0;
    for (let at = 0, piece = 0; piece === 0 || at < bytes.length; piece++) {
      const end = Math.min(bytes.length, at + defines.MT_TEXT_BYTES);
      last = this.piece(fields, piece, bytes.subarray(at, end), end === bytes.length);
      at = end;
    }
    return last;
  }

  /** The file as it would be now. */
  bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#offset(this.drawn));
  }

  /** A window over slots [from, to), live: later writes show, unless the journal grew. */
  window(from = 0, to = this.drawn) {
    return slotWindow(
      this.#bytes.buffer,
      this.#offset(from),
      this.#offset(to) - this.#offset(from),
      from,
    );
  }

  #offset(slot: number): number {
    return defines.MT_HEADER_SIZE + slot * defines.MT_RECORD_SIZE;
  }

  #reserve(): void {
    if (this.#offset(this.drawn) <= this.#bytes.length) return;
    const wider = new Uint8Array(this.#offset(this.drawn * 2));
    wider.set(this.#bytes);
    this.#bytes = wider;
    this.#view = new DataView(wider.buffer);
  }

  #put<S extends Struct>(
    struct: S,
    field: FieldOf<S>,
    base: number,
    value: number | bigint,
    index = 0,
  ): void {
    const fields = structs[struct].fields as unknown as Record<
      string,
      { offset: number; bytes: number }
    >;
    const { offset, bytes } = fields[field]!;
    const at = base + offset + index * bytes;
    if (bytes === 8) this.#view.setBigUint64(at, BigInt.asUintN(64, BigInt(value)), true);
    else if (bytes === 4) this.#view.setUint32(at, Number(value), true);
    else if (bytes === 2) this.#view.setUint16(at, Number(value), true);
    else this.#view.setUint8(at, Number(value));
  }
}
