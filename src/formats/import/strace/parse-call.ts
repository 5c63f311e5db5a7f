/** Reads `(arguments) = result <duration>` of one printed call into a row. */

import { eventFlags } from "../../../events/batch.ts";
import { errnoNumber } from "../../../events/errno.ts";
import { prSetVma } from "../../../events/flags.ts";
import { type CallRow, emptyRow, setResultUnknown } from "../call-row.ts";
import { ValueReader } from "../values.ts";
import type { CallShape } from "./call-table.ts";

const space = 32;
const close = 41;
const equals = 61;
const question = 63;
const greater = 62;
const less = 60;

export type ParsedAs =
  | "call"
  /** The kernel runs it again after a signal: its next line is the call. */
  | "restarted"
  /** It changes no mapping: another prctl. */
  | "other"
  | "unreadable";

export class CallParser {
  readonly row: CallRow = emptyRow();
  readonly values = new ValueReader();
  /** The file descriptor's name in the arguments, decoded by the caller: [from, to), empty when equal. */
  nameFrom = 0;
  nameTo = 0;
  /** Where the closing bracket stands. */
  argsEnd = 0;
  /** What could not be read. */
  reason = "";

  /** `at` is behind the opening bracket. Sets the row's kind, arguments, result, duration and flags. */
  parse(shape: CallShape, bytes: Uint8Array, at: number, end: number): ParsedAs {
    const { row, values } = this;
    row.kind = shape.kind;
    row.flags = 0;
    row.file = 0;
    row.wide = undefined;
    row.args.fill(0);
    this.nameFrom = this.nameTo = 0;
    values.set(bytes, at, end);
    const wide = shape.role === "memory" ? this.#arguments(shape) : this.#skip();
    this.argsEnd = values.at;
    if (wide === false) return "unreadable";
    if (shape.name === "prctl" && row.args[0] !== prSetVma) return "other";
    return this.result(wide === true ? undefined : wide);
  }

  /** True, false for arguments that cannot be read, or exact values where a double does not hold one. */
  #arguments(shape: CallShape): boolean | bigint[] {
    const { row, values } = this;
    let wide: bigint[] | undefined;
    let count = 0;
    while (values.bytes[values.at] !== close) {
      if (count > 0 && !values.more()) return this.#unreadable(count);
      if (!values.read(shape.args[count])) {
        // Another prctl has words and strings of its own.
        if (shape.name === "prctl" && count === 0) return true;
        return this.#unreadable(count + 1);
      }
      if (count < shape.args.length) {
        row.args[count] = values.value;
        if (values.wide !== undefined) {
          wide ??= exactSoFar(row, count);
          wide[count] = values.wide;
        } else if (wide !== undefined) wide[count] = BigInt(values.value);
        if (values.nameTo > values.nameFrom) {
          this.nameFrom = values.nameFrom;
          this.nameTo = values.nameTo;
        }
      }
      count += 1;
      if (shape.name === "prctl" && row.args[0] !== prSetVma) return true;
    }
    if (count < shape.leastArgs) return this.#unreadable(count + 1);
    return wide ?? true;
  }

  #skip(): boolean {
    this.reason = "its arguments have no end";
    return this.values.skipAll();
  }

  #unreadable(argument: number): false {
    this.reason = `argument ${argument} cannot be read`;
    return false;
  }

  /** Reads on from the closing bracket. */
  result(wide?: bigint[]): ParsedAs {
    const { row, values } = this;
    const { bytes, end } = values;
    let at = values.at;
    this.reason = "it has no result";
    if (bytes[at] !== close) return "unreadable";
    at += 1;
    while (bytes[at] === space && at < end) at += 1;
    if (bytes[at] !== equals) return "unreadable";
    at += 1;
    while (bytes[at] === space && at < end) at += 1;
    if (at >= end) return "unreadable";
    row.duration = durationAt(bytes, at, end);
    if (bytes[at] === question) {
      if (bytes[at + 2] === 69) return "restarted";
      setResultUnknown(row);
      return "call";
    }
    values.set(bytes, at, end);
    if (!values.read(undefined)) return "unreadable";
    row.result = values.value;
    if (values.wide !== undefined) setWide(row, wide ?? exactSoFar(row, 6), values.wide);
    else if (wide !== undefined) setWide(row, wide, BigInt(values.value));
    // `(assumed)` behind a result, in an exported recording.
    if (bytes[values.at + 1] === 40 && bytes[values.at + 2] === 97) {
      row.flags |= eventFlags.resultAssumed;
    }
    if (row.result === -1 && bytes[values.at] === space && isUpper(bytes[values.at + 1]!)) {
      return this.#failure(values.at + 1, end);
    }
    return "call";
  }

  #failure(from: number, end: number): ParsedAs {
    const { row, values } = this;
    let at = from;
    while (at < end && (isUpper(values.bytes[at]!) || isDigit(values.bytes[at]!))) at += 1;
    const name = values.text(from, at);
    const number = name === "E" ? undefined : errnoNumber(name);
    const plain = /^E\?+ \(errno (\d+)\)/.exec(values.text(from, Math.min(end, from + 24)))?.[1];
    if (number === undefined && plain === undefined) {
      this.reason = `the error "${name}" is not known`;
      return "unreadable";
    }
    row.result = -(number ?? Number(plain));
    if (row.wide !== undefined) row.wide = [...row.wide.slice(0, 6), BigInt(row.result)];
    return "call";
  }

  /** shmat: the size that an exported call notes beside its last argument. */
  notedBytes(): number | undefined {
    const { values, argsEnd } = this;
    const text = values.text(Math.max(0, argsEnd - 32), argsEnd);
    const bytes = / \/\* (\d+) bytes \*\/$/.exec(text)?.[1];
    return bytes === undefined ? undefined : Number(bytes);
  }

  /** shmat: the size of the segment, where the log showed how it was made. */
  setSegment(bytes: number, id: number): void {
    this.row.flags |= eventFlags.shmSize;
    this.row.args[3] = bytes;
    this.row.args[4] = id;
  }
}

/** The arguments before `count`, exact, with zeros behind. */
function exactSoFar(row: CallRow, count: number): bigint[] {
  return Array.from({ length: 6 }, (_, i) => (i < count ? BigInt(row.args[i]!) : 0n));
}

function setWide(row: CallRow, args: bigint[], result: bigint): void {
  row.wide = [...args.slice(0, 6), result];
}

const isUpper = (byte: number): boolean => byte >= 65 && byte <= 90;
const isDigit = (byte: number): boolean => byte >= 48 && byte <= 57;

/** Nanoseconds of `<0.000012>` at the end of a line, or -1. */
function durationAt(bytes: Uint8Array, from: number, end: number): number {
  if (bytes[end - 1] !== greater) return -1;
  let value = 0;
  let scale = 1;
  let seenDot = false;
  for (let at = end - 2; at > from; at--) {
    const byte = bytes[at]!;
    if (byte === less) return seenDot ? Math.round(value) : -1;
    if (byte === 46) {
      // What stands behind the point counts in nanoseconds by its length.
      value *= 1e9 / scale;
      scale = 1e9;
      seenDot = true;
    } else if (isDigit(byte)) {
      value += (byte - 48) * scale;
      scale *= 10;
    } else return -1;
  }
  return -1;
}
