/**
 * A stretch of addresses that nothing else in this process uses, in which a claim arranges its
 * mappings, page by page, and from which all is cleared away afterwards.
 */

import { defaultPageBytes } from "../base/pages.ts";
import { advices, mapFlags, mremapFlags, prot } from "../events/flags.ts";
import { advise, isMapped, mapAnonymous, Peephole, remap, unmap } from "../ffi/own-memory.ts";

export const pageBytes = defaultPageBytes;
export const readWrite = prot.read | prot.write;

/**
 * Above the addresses that V8 asks for (46 bits) and below those of programs and libraries, so that
 * no other thread's mapping can fill a hole that a claim has made on purpose.
 */
const places = [0x4800_0000_0000, 0x4810_0000_0000, 0x4a00_0000_0000, 0x5000_0000_0000];

export interface MapOptions {
  readonly prot?: number;
  readonly shared?: boolean;
  /** Written into the first byte of each page, which is touched by that; none for what may not be written. */
  readonly mark?: number;
}

/** Pages are counted from the arena's start; it is empty, not reserved, until a claim maps something. */
export class Arena {
  readonly start: number;
  readonly pageCount: number;
  readonly #peephole: Peephole;
  /** Mappings that the kernel placed outside the arena: lengths by address, for `clear`. */
  readonly #strays = new Map<number, number>();

  /** Throws an Error when no place is free. */
  constructor(pageCount: number) {
    this.pageCount = pageCount;
    this.start = freePlace(pageCount * pageBytes);
    this.#peephole = new Peephole();
  }

  at(page: number): number {
    return this.start + page * pageBytes;
  }

  /** Maps `count` pages at `page`, which must be free. Throws an Error where the kernel refuses. */
  map(page: number, count: number, options: MapOptions = {}): number {
    const { prot: access = readWrite, shared = false, mark } = options;
    const at = this.at(page);
    const kind = shared ? mapFlags.shared : mapFlags.private;
    const flags = kind + mapFlags.anonymous + mapFlags.fixed;
    const result = mapAnonymous(at, count * pageBytes, access, flags);
    if (result !== at) throw new Error(`mmap of ${count} pages gave ${result}`);
    advise(at, count * pageBytes, advices.noHugePage); // one huge page would touch all of them at once
    if (mark !== undefined)
      for (let i = 0; i < count; i += 1) this.poke(at + i * pageBytes, mark + i);
    return at;
  }

  unmap(page: number, count: number): number {
    return unmap(this.at(page), count * pageBytes);
  }

  /** mremap(2) in bytes; tracks what the kernel places outside the arena. */
  remap(at: number, oldBytes: number, newBytes: number, flags: number, to = 0): number {
    const result = remap(at, oldBytes, newBytes, flags, to);
    if (result < 0) return result;
    const keepsOld = oldBytes === 0 || (flags & mremapFlags.dontUnmap) !== 0;
    if (!keepsOld) this.#strays.delete(at);
    const isInside = result >= this.start && result < this.at(this.pageCount);
    if (!isInside) this.#strays.set(result, newBytes);
    return result;
  }

  /** The byte at an address; undefined where reading it would fault. */
  peek(at: number): number | undefined {
    return this.#peephole.peek(at);
  }

  poke(at: number, value: number): boolean {
    return this.#peephole.poke(at, value);
  }

  isMapped(at: number): boolean {
    return isMapped(at, pageBytes);
  }

  /** Pages from `at` on that can be read, at most `most`. */
  readablePages(at: number, most: number): number {
    let count = 0;
    while (count < most && this.peek(at + count * pageBytes) !== undefined) count += 1;
    return count;
  }

  /** Whether `count` pages from `at` on hold the marks that `map` wrote. */
  holds(at: number, count: number, mark: number): boolean {
    for (let i = 0; i < count; i += 1) {
      if (this.peek(at + i * pageBytes) !== mark + i) return false;
    }
    return true;
  }

  /** Unmaps everything that a claim has left, inside and outside the arena. */
  clear(): void {
    unmap(this.start, this.pageCount * pageBytes);
    for (const [at, lengthBytes] of this.#strays) unmap(at, lengthBytes);
    this.#strays.clear();
  }

  close(): void {
    this.clear();
    this.#peephole.close();
  }
}

/** Kernels before 4.17 take the address as a hint, so the result is compared with it. */
export function freePlace(lengthBytes: number): number {
  const flags = mapFlags.private + mapFlags.anonymous + mapFlags.fixedNoReplace;
  for (const place of places) {
    const result = mapAnonymous(place, lengthBytes, prot.none, flags);
    if (result > 0) unmap(result, lengthBytes);
    if (result === place) return place;
  }
  throw new Error(`no ${lengthBytes} bytes of addresses are free at any of the usual places`);
}
