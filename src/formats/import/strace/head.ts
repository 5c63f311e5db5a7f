/** What stands before the call on a line of strace: thread, time, address of the instruction. */

const space = 32;
const bracket = 91;
const closeBracket = 93;
const colon = 58;
const dot = 46;
const zero = 48;
/** include/linux/threads.h: no thread id reaches it; a larger number is a time in seconds. */
const pidLimit = 4_194_304;

export type ClockKind = "none" | "day" | "epoch" | "relative";

/**
 * Read one line at a time; the fields hold what the last one said. Shapes: `123 `, `[pid 123] `,
 * `12:34:56`, `12:34:56.123456`, `1795645980.245753`, `     0.000221` (-r), `(+     0.000221)` (-r
 * behind a time), `[00007f6d17912ad7]` (-i), `[  59]` (-n).
 */
export class LineHead {
  /** 0 where the line names no thread. */
  tid = 0;
  clock: ClockKind = "none";
  /** Seconds and nanoseconds of the line's time: of the day, since 1970, or since the line before. */
  seconds = 0;
  nanos = 0;
  /** Where the rest of the line begins. */
  at = 0;
  #whole = 0;

  read(bytes: Uint8Array, start: number, end: number): void {
    this.tid = 0;
    this.clock = "none";
    this.seconds = 0;
    this.nanos = 0;
    let at = start;
    for (;;) {
      while (at < end && bytes[at] === space) at += 1;
      const byte = bytes[at]!;
      let next = at;
      if (byte >= zero && byte <= 57) next = this.#number(bytes, at, end);
      else if (byte === bracket) next = this.#bracket(bytes, at, end);
      else if (byte === 40 && bytes[at + 1] === 43) next = indexOf(bytes, 41, at, end) + 1;
      if (next === at) break;
      at = next;
    }
    this.at = at;
  }

  #number(bytes: Uint8Array, from: number, end: number): number {
    let at = this.#digits(bytes, from, end);
    const first = this.#whole;
    if (bytes[at] === colon) {
      at = this.#digits(bytes, at + 1, end);
      const minutes = this.#whole;
      if (bytes[at] !== colon) return from;
      at = this.#digits(bytes, at + 1, end);
      this.seconds = (first * 60 + minutes) * 60 + this.#whole;
      this.clock = "day";
    } else if (bytes[at] === dot) {
      this.seconds = first;
      this.clock = first < pidLimit ? "relative" : "epoch";
    } else if (bytes[at] === space && first < pidLimit && this.clock === "none" && this.tid === 0) {
      this.tid = first;
      return at;
    } else if (bytes[at] === space && first >= pidLimit) {
      this.seconds = first;
      this.clock = "epoch";
      return at;
    } else return from;
    if (bytes[at] === dot) at = this.#fraction(bytes, at + 1, end);
    return at;
  }

  #digits(bytes: Uint8Array, from: number, end: number): number {
    let value = 0;
    let at = from;
    for (; at < end; at++) {
      const digit = bytes[at]! - zero;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
    }
    this.#whole = value;
    return at;
  }

  #fraction(bytes: Uint8Array, from: number, end: number): number {
    const at = this.#digits(bytes, from, end);
    this.nanos = Math.round(this.#whole * 10 ** (9 - (at - from)));
    return at;
  }

  #bracket(bytes: Uint8Array, from: number, end: number): number {
    const close = indexOf(bytes, closeBracket, from, end);
    if (close < 0) return from;
    if (bytes[from + 1] === 112) {
      let at = from + 4;
      while (at < close && bytes[at] === space) at += 1;
      if (this.#digits(bytes, at, close) === at) return from;
      this.tid = this.#whole;
      return close + 1;
    }
    // `[ Process PID=12 runs in 32 bit mode. ]` is a line of its own.
    return bytes[from + 2] === 80 ? from : close + 1;
  }
}

function indexOf(bytes: Uint8Array, wanted: number, from: number, end: number): number {
  for (let at = from; at < end; at++) if (bytes[at] === wanted) return at;
  return from - 1;
}
