/** The functions of one compilation unit by their addresses: libdw's own search reads the whole unit for each address. */

import { countAtMost } from "../base/search.ts";
import { dieBytes, type Libdw, tags } from "./libdw.ts";

/** Entries that may hold an inlined function. */
const blocks: ReadonlySet<number> = new Set([
  tags.lexicalBlock,
  tags.inlined,
  tags.tryBlock,
  tags.catchBlock,
]);

/** Deeper nesting than that is damage. */
const mostDepth = 256;
/** Pieces of a function: a compiler splits off a few. */
const mostRanges = 10_000;
/** Bound on children of one entry: a damaged file can have cycles. */
const mostChildren = 4_000_000;

interface FunctionRange {
  readonly start: bigint;
  readonly end: bigint;
  readonly die: Uint8Array;
}

export class DwarfUnit {
  readonly #dw: Libdw;
  readonly #ranges: readonly FunctionRange[];

  /** `unit` is the unit's entry, a Dwarf_Die. */
  constructor(dw: Libdw, unit: bigint) {
    this.#dw = dw;
    const ranges: FunctionRange[] = [];
    this.#collect(unit, ranges, 0);
    this.#ranges = ranges.sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0));
  }

  /** The entries of functions at an address, the innermost first, the last one not inlined; empty when none is known. */
  chain(at: bigint): Uint8Array[] {
    const found = this.#find(at);
    if (found === undefined) return [];
    const chain = [found];
    let inner: Uint8Array | undefined = found;
    for (let depth = 0; inner !== undefined && depth < mostDepth; depth += 1) {
      inner = this.#blockIn(inner, at);
      if (inner !== undefined && this.#dw.tag(inner) === tags.inlined) chain.unshift(inner);
    }
    return chain;
  }

  #find(at: bigint): Uint8Array | undefined {
    const ranges = this.#ranges;
    const range = ranges[countAtMost(ranges.length, (i) => ranges[i]?.start ?? 0n, at) - 1];
    return range !== undefined && at < range.end ? range.die : undefined;
  }

  /** Functions at the top level and in namespaces, without those inside types and functions. */
  #collect(parent: bigint | Uint8Array, into: FunctionRange[], depth: number): void {
    for (const die of this.#children(parent)) {
      const tag = this.#dw.tag(die) as number;
      if (tag === tags.subprogram) this.#addRanges(die, into);
      else if (tag === tags.namespace && depth < mostDepth) this.#collect(die, into, depth + 1);
    }
  }

  #addRanges(die: Uint8Array, into: FunctionRange[]): void {
    const base = [0];
    const start: (number | bigint)[] = [0];
    const end: (number | bigint)[] = [0];
    let offset = 0;
    for (let count = 0; count < mostRanges; count += 1) {
      offset = Number(this.#dw.ranges(die, offset, base, start, end));
      if (offset <= 0) return;
      into.push({ start: BigInt(start[0] ?? 0), end: BigInt(end[0] ?? 0), die });
    }
  }

  /** The child block of an entry that contains the address. */
  #blockIn(parent: Uint8Array, at: bigint): Uint8Array | undefined {
    for (const die of this.#children(parent)) {
      if (blocks.has(this.#dw.tag(die) as number) && (this.#dw.holds(die, at) as number) > 0) {
        return die;
      }
    }
    return undefined;
  }

  *#children(parent: bigint | Uint8Array): Generator<Uint8Array> {
    let die = new Uint8Array(dieBytes);
    if (this.#dw.child(parent, die) !== 0) return;
    for (let count = 0; count < mostChildren; count += 1) {
      yield die;
      const next = new Uint8Array(dieBytes);
      if (this.#dw.sibling(die, next) !== 0) return;
      die = next;
    }
  }
}
