/** Paths, types and constants of Rust's newer mangling, RFC 2603, in rustc's own notation. */

import { RustV0Cursor } from "./rust-v0-cursor.ts";

const basicTypes: Readonly<Record<string, string>> = {
  a: "i8",
  b: "bool",
  c: "char",
  d: "f64",
  e: "str",
  f: "f32",
  h: "u8",
  i: "isize",
  j: "usize",
  l: "i32",
  m: "u32",
  n: "i128",
  o: "u128",
  p: "_",
  s: "i16",
  t: "u16",
  u: "()",
  v: "...",
  x: "i64",
  y: "u64",
  z: "!",
};

/** Real names bind fewer lifetimes than there are letters. */
const mostBound = 26;

export class RustV0Types extends RustV0Cursor {
  /** Lifetimes that are bound around the place. */
  #bound = 0;

  /** `isValue`: generics of a value are written with `::` before them, those of a type are not. */
  path(isValue: boolean): string {
    return this.nested(() => this.#path(isValue));
  }

  type(): string {
    return this.nested(() => this.#type());
  }

  #path(isValue: boolean): string {
    switch (this.take()) {
      case "C":
        this.optional62("s");
        return this.plainIdentifier();
      case "M":
        this.#implPath();
        return `<${this.type()}>`;
      case "X":
        this.#implPath();
        return `<${this.type()} as ${this.path(false)}>`;
      case "Y":
        return `<${this.type()} as ${this.path(false)}>`;
      case "N":
        return this.#nestedPath(isValue);
      case "I": {
        const path = this.path(isValue);
        const generics = this.list(() => this.#generic()).join(", ");
        return `${path}${isValue ? "::" : ""}<${generics}>`;
      }
      case "B":
        return this.back(() => this.path(isValue));
      default:
        return this.fail();
    }
  }

  #implPath(): void {
    this.optional62("s");
    this.path(false);
  }

  #nestedPath(isValue: boolean): string {
    const space = this.take();
    const path = this.path(isValue);
    const number = this.optional62("s");
    const name = this.plainIdentifier();
    if (/[a-z]/.test(space)) return name === "" ? path : `${path}::${name}`;
    const kind = space === "C" ? "closure" : space === "S" ? "shim" : space;
    return `${path}::{${kind}${name === "" ? "" : `:${name}`}#${number}}`;
  }

  #generic(): string {
    if (this.eat("L")) return this.#lifetime(this.base62());
    return this.eat("K") ? this.#constant() : this.type();
  }

  #type(): string {
    const letter = this.peek();
    const basic = basicTypes[letter];
    if (basic !== undefined) {
      this.take();
      return basic;
    }
    if ("CMXYNI".includes(letter)) return this.path(false);
    this.take();
    switch (letter) {
      case "A":
        return `[${this.type()}; ${this.#constant()}]`;
      case "S":
        return `[${this.type()}]`;
      case "T": {
        const items = this.list(() => this.type());
        return `(${items.join(", ")}${items.length === 1 ? "," : ""})`;
      }
      case "R":
        return `&${this.#reference()}${this.type()}`;
      case "Q":
        return `&${this.#reference()}mut ${this.type()}`;
      case "P":
        return `*const ${this.type()}`;
      case "O":
        return `*mut ${this.type()}`;
      case "F":
        return this.#functionType();
      case "D":
        return this.#dynamicType();
      case "B":
        return this.back(() => this.type());
      default:
        return this.fail();
    }
  }

  #reference(): string {
    const life = this.eat("L") ? this.base62() : 0;
    return life === 0 ? "" : `${this.#lifetime(life)} `;
  }

  #functionType(): string {
    return this.#bind(() => this.#signature());
  }

  #signature(): string {
    const isUnsafe = this.eat("U");
    let abi = "";
    if (this.eat("K")) {
      const name = this.eat("C") ? "C" : this.plainIdentifier().replaceAll("_", "-");
      abi = `extern "${name}" `;
    }
    const items = this.list(() => this.type()).join(", ");
    const result = this.eat("u") ? "" : ` -> ${this.type()}`;
    return `${isUnsafe ? "unsafe " : ""}${abi}fn(${items})${result}`;
  }

  #dynamicType(): string {
    const traits = this.#bind(() => this.list(() => this.#dynamicTrait()).join(" + "));
    const life = this.eat("L") ? this.base62() : Number(this.fail());
    return `dyn ${traits}${life === 0 ? "" : ` + ${this.#lifetime(life)}`}`;
  }

  #dynamicTrait(): string {
    const path = this.path(false);
    const bindings: string[] = [];
    while (!this.failed && this.eat("p")) {
      bindings.push(`${this.plainIdentifier()} = ${this.type()}`);
    }
    if (bindings.length === 0) return path;
    return path.endsWith(">")
      ? `${path.slice(0, -1)}, ${bindings.join(", ")}>`
      : `${path}<${bindings.join(", ")}>`;
  }

  #constant(): string {
    return this.nested(() => {
      if (this.eat("B")) return this.back(() => this.#constant());
      const letter = this.take();
      if (letter === "p") return "_";
      const isNegative = this.eat("n");
      const digits = this.hexDigits();
      const value = BigInt(`0x${digits || "0"}`);
      if (letter === "b") return value === 1n ? "true" : "false";
      if (letter === "c")
        return value <= 0x10ffffn ? `'${String.fromCodePoint(Number(value))}'` : this.fail();
      if (basicTypes[letter] === undefined) return this.fail();
      return `${isNegative ? "-" : ""}${value}`;
    });
  }

  /** Bound lifetimes are counted from the innermost; the outermost is `'a`. */
  #lifetime(number: number): string {
    if (number === 0) return "'_";
    const depth = this.#bound - number;
    return depth < 0 ? this.fail() : `'${String.fromCodePoint(97 + depth)}`;
  }

  #bind(read: () => string): string {
    const count = this.optional62("G");
    if (this.#bound + count > mostBound) return this.fail();
    this.#bound += count;
    const names = Array.from({ length: count }, (_, i) => this.#lifetime(count - i));
    const text = read();
    this.#bound -= count;
    return count === 0 ? text : `for<${names.join(", ")}> ${text}`;
  }
}
