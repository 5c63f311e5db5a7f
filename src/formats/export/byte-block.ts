/** Writes rows of text as bytes into one buffer, without intermediate strings: for millions of rows. */

const zero = 48;
const quote = 34;
const comma = 44;
const lineFeed = 10;
const million = 1_000_000;
const digits = "0123456789abcdef";
const hexDigits = Uint8Array.from(digits, (digit) => digit.charCodeAt(0));
const encoder = new TextEncoder();
/** Encoded texts that are cached: many rows share them. */
const mostKnown = 4096;
/** An upper bound for a row without its texts. */
const rowRoom = 1024;

/** A cell that a spreadsheet would run as a formula. */
const isDangerous = /^[=+\-@\t\r']/;

/**
 * The bytes of a text as a cell of RFC 4180: quoted where it must be. A cell that begins like a
 * formula, or with an apostrophe, gets an apostrophe before it; readers remove one
 * apostrophe from the beginning of a cell.
 */
export function csvCell(text: string): string {
  const safe = isDangerous.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export class ByteBlock {
  #bytes = new Uint8Array(1 << 18);
  #at = 0;
  readonly #cells = new Map<string, Uint8Array>();

  get isFull(): boolean {
    return this.#at > this.#bytes.length - 2 * rowRoom;
  }

  /** The bytes since the last call; valid until the next row. */
  take(): Uint8Array {
    const bytes = this.#bytes.subarray(0, this.#at);
    this.#at = 0;
    return bytes;
  }

  comma(): void {
    this.#bytes[this.#at++] = comma;
  }

  /** Ends a row. */
  endRow(): void {
    this.#bytes[this.#at++] = lineFeed;
    if (this.#at > this.#bytes.length - rowRoom) this.#grow(0);
  }

  /** A whole number from 0 to 2^53. */
  decimal(value: number): void {
    if (value < million) {
      this.#small(value);
      return;
    }
    const low = value % million;
    this.decimal((value - low) / million);
    this.#padded(low);
  }

  #small(value: number): void {
    const bytes = this.#bytes;
    let rest = value | 0;
    let scale = 1;
    let at = this.#at + 1;
    while (scale * 10 <= rest) {
      scale *= 10;
      at += 1;
    }
    this.#at = at;
    do {
      const next = (rest / 10) | 0;
      bytes[--at] = zero + rest - next * 10;
      rest = next;
    } while (rest > 0);
  }

  #padded(value: number): void {
    const bytes = this.#bytes;
    let rest = value | 0;
    for (let at = this.#at + 5; at >= this.#at; at--) {
      const next = (rest / 10) | 0;
      bytes[at] = zero + rest - next * 10;
      rest = next;
    }
    this.#at += 6;
  }

  /** `0x7f...`, unsigned; a negative number as the 64-bit register that it was. */
  hex(value: number): void {
    const bytes = this.#bytes;
    bytes[this.#at] = zero;
    bytes[this.#at + 1] = 120;
    this.#at += 2;
    const high = Math.floor(value / 2 ** 32) >>> 0;
    const low = value >>> 0;
    let shift = high === 0 ? highestNibble(low) : highestNibble(high);
    if (high !== 0) {
      for (; shift >= 0; shift -= 4) bytes[this.#at++] = hexDigits[(high >>> shift) & 15]!;
      shift = 28;
    }
    for (; shift >= 0; shift -= 4) bytes[this.#at++] = hexDigits[(low >>> shift) & 15]!;
  }

  /** Plain ASCII that needs no quotes. */
  ascii(text: string): void {
    const bytes = this.#bytes;
    let at = this.#at;
    for (let i = 0; i < text.length; i++) bytes[at++] = text.charCodeAt(i);
    this.#at = at;
  }

  /** Any text, as csvCell has it. */
  cell(text: string): void {
    let known = this.#cells.get(text);
    if (known === undefined) {
      known = encoder.encode(csvCell(text));
      if (this.#cells.size < mostKnown) this.#cells.set(text, known);
    }
    if (this.#at + known.length > this.#bytes.length - rowRoom) this.#grow(known.length);
    this.#bytes.set(known, this.#at);
    this.#at += known.length;
  }

  quote(): void {
    this.#bytes[this.#at++] = quote;
  }

  #grow(more: number): void {
    const grown = new Uint8Array(2 * this.#bytes.length + more);
    grown.set(this.#bytes);
    this.#bytes = grown;
  }
}

function highestNibble(value: number): number {
  return value === 0 ? 0 : (31 - Math.clz32(value)) & ~3;
}
