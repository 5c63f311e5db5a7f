/** The generated layout as indexes of 32-bit words, and 64-bit values as doubles. No decisions here. */
import { enums, structs } from "./wire.gen.ts";

const record = structs.record.fields;
const text = structs.text.fields;

export const recordBytes = structs.record.bytes;
export const recordWords = structs.record.bytes / 4;

export const stateWord = record.state.offset / 4;
/** kind in the low half, flags in the high half. */
export const kindWord = record.kind.offset / 4;
export const tidWord = record.tid.offset / 4;
export const devWord = record.dev.offset / 4;
export const endWord = record.end.offset / 4;
export const tscBeginWord = record.tsc_begin.offset / 4;
export const tscEndWord = record.tsc_end.offset / 4;
export const argsWord = record.args.offset / 4;
export const resultWord = record.result.offset / 4;
export const returnAddressWord = record.return_address.offset / 4;
export const inodeWord = record.inode.offset / 4;
export const pathWord = record.path.offset / 4;
export const stackWord = record.stack.offset / 4;
export const targetWord = record.target.offset / 4;

/** topic in the low half, length in the high half. */
export const topicWord = text.topic.offset / 4;
export const keyWord = text.key.offset / 4;
export const pieceWord = text.piece.offset / 4;
export const readBeforeWord = text.read_before.offset / 4;
export const textBytesOffset = text.bytes.offset;

export const stateEmpty = enums.state.empty;
export const stateBegun = enums.state.begun;
export const stateDone = enums.state.done;

const high = 4294967296;

/** A signed 64-bit value; rounded beyond 2^53. */
export function signed64(u32: Uint32Array, i32: Int32Array, word: number): number {
  return i32[word + 1]! * high + u32[word]!;
}

/** An unsigned 64-bit value; rounded beyond 2^53. */
export function unsigned64(u32: Uint32Array, word: number): number {
  return u32[word + 1]! * high + u32[word]!;
}

/** An unsigned 64-bit value as text that is the same only for the same value. */
export function key64(u32: Uint32Array, word: number): string {
  return ((BigInt(u32[word + 1]!) << 32n) | BigInt(u32[word]!)).toString(16);
}

/** The exact signed value; for the rare row that a double cannot hold. */
export function exact64(u32: Uint32Array, word: number): bigint {
  return BigInt.asIntN(64, (BigInt(u32[word + 1]!) << 32n) | BigInt(u32[word]!));
}
