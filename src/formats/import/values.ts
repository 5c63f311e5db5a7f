/** Reads the arguments of a printed call, byte by byte: numbers, words joined by `|`, what to pass over. */

import type { FlagWords } from "../../events/words.ts";
import { closingBracket, stringEnd } from "./brackets.ts";

/** Anything that turns a word of the log into a number. */
export type Words = Pick<FlagWords, "parse">;

const space = 32;
const quote = 34;
const open = 40;
const close = 41;
const comma = 44;
const minus = 45;
const slash = 47;
const zero = 48;
const nine = 57;
const less = 60;
const greater = 62;
/** Digits whose number a double holds exactly. */
const exactHexDigits = 13;
const exactDecimalDigits = 15;

interface KnownWord {
  readonly bytes: Uint8Array;
  readonly value: number;
}

const isWord = (byte: number): boolean =>
  (byte >= 97 && byte <= 122) || (byte >= 65 && byte <= 90) || byte === 95;

/** One reader for all arguments of a log: remembers the words that it has met. */
export class ValueReader {
  bytes: Uint8Array = new Uint8Array(0);
  at = 0;
  end = 0;
  /** Of the last argument: as a signed register, rounded where a double does not hold it. */
  value = 0;
  /** Its exact value, where `value` is rounded. */
  wide: bigint | undefined;
  /** The text in `<...>` behind a file descriptor: [nameFrom, nameTo), empty when equal. */
  nameFrom = 0;
  nameTo = 0;
  readonly #known = new Map<Words, Map<number, KnownWord>>();

  set(bytes: Uint8Array, at: number, end: number): void {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  /** Reads one argument up to its comma or closing bracket; false for what it cannot make out. */
  read(words: Words | undefined): boolean {
    this.wide = undefined;
    this.nameFrom = this.nameTo = 0;
    const { bytes } = this;
    const byte = bytes[this.at]!;
    const isNumber = (byte >= zero && byte <= nine) || byte === minus;
    let isRead: boolean;
    if (isNumber && !this.#isExpression()) isRead = this.#number();
    else if (isNumber || isWord(byte)) isRead = this.#word(words);
    else isRead = this.#skip();
    if (!isRead) return false;
    if (this.at < this.end && bytes[this.at] === less) this.#name();
    this.comment();
    return true;
  }

  /** `0x1|MAP_PRIVATE`, `21<<MAP_HUGE_SHIFT`: begins as a number and goes on as words. */
  #isExpression(): boolean {
    const { bytes, end } = this;
    for (let at = this.at; at < end; at++) {
      const byte = bytes[at]!;
      if (byte === 124) return true;
      if (byte === less) return bytes[at + 1] === less;
      if (byte === comma || byte === close || byte === space) return false;
    }
    return false;
  }

  /** Over a comma and the blank behind it; false at the closing bracket. */
  more(): boolean {
    if (this.bytes[this.at] !== comma) return false;
    this.at += this.bytes[this.at + 1] === space ? 2 : 1;
    return true;
  }

  /** Over a number: decimal, hexadecimal, negative. */
  #number(): boolean {
    const { bytes, end } = this;
    const from = this.at;
    const isNegative = bytes[this.at] === minus;
    if (isNegative) this.at += 1;
    const first = this.at;
    let value = 0;
    if (bytes[first] === zero && bytes[first + 1] === 120) {
      let at = first + 2;
      for (; at < end; at++) {
        const byte = bytes[at]!;
        const digit = byte <= nine ? byte - zero : (byte | 32) - 87;
        if (digit < 0 || digit > 15 || (byte > nine && digit < 10)) break;
        value = value * 16 + digit;
      }
      this.at = at;
      if (at === first + 2) return false;
      if (at - first - 2 > exactHexDigits) return this.#exact(from);
    } else {
      let at = first;
      for (; at < end; at++) {
        const digit = bytes[at]! - zero;
        if (digit < 0 || digit > 9) break;
        value = value * 10 + digit;
      }
      this.at = at;
      if (at === first) return false;
      if (at - first > exactDecimalDigits) return this.#exact(from);
    }
    this.value = isNegative ? -value : value;
    return true;
  }

