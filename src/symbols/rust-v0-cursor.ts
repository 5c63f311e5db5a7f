/** Letters, numbers and identifiers of Rust's newer mangling, RFC 2603. */

/** Deeper nesting or longer names than this are an attack. */
const mostDepth = 200;
const mostSteps = 20_000;

/** A cursor in a mangled name. Once `failed` is set its results are meaningless. */
export class RustV0Cursor {
  readonly #text: string;
  #at = 0;
  #depth = 0;
  #steps = 0;
  failed = false;

  constructor(text: string) {
    this.#text = text;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  /** Consumes the next letter. */
  take(): string {
    const letter = this.#text[this.#at];
    if (letter === undefined) return this.fail();
    this.#at += 1;
    return letter;
  }

  /** Consumes `letter` when it is next. */
  eat(letter: string): boolean {
    if (this.#text[this.#at] !== letter) return false;
    this.#at += 1;
    return true;
  }

  peek(): string {
    return this.#text[this.#at] ?? "";
  }

  fail(): string {
    this.failed = true;
    return "";
  }

  /** The result of `read`, unless it nests too deep. */
  nested(read: () => string): string {
    this.#depth += 1;
    this.#steps += 1;
    const isTooMuch = this.#depth > mostDepth || this.#steps > mostSteps;
    const text = isTooMuch || this.failed ? this.fail() : read();
    this.#depth -= 1;
    return text;
  }

  /** Items up to the letter E. */
  list(read: () => string): string[] {
    const items: string[] = [];
    while (!this.failed && !this.eat("E")) items.push(read());
    return items;
  }

  /** `_` is 0, `0_` is 1, and so on. */
  base62(): number {
    if (this.eat("_")) return 0;
    let value = 0;
    for (;;) {
      const letter = this.take();
      if (letter === "_") return value + 1;
      const digit = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".indexOf(
        letter,
      );
      // Hashes exceed a double's precision, but their values are not used.
      value = value * 62 + digit;
      if (letter === "" || digit === -1) {
        this.fail();
        return 0;
      }
    }
  }

  /** A number behind a letter: 0 when the letter is not there. */
  optional62(letter: string): number {
    return this.eat(letter) ? this.base62() + 1 : 0;
  }

  /** Follows a back reference to an earlier part of the name. */
  back(read: () => string): string {
    const tag = this.#at - 1;
    const target = this.base62();
    if (this.failed || target >= tag) return this.fail();
    const after = this.#at;
    this.#at = target;
    const text = this.nested(read);
    this.#at = after;
    return text;
  }

  /** Without its disambiguator. */
  plainIdentifier(): string {
    const isUnicode = this.eat("u");
    const digits = /^(?:0|[1-9]\d*)/.exec(this.#text.slice(this.#at, this.#at + 8))?.[0];
    if (digits === undefined) return this.fail();
    this.#at += digits.length;
    this.eat("_");
    const name = this.#text.slice(this.#at, this.#at + Number(digits));
    this.#at += Number(digits);
    if (name.length !== Number(digits)) return this.fail();
    return isUnicode ? `punycode{${name.replace(/_(?=[^_]*$)/, "-")}}` : name;
  }

  /** Hexadecimal digits up to `_`. */
  hexDigits(): string {
    let digits = "";
    while (/[0-9a-f]/.test(this.peek())) digits += this.take();
    return this.eat("_") ? digits : this.fail();
  }
}
