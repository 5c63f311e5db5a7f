/**
 * Encodes events as the bytes of a chunk; chunk-decoder.ts decodes them. The layout:
 *
 *   0   u8   version of this layout
 *   1   u32  length of the whole chunk in bytes
 *   5   u32  CRC-32 of every byte from 9 on
 *   9   varint firstSeq, varint number of rows
 *       kinds: varint how many, then per kind in order of its first row: byte code, byte number of
 *       argument columns, varint number of rows
 *       which kind each row is: nothing for one kind, a nibble a row (low one first) for up to 16,
 *       a byte a row for more
 *       columns over all rows: process, tid, at, slot
 *       columns per kind, over its rows: duration, the arguments, result, return address, file,
 *       flags, stack
 *       wide rows: varint how many, then per row varint row and seven signed 64-bit integers
 *
 * The columns stand per kind because calls of one kind resemble each other: most of their arguments
 * are constant and cost a byte or two a chunk. A slot is predicted by the one before it in the same
 * process. chunk-columns.ts has the layout of a column.
 */
import { crc32 } from "node:zlib";
import { assert } from "../../base/assert.ts";
import { ByteSink } from "../../base/bytes.ts";
import type { EventBatch } from "../../events/batch.ts";
import { argumentCounts, type CallName, kindOf } from "../../events/kinds.ts";
import { writeColumn, writePlainColumn } from "./chunk-columns.ts";

export const chunkVersion = 1;
/** Events in a full chunk. */
export const chunkCapacity = 4096;
/** Bytes before the part that the checksum covers. */
export const chunkHeadBytes = 9;

/** How many of a kind's arguments are stored; the other registers hold noise. */
function keptArguments(code: number): number {
  const name = kindOf(code);
  // shmat carries the segment's size and id behind its own arguments, see eventFlags.shmSize.
  if (name === undefined || name === "shmat") return 6;
  return argumentCounts[name as CallName] ?? 6;
}

const keptByCode = Uint8Array.from({ length: 256 }, (_, code) => keptArguments(code));

/** Turns rows of a batch into chunks. Owns its scratch memory: one encoder, one caller. */
export class ChunkEncoder {
  readonly #sink = new ByteSink();
  readonly #values = new Float64Array(chunkCapacity);
  /** Rows grouped by kind: those of the first kind, then those of the second. */
  readonly #rows = new Uint32Array(chunkCapacity);
  /** Position of a kind in this chunk's list, by its code; 255 is absent. */
  readonly #place = new Uint8Array(256);

  /**
   * The chunk with rows [from, to) of `batch`, numbered from `firstSeq`.
   * Arguments that a call does not have decode as 0; everything else decodes unchanged.
   */
  encode(batch: EventBatch, from: number, to: number, firstSeq: number): Uint8Array {
    const count = to - from;
    assert(count > 0 && count <= chunkCapacity, `a chunk of ${count} events`);
    const sink = this.#sink;
    sink.at = chunkHeadBytes;
    sink.varint(firstSeq);
    sink.varint(count);
    const kinds = this.#writeKinds(batch.kind, from, to);
    this.#writeShared(batch, from, to);
    let start = 0;
    for (const kind of kinds) {
      this.#writeKind(batch, from, start, kind.count, keptByCode[kind.code]!);
      start += kind.count;
    }
    writeWide(sink, batch, from, to);
    return this.#seal();
  }