  #exact(from: number): boolean {
    const text = this.text(from, this.at);
    const isNegative = text.startsWith("-");
    const digits = BigInt(isNegative ? text.slice(1) : text);
    const exact = BigInt.asIntN(64, isNegative ? -digits : digits);
    this.value = Number(exact);
    this.wide = Number.isSafeInteger(this.value) ? undefined : exact;
    return true;
  }

  #word(words: Words | undefined): boolean {
    const { bytes, end } = this;
    const from = this.at;
    let hash = 0;
    let at = from;
    for (; at < end; at++) {
      const byte = bytes[at]!;
      if (byte === comma || byte === close || byte === space) break;
      if (byte === open || byte === quote) return false;
      hash = (Math.imul(hash, 31) + byte) | 0;
    }
    this.at = at;
    if (at - from === 4 && bytes[from] === 78 && this.text(from, at) === "NULL") {
      this.value = 0;
      return true;
    }
    if (words === undefined) return false;
    let known = this.#known.get(words);
    if (known === undefined) {
      known = new Map();
      this.#known.set(words, known);
    }
    const entry = known.get(hash);
    if (entry !== undefined && this.#isSame(entry.bytes, from, at)) {
      this.value = entry.value;
      return true;
    }
    const value = words.parse(this.text(from, at));
    if (value === undefined) return false;
    known.set(hash, { bytes: bytes.slice(from, at), value });
    this.value = value;
    return true;
  }

  #isSame(known: Uint8Array, from: number, to: number): boolean {
    if (known.length !== to - from) return false;
    const { bytes } = this;
    for (let i = 0; i < known.length; i++) if (known[i] !== bytes[from + i]) return false;
    return true;
  }

  /** Over a string, a structure or an array, whose value is an address that the log does not show. */
  #skip(): boolean {
    this.value = 0;
    const { bytes, end } = this;
    let depth = 0;
    for (let at = this.at; at < end; at++) {
      const byte = bytes[at]!;
      if (byte === quote) {
        at = stringEnd(bytes, at, end);
        if (at >= end) return false;
        continue;
      }
      if (byte === 91 || byte === 123 || byte === open) depth += 1;
      else if (depth > 0 && (byte === 93 || byte === 125 || byte === close)) depth -= 1;
      else if (depth === 0 && (byte === comma || byte === close)) {
        if (at === this.at) return false;
        this.at = at;
        return true;
      }
    }
    return false;
  }

  /** Over all arguments up to the closing bracket of the call; false when there is none. */
  skipAll(): boolean {
    const at = closingBracket(this.bytes, this.at, this.end);
    if (at < 0) return false;
    this.at = at;
    return true;
  }

  /** `</usr/lib/libc.so.6>`, `</dev/null<char 1:3>>`, `</tmp/x>(deleted)`. */
  #name(): void {
    const { bytes, end } = this;
    let depth = 0;
    let at = this.at;
    for (; at < end; at++) {
      if (bytes[at] === less) depth += 1;
      else if (bytes[at] === greater && --depth === 0) break;
    }
    if (at >= end) return;
    this.nameFrom = this.at + 1;
    this.nameTo = at;
    this.at = at + 1;
    if (bytes[this.at] === open && bytes[this.at + 1] === 100) {
      while (this.at < end && bytes[this.at] !== close) this.at += 1;
      this.at += 1;
    }
  }

  /** Over a comment, if one stands here. */
  comment(): void {
    const { bytes, end } = this;
    if (bytes[this.at] !== space || bytes[this.at + 1] !== slash) return;
    for (let at = this.at + 4; at < end; at++) {
      if (bytes[at] === slash && bytes[at - 1] === 42) {
        this.at = at + 1;
        return;
      }
    }
  }

  /** Bytes as Latin-1 characters. */
  text(from: number, to: number): string {
    return Buffer.from(this.bytes.buffer, this.bytes.byteOffset + from, to - from).toString(
      "latin1",
    );
  }
}
