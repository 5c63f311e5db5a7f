/** The functions in the symbol table of an ELF file, for machines without elfutils and binutils. */

import { countAtMost } from "../base/search.ts";
import {
  type ElfImage,
  type RandomAccessBytes,
  type Section,
  sectionTypes,
  textAt,
} from "./elf.ts";

const symbolBytes = 24;
const functionTypes: ReadonlySet<number> = new Set([2, 10]);
/** Larger tables are not read: no program has ten million functions. */
const mostTableBytes = 1 << 28;
/** A function without a length is taken to be no longer than this. */
const mostUnsizedBytes = 4096;
/** How many symbols before an address are tried: nested and overlapping ones are rare. */
const mostLookedAt = 16;

/** Sorted by address. */
export class SymbolTable {
  readonly #source: RandomAccessBytes;
  readonly #names: Section | undefined;
  readonly #starts: Float64Array;
  readonly #ends: Float64Array;
  readonly #nameAt: Float64Array;

  private constructor(source: RandomAccessBytes, names: Section | undefined, rows: readonly Row[]) {
    this.#source = source;
    this.#names = names;
    const sorted = [...rows].sort((a, b) => a.start - b.start || a.end - b.end || a.rank - b.rank);
    this.#starts = Float64Array.from(sorted, ({ start }) => start);
    this.#ends = endsOf(sorted);
    this.#nameAt = Float64Array.from(sorted, ({ nameAt }) => nameAt);
  }

  /** From .symtab, else from .dynsym, which has only exported functions; empty when neither can be read. */
  static read(source: RandomAccessBytes, image: ElfImage): SymbolTable {
    for (const wanted of [sectionTypes.symbols, sectionTypes.dynamicSymbols]) {
      const section = image.sections.find(({ type }) => type === wanted);
      if (section === undefined || section.lengthBytes > mostTableBytes) continue;
      const view = source.read(section.offset, section.lengthBytes);
      if (view === undefined) continue;
      const rows = readRows(view);
      if (rows.length > 0) return new SymbolTable(source, image.sections[section.link], rows);
    }
    return new SymbolTable(source, undefined, []);
  }

  get size(): number {
    return this.#starts.length;
  }

  /** The name of the function that holds an ELF virtual address, as it stands in the table. */
  nameOf(address: number): string | undefined {
    const starts = this.#starts;
    const below = countAtMost(starts.length, (i) => starts[i] ?? 0, address);
    for (let i = below - 1; i >= Math.max(0, below - mostLookedAt); i -= 1) {
      if (address < (this.#ends[i] ?? 0)) return this.#name(this.#nameAt[i] ?? 0);
    }
    return undefined;
  }

  #name(offset: number): string | undefined {
    const names = this.#names;
    if (names === undefined || offset >= names.lengthBytes) return undefined;
    // Names are short; a long one is read again in full.
    for (const mostBytes of [256, 1 << 16]) {
      const lengthBytes = Math.min(mostBytes, names.lengthBytes - offset);
      const view = this.#source.read(names.offset + offset, lengthBytes);
      const name = view && textAt(view, 0);
      if (name) return name;
    }
    return undefined;
  }
}

interface Row {
  readonly start: number;
  /** `start` for a function without a length, as assembly often has it. */
  readonly end: number;
  readonly nameAt: number;
  /** Of several names for one function the one with the highest rank is shown. */
  readonly rank: number;
}

/** By binding: local, weak, global. */
const ranks: readonly number[] = [0, 2, 1];

function readRows(view: DataView): Row[] {
  const rows: Row[] = [];
  for (let at = 0; at + symbolBytes <= view.byteLength; at += symbolBytes) {
    if (!functionTypes.has(view.getUint8(at + 4) & 15) || view.getUint16(at + 6, true) === 0) {
      continue;
    }
    const start = Number(view.getBigUint64(at + 8, true));
    const lengthBytes = Number(view.getBigUint64(at + 16, true));
    const rank = ranks[view.getUint8(at + 4) >> 4] ?? 0;
    rows.push({ start, end: start + lengthBytes, nameAt: view.getUint32(at, true), rank });
  }
  return rows;
}

/** A function without a length ends where the next one begins, if that is near. */
function endsOf(sorted: readonly Row[]): Float64Array {
  const ends = new Float64Array(sorted.length);
  let next = Number.POSITIVE_INFINITY;
  for (let i = sorted.length - 1; i >= 0; i -= 1) {
    const { start, end } = sorted[i]!;
    const after = sorted[i + 1]?.start;
    if (after !== undefined && after > start) next = after;
    ends[i] = end > start ? end : Math.min(next, start + mostUnsizedBytes);
  }
  return ends;
}
