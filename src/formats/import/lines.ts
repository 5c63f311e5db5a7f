/** The lines of a stream of bytes, one at a time, without a copy when a line is within one piece. */

import type { ImportFile } from "./importer.ts";

const lineFeed = 10;
const carriageReturn = 13;
/** A text without line feeds is split here, to bound memory. */
const longestLine = 1 << 20;

/** A line in place: `bytes` from `start` to `end`, without its line feed. */
export interface LogLine {
  /** The file's. */
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  /** From 1. */
  readonly number: number;
}

/** The line with bytes of its own, for later. */
export function copyOfLine({ name, bytes, start, end, number }: LogLine): LogLine {
  return { name, bytes: bytes.slice(start, end), start: 0, end: end - start, number };
}

/** Bytes as Latin-1 characters. */
export function latin1(bytes: Uint8Array, from: number, to: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, Math.max(0, to - from)).toString(
    "latin1",
  );
}

/**
 * `while (source.next() || (await source.fill()))`: waits only between pieces, not between lines.
 * `bytes` from `start` to `end` is the line without its end, valid until the next step.
 */
export class LineSource implements LogLine {
  readonly name: string;
  bytes: Uint8Array = new Uint8Array(0);
  start = 0;
  end = 0;
  /** Of the line, from 1; 0 before the first. */
  number = 0;
  /** The last line had no line feed behind it: the text was cut, or ends without one. */
  isUnterminated = false;
  readonly #chunks: AsyncIterator<Uint8Array>;
  /** Where the line after the current one begins. */
  #next = 0;
  #isAtEnd = false;

  constructor(file: ImportFile) {
    this.name = file.name;
    this.#chunks = file.chunks[Symbol.asyncIterator]();
  }

  /** Steps to the next line in the piece at hand; false when it holds no whole one. */
  next(): boolean {
    const { bytes } = this;
    const from = this.#next;
    let at = bytes.indexOf(lineFeed, from);
    if (at < 0) {
      if (this.#isAtEnd && from < bytes.length) {
        at = bytes.length;
        this.isUnterminated = true;
      } else if (bytes.length - from >= longestLine) at = from + longestLine;
      else return false;
    }
    this.start = from;
    this.end = at > from && bytes[at - 1] === carriageReturn ? at - 1 : at;
    this.#next = at < bytes.length && bytes[at] === lineFeed ? at + 1 : at;
    this.number += 1;
    return true;
  }

  /** Fetches more and steps to its first line; false at the end of the text. */
  async fill(): Promise<boolean> {
    for (;;) {
      if (this.#isAtEnd) return this.next();
      const { value, done } = await this.#chunks.next();
      if (done === true) this.#isAtEnd = true;
      else this.#add(value);
      if (this.next()) return true;
    }
  }

  #add(piece: Uint8Array): void {
    const rest = this.bytes.subarray(this.#next);
    this.#next = 0;
    if (rest.length === 0) {
      this.bytes = piece;
      return;
    }
    const joined = new Uint8Array(rest.length + piece.length);
    joined.set(rest);
    joined.set(piece, rest.length);
    this.bytes = joined;
  }
}