  /** Writes the list of kinds and each row's kind, and groups the rows. */
  #writeKinds(kind: Uint8Array, from: number, to: number): { code: number; count: number }[] {
    const sink = this.#sink;
    const place = this.#place.fill(255);
    const kinds: { code: number; count: number }[] = [];
    for (let row = from; row < to; row++) {
      const code = kind[row]!;
      if (place[code] === 255) {
        place[code] = kinds.length;
        kinds.push({ code, count: 0 });
      }
      kinds[place[code]!]!.count++;
    }
    sink.varint(kinds.length);
    for (const { code, count } of kinds) {
      sink.byte(code);
      sink.byte(keptByCode[code]!);
      sink.varint(count);
    }
    this.#writePlaces(kind, from, to, kinds.length);
    const next = new Uint32Array(kinds.length);
    for (let i = 1; i < kinds.length; i++) next[i] = next[i - 1]! + kinds[i - 1]!.count;
    for (let row = from; row < to; row++) {
      const at = place[kind[row]!]!;
      this.#rows[next[at]!] = row - from;
      next[at]!++;
    }
    return kinds;
  }

  #writePlaces(kind: Uint8Array, from: number, to: number, kinds: number): void {
    if (kinds === 1) return;
    const sink = this.#sink;
    const place = this.#place;
    sink.reserve(to - from);
    const bytes = sink.bytes;
    let at = sink.at;
    if (kinds > 16) {
      for (let row = from; row < to; row++) bytes[at++] = place[kind[row]!]!;
    } else {
      let row = from;
      for (; row + 1 < to; row += 2) {
        bytes[at++] = place[kind[row]!]! | (place[kind[row + 1]!]! << 4);
      }
      if (row < to) bytes[at++] = place[kind[row]!]!;
    }
    sink.at = at;
  }

  #writeShared(batch: EventBatch, from: number, to: number): void {
    const sink = this.#sink;
    const values = this.#values;
    const count = to - from;
    copyIntegers(batch.process, from, count, values);
    writeColumn(sink, values, count);
    copyIntegers(batch.tid, from, count, values);
    writeColumn(sink, values, count);
    values.set(batch.at.subarray(from, to));
    writeColumn(sink, values, count);
    slotSteps(batch, from, count, values);
    writePlainColumn(sink, values, count);
  }

  #writeKind(batch: EventBatch, from: number, start: number, count: number, kept: number): void {
    this.#gather(batch.duration, from, start, count);
    for (let i = 0; i < kept; i++) this.#gather(batch.args[i]!, from, start, count);
    this.#gather(batch.result, from, start, count);
    this.#gather(batch.returnAddress, from, start, count);
    this.#gatherIntegers(batch.file, from, start, count);
    this.#gatherIntegers(batch.flags, from, start, count);
    this.#gatherIntegers(batch.stack, from, start, count);
  }

  #gather(column: Float64Array, from: number, start: number, count: number): void {
    const values = this.#values;
    const rows = this.#rows;
    for (let i = 0; i < count; i++) values[i] = column[from + rows[start + i]!]!;
    writeColumn(this.#sink, values, count);
  }

  #gatherIntegers(
    column: Uint8Array | Uint32Array,
    from: number,
    start: number,
    count: number,
  ): void {
    const values = this.#values;
    const rows = this.#rows;
    for (let i = 0; i < count; i++) values[i] = column[from + rows[start + i]!]!;
    writeColumn(this.#sink, values, count);
  }

  #seal(): Uint8Array {
    const sink = this.#sink;
    sink.bytes[0] = chunkVersion;
    sink.uint32(1, sink.at);
    sink.uint32(5, crc32(sink.bytes.subarray(chunkHeadBytes, sink.at)));
    return sink.toBytes();
  }
}

function copyIntegers(column: Uint32Array, from: number, count: number, to: Float64Array): void {
  for (let i = 0; i < count; i++) to[i] = column[from + i]!;
}

/** values[i] = the row's slot less the slot of the row before it in the same process. */
function slotSteps(batch: EventBatch, from: number, count: number, values: Float64Array): void {
  const { slot, process } = batch;
  const others = new Map<number, number>();
  let current = process[from]!;
  let last = 0;
  for (let i = 0; i < count; i++) {
    const row = from + i;
    const owner = process[row]!;
    if (owner !== current) {
      others.set(current, last);
      last = others.get(owner) ?? 0;
      current = owner;
    }
    const value = slot[row]!;
    values[i] = value - last;
    last = value;
  }
}

function writeWide(sink: ByteSink, batch: EventBatch, from: number, to: number): void {
  const rows: number[] = [];
  for (const row of batch.wide.keys()) if (row >= from && row < to) rows.push(row);
  sink.varint(rows.length);
  for (const row of rows) {
    const registers = batch.wide.get(row)!;
    assert(registers.length === 7, "a wide row has six arguments and a result");
    sink.varint(row - from);
    for (const register of registers) sink.bigInt64(register);
  }
}
