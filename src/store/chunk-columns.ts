/**
 * How one column of numbers becomes bytes. A column is a mode byte and what the mode needs:
 *
 *   zero      nothing: every value is 0
 *   constant  one value
 *   deltas    per value the difference to the value before it; the first one to 0
 *   pages     the same in units of 4096 bytes, when every value is a multiple of that
 *   plain     per value the value itself
 *
 * A number d with |d| < 2^52 is written as varint(zigzag(d) + 1). A zero byte is an escape: the
 * eight bytes of the value itself (not of the difference) follow as a double, so any double is kept.
 *
 *   0 -> 01    -1 -> 02    1 -> 03    63 -> 7f    -64 -> 80 01    2^60 -> 00 and eight bytes
 *
 * These loops handle some fifteen numbers an event; they allocate nothing and use no BigInt.
 */
import { type ByteSink, type ByteSource, maxValueBytes } from "./byte-sink.ts";

export const columnModes = { zero: 0, constant: 1, deltas: 2, pages: 3, plain: 4 } as const;

const pageBytes = 4096;
const largestDelta = 2 ** 52;

/** Writes values[0, count), choosing the mode. */
export function writeColumn(sink: ByteSink, values: Float64Array, count: number): void {
  const first = values[0]!;
  let changed = 0;
  let lowBits = 0;
  for (let i = 0; i < count; i++) {
    const value = values[i]!;
    if (value !== first) changed = 1;
    // ToInt32 keeps the low 32 bits of any whole number, negative ones included.
    lowBits |= value;
  }
  sink.reserve(1 + count * maxValueBytes);
  if (changed === 0) {
    if (first === 0) {
      sink.byte(columnModes.zero);
      return;
    }
    sink.byte(columnModes.constant);
    writeDeltas(sink, values, 1, 1);
    return;
  }
  // A fraction or an infinity slips through this test and is then kept by the escape.
  const inPages = (lowBits & (pageBytes - 1)) === 0;
  sink.byte(inPages ? columnModes.pages : columnModes.deltas);
  writeDeltas(sink, values, count, inPages ? pageBytes : 1);
}

/** Writes values[0, count) each by itself: for a column that holds differences already. */
export function writePlainColumn(sink: ByteSink, values: Float64Array, count: number): void {
  sink.reserve(1 + count * maxValueBytes);
  sink.byte(columnModes.plain);
  for (let i = 0; i < count; i++) writeValue(sink, values[i]!, values[i]!);
}

function writeDeltas(sink: ByteSink, values: Float64Array, count: number, unit: number): void {
  const bytes = sink.bytes;
  const scale = 1 / unit;
  let at = sink.at;
  let previous = 0;
  for (let i = 0; i < count; i++) {
    const value = values[i]!;
    const delta = (value - previous) * scale;
    const small = delta | 0;
    if (small === delta && small < 0x3fff_ffff && small > -0x3fff_ffff) {
      let rest = ((small << 1) ^ (small >> 31)) + 1;
      while (rest > 127) {
        bytes[at++] = (rest & 127) | 128;
        rest >>>= 7;
      }
      bytes[at++] = rest;
    } else {
      sink.at = at;
      // A difference that was rounded does not lead back to the value.
      writeValue(sink, previous + delta * unit === value ? delta : Number.NaN, value);
      at = sink.at;
    }
    previous = value;
  }
  sink.at = at;
}

/** Writes `delta`, or `value` behind an escape when the delta does not fit. Room must be reserved. */
function writeValue(sink: ByteSink, delta: number, value: number): void {
  const bytes = sink.bytes;
  let at = sink.at;
  if (!(delta > -largestDelta && delta < largestDelta) || delta !== Math.floor(delta)) {
    bytes[at++] = 0;
    sink.double(at, value);
    sink.at = at + 8;
    return;
  }
  const code = (delta < 0 ? -2 * delta - 1 : 2 * delta) + 1;
  let low = code | 0;
  if (code >= 0x1000_0000) {
    bytes[at++] = (low & 127) | 128;
    bytes[at++] = ((low >>> 7) & 127) | 128;
    bytes[at++] = ((low >>> 14) & 127) | 128;
    bytes[at++] = ((low >>> 21) & 127) | 128;
    low = Math.floor(code / 0x1000_0000);
  }
  while (low > 127) {
    bytes[at++] = (low & 127) | 128;
    low >>>= 7;
  }
  bytes[at++] = low;
  sink.at = at;
}

/** Reads a column of `count` values into `values`. Returns false when the mode is none of ours. */
export function readColumn(source: ByteSource, values: Float64Array, count: number): boolean {
  const mode = source.byte();
  switch (mode) {
    case columnModes.zero:
      values.fill(0, 0, count);
      return true;
    case columnModes.constant:
      readDeltas(source, values, 1, 1, 1);
      values.fill(values[0]!, 0, count);
      return true;
    case columnModes.deltas:
      readDeltas(source, values, count, 1, 1);
      return true;
    case columnModes.pages:
      readDeltas(source, values, count, pageBytes, 1);
      return true;
    case columnModes.plain:
      readDeltas(source, values, count, 1, 0);
      return true;
    default:
      return false;
  }
}

/** `keep` is 1 when a value continues from the one before it and 0 when each stands alone. */
function readDeltas(
  source: ByteSource,
  values: Float64Array,
  count: number,
  unit: number,
  keep: number,
): void {
  const bytes = source.bytes;
  const end = bytes.length;
  let at = source.at;
  let value = 0;
  for (let i = 0; i < count; i++) {
    if (at >= end) {
      source.at = end + 1;
      values.fill(0, i, count);
      return;
    }
    let code = bytes[at++]!;
    if (code === 0) {
      value = at + 8 <= end ? source.raw.getFloat64(at, true) : 0;
      at += 8;
    } else {
      if (code > 127) {
        code &= 127;
        let scale = 128;
        let byte: number;
        do {
          byte = at < end ? bytes[at]! : 0;
          at++;
          code += (byte & 127) * scale;
          scale *= 128;
        } while (byte > 127);
      }
      code--;
      // An odd code is a negative number; halves stay exact because codes stay below 2^53 + 1.
      const delta = (code & 1) === 0 ? code / 2 : -(code + 1) / 2;
      value = (keep === 0 ? 0 : value) + delta * unit;
    }
    values[i] = value;
  }
  source.at = at;
}
