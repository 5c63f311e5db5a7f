/** Which addresses a call takes and frees, as far as ordering calls of different threads depends on it. */
import { roundUpToPages } from "../../base/pages.ts";
import { errnoOf } from "../../events/errno.ts";
import { mapFlags, mremapFlags, shmFlags } from "../../events/flags.ts";
import { enums } from "../wire/wire.gen.ts";
import { argsWord, resultWord, signed64 } from "../wire/words.ts";

const wireKinds = enums.kind;
/** Bytes freed by a call whose record has no length. Too many is safe: the call then only precedes more takers than it must. */
const unknownLength = 2 ** 36;

/**
 * `take` is what must have been free before the call; a MAP_FIXED target need not have been. `free`
 * and `also` are what the call may have made free. Half-open, empty when lo >= hi.
 */
export class CallRanges {
  takeLo = 0;
  takeHi = 0;
  freeLo = 0;
  freeHi = 0;
  alsoLo = 0;
  alsoHi = 0;
  readonly #pageBytes: number;
  /** The program break after the last brk seen; 0 is unknown. */
  brk: number;

  constructor(pageBytes: number, brk = 0) {
    this.#pageBytes = pageBytes;
    this.brk = brk;
  }

  #up(bytes: number): number {
    return roundUpToPages(bytes, this.#pageBytes);
  }

  /** Keeps the break; to be called for each brk, in begin order. */
  noteBrk(u32: Uint32Array, i32: Int32Array, base: number): void {
    this.brk = signed64(u32, i32, base + resultWord);
  }

  clear(): void {
    this.takeLo = this.takeHi = 0;
    this.freeLo = this.freeHi = 0;
    this.alsoLo = this.alsoHi = 0;
  }

  /** Reads the ranges of a call that is done; must precede noteBrk of the same record. */
  read(kind: number, u32: Uint32Array, i32: Int32Array, base: number): void {
    this.clear();
    const first = signed64(u32, i32, base + argsWord);
    const result = signed64(u32, i32, base + resultWord);
    const failed = errnoOf(result) !== 0;
    switch (kind) {
      case wireKinds.mmap:
        this.#mmap(u32, i32, base, first, result, failed);
        break;
      case wireKinds.munmap:
        if (!failed) this.#free(first, this.#up(signed64(u32, i32, base + argsWord + 2)));
        break;
      case wireKinds.mremap:
        this.#mremap(u32, i32, base, first, result, failed);
        break;
      case wireKinds.brk:
        this.#brk(result);
        break;
      case wireKinds.shmat:
        if (!failed && (u32[base + argsWord + 4]! & shmFlags.remap) === 0) {
          this.takeLo = result;
          this.takeHi = result + this.#up(signed64(u32, i32, base + argsWord + 6));
        }
        break;
      case wireKinds.shmdt:
      case wireKinds.io_destroy:
        if (!failed) this.#free(first, unknownLength);
        break;
    }
  }

  #free(start: number, bytes: number): void {
    this.freeLo = start;
    this.freeHi = start + bytes;
  }

  #mmap(
    u32: Uint32Array,
    i32: Int32Array,
    base: number,
    address: number,
    result: number,
    failed: boolean,
  ): void {
    const bytes = this.#up(signed64(u32, i32, base + argsWord + 2));
    const flags = u32[base + argsWord + 6]!;
    const replaces = (flags & mapFlags.fixed) !== 0 && (flags & mapFlags.fixedNoReplace) === 0;
    if (failed) {
      // The target is unmapped before the new mapping is tried.
      if (replaces) this.#free(address, bytes);
      return;
    }
    if (replaces) return;
    this.takeLo = result;
    this.takeHi = result + bytes;
  }

  #mremap(
    u32: Uint32Array,
    i32: Int32Array,
    base: number,
    old: number,
    result: number,
    failed: boolean,
  ): void {
    const oldBytes = this.#up(signed64(u32, i32, base + argsWord + 2));
    const newBytes = this.#up(signed64(u32, i32, base + argsWord + 4));
    const flags = u32[base + argsWord + 6]!;
    const fixed = (flags & mremapFlags.fixed) !== 0;
    const keeps = (flags & mremapFlags.dontUnmap) !== 0 || oldBytes === 0;
    if (failed) {
      // A move with a fixed target may have unmapped it, or have moved a part, before it failed.
      if (!fixed) return;
      const target = signed64(u32, i32, base + argsWord + 8);
      this.#free(old, oldBytes);
      this.alsoLo = target;
      this.alsoHi = target + newBytes;
      return;
    }
    if (!fixed && result === old) {
      if (newBytes > oldBytes) {
        this.takeLo = old + oldBytes;
        this.takeHi = old + newBytes;
      } else {
        this.#free(old + newBytes, oldBytes - newBytes);
      }
      return;
    }
    if (!keeps) this.#free(old, oldBytes);
    if (fixed) return;
    this.takeLo = result;
    this.takeHi = result + newBytes;
  }

  #brk(result: number): void {
    if (this.brk === 0) return;
    const before = this.#up(this.brk);
    const after = this.#up(result);
    if (after > before) {
      this.takeLo = before;
      this.takeHi = after;
    } else if (after < before) {
      this.#free(after, before - after);
    }
  }
}
