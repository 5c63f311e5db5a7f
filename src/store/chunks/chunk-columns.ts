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
import { type ByteSink, type ByteSource, maxValueBytes } from "../../base/bytes.ts";

export const columnModes = { zero: 0, constant: 1, deltas: 2, pages: 3, plain: 4 } as const;

/** A part of the format, whatever the recording's pages are. */
const unitBytes = 4096;
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
  // A fraction or an infinity passes this test and is then stored by the escape.
  const inPages = (lowBits & (unitBytes - 1)) === 0;
  sink.byte(inPages ? columnModes.pages : columnModes.deltas);
  writeDeltas(sink, values, count, inPages ? unitBytes : 1);
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
      // A rounded difference would not reproduce the value.
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

/** Where the values of a column go: values[rows[i]] for i in [start, start + count). */
export interface Placement {
  readonly rows: Uint32Array;
  readonly start: number;
  readonly count: number;
}

/**
 * Reads a column into its places, which hold zeros before. Returns false for an unknown
 * mode.
 */
export function readColumn(source: ByteSource, values: Float64Array, places: Placement): boolean {
  const mode = source.byte();
  switch (mode) {
    case columnModes.zero:
      return true;
    case columnModes.constant:
      spread(values, places, readValue(source, 0, 1));
      return true;
    case columnModes.deltas:
      readDeltas(source, values, places, 1, 1);
      return true;
    case columnModes.pages:
      readDeltas(source, values, places, unitBytes, 1);
      return true;
    case columnModes.plain:
      readDeltas(source, values, places, 1, 0);
      return true;
    default:
      return false;
  }
}

/** Reads a column of small whole numbers, as readColumn does; `values` is scratch memory. */
export function readIntegers(
  source: ByteSource,
  column: Uint8Array | Uint32Array,
  places: Placement,
  values: Float64Array,
): boolean {
  const { rows, start, count } = places;
  const mode = source.bytes[source.at];
  if (mode === columnModes.zero) source.at += 1;
  else if (mode === columnModes.constant) {
    source.at += 1;
    const value = readValue(source, 0, 1);
    for (let i = start; i < start + count; i++) column[rows[i]!] = value;
  } else {
    // Through doubles, so that the loop that reads values stays monomorphic.
    if (!readColumn(source, values, places)) return false;
    for (let i = start; i < start + count; i++) column[rows[i]!] = values[rows[i]!]!;
  }
  return true;
}

/** Skips a column of `count` values. Returns false for an unknown mode. */
export function skipColumn(source: ByteSource, count: number): boolean {
  const mode = source.byte();
  if (mode === columnModes.zero) return true;
  if (mode > columnModes.plain) return false;
  const { bytes } = source;
  const end = bytes.length;
  let at = source.at;
  for (let left = mode === columnModes.constant ? 1 : count; left > 0 && at < end; at++) {
    const byte = bytes[at]!;
    if (byte > 127) continue;
    left -= 1;
    // No number ends in a zero byte, so this one is an escape.
    if (byte === 0) at += maxValueBytes - 1;
  }
  source.at = at;
  return true;
}

function spread(values: Float64Array, { rows, start, count }: Placement, value: number): void {
  const end = start + count;
  for (let i = start; i < end; i++) values[rows[i]!] = value;
}

/** `keep` is 1 when a value continues from the one before it and 0 when each stands alone. */
function readDeltas(
  source: ByteSource,
  values: Float64Array,
  { rows, start, count }: Placement,
  unit: number,
  keep: number,
): void {
  const { bytes } = source;
  const end = start + count;
  // Up to here a value can be read without checking for the end of the bytes.
  const safe = bytes.length - maxValueBytes;
  let at = source.at;
  let value = 0;
  for (let i = start; i < end; i++) {
    const first = at <= safe ? bytes[at]! : 0;
    let code = first & 127;
    let next = at + 1;
    if (first > 127) {
      let byte = bytes[next++]!;
      code |= (byte & 127) << 7;
      if (byte > 127) {
        byte = bytes[next++]!;
        code |= (byte & 127) << 14;
        if (byte > 127) {
          byte = bytes[next++]!;
          // Over 28 bits the arithmetic leaves 32-bit integers.
          code = byte > 127 ? 0 : code | (byte << 21);
        }
      }
    }
    if (code === 0) {
      source.at = at;
      value = readValue(source, keep === 0 ? 0 : value, unit);
      at = source.at;
    } else {
      code -= 1;
      value = (keep === 0 ? 0 : value) + ((code >>> 1) ^ -(code & 1)) * unit;
      at = next;
    }
    values[rows[i]!] = value;
  }
  source.at = at;
}

/** One value of any form. Past the end of the bytes: 0, with the source beyond its end. */
function readValue(source: ByteSource, previous: number, unit: number): number {
  const { bytes, at } = source;
  if (at >= bytes.length) {
    source.at = bytes.length + 1;
    return 0;
  }
  if (bytes[at] === 0) {
    source.at = at + maxValueBytes;
    return source.at <= bytes.length ? source.raw.getFloat64(at + 1, true) : 0;
  }
  const code = source.varint() - 1;
  // An odd code is a negative number; halves stay exact because codes stay below 2^53 + 1.
  const delta = code % 2 === 0 ? code / 2 : -(code + 1) / 2;
  return previous + delta * unit;
}
