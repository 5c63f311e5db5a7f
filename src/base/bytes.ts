/** A growing byte buffer to write varints to, and a cursor to read them back. */

/** Bytes that one value can take at most: the escape byte and a raw double. */
export const maxValueBytes = 9;

export class ByteSink {
  bytes: Uint8Array;
  #raw: DataView;
  /** Where the next byte goes. */
  at = 0;

  constructor(capacity = 1 << 17) {
    this.bytes = new Uint8Array(capacity);
    this.#raw = new DataView(this.bytes.buffer);
  }

  /** Makes room for `more` bytes after `at`. Callers reserve once and then write unchecked. */
  reserve(more: number): void {
    if (this.at + more <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(this.bytes.length * 2, this.at + more));
    grown.set(this.bytes);
    this.bytes = grown;
    this.#raw = new DataView(grown.buffer);
  }

  byte(value: number): void {
    this.reserve(1);
    this.bytes[this.at++] = value;
  }

  /** A whole number from 0 to 2^53 - 1, seven bits a byte, the lowest first. */
  varint(value: number): void {
    this.reserve(8);
    const { bytes } = this;
    let at = this.at;
    let rest = value;
    while (rest > 0x7fff_ffff) {
      bytes[at++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    let low = rest | 0;
    while (low > 127) {
      bytes[at++] = (low & 127) | 128;
      low >>>= 7;
    }
    bytes[at++] = low;
    this.at = at;
  }

  /** A whole number from -2^52 to 2^52 - 1: small ones of either sign take few bytes. */
  zigzag(value: number): void {
    this.varint(value < 0 ? -2 * value - 1 : 2 * value);
  }

  append(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.at);
    this.at += bytes.length;
  }

  /** Writes the eight bytes of a double at `at`, without moving the cursor. */
  double(at: number, value: number): void {
    this.#raw.setFloat64(at, value, true);
  }

  bigInt64(value: bigint): void {
    this.reserve(8);
    this.#raw.setBigInt64(this.at, value, true);
    this.at += 8;
  }

  uint32(at: number, value: number): void {
    this.#raw.setUint32(at, value, true);
  }

  /** A copy of what was written. */
  toBytes(): Uint8Array {
    return this.bytes.slice(0, this.at);
  }
}

/** Reads what a ByteSink wrote. Past the end it reads zeros, so the caller must compare `at` with the length. */
export class ByteSource {
  readonly bytes: Uint8Array;
  readonly raw: DataView;
  at: number;

  constructor(bytes: Uint8Array, at: number) {
    this.bytes = bytes;
    this.raw = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = at;
  }

  byte(): number {
    return this.bytes[this.at++] ?? 0;
  }

  varint(): number {
    const { bytes } = this;
    // Four bytes fit an integer, and most numbers have no more.
    let value = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.at < bytes.length ? bytes[this.at]! : 0;
      this.at += 1;
      value |= (byte & 127) << shift;
      if (byte < 128) return value;
    }
    for (let scale = 2 ** 28; ; scale *= 128) {
      const byte = this.byte();
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  }

  zigzag(): number {
    const code = this.varint();
    return code % 2 === 0 ? code / 2 : -(code + 1) / 2;
  }

  bigInt64(): bigint {
    const at = this.at;
    this.at += 8;
    return this.at <= this.bytes.length ? this.raw.getBigInt64(at, true) : 0n;
  }
}
