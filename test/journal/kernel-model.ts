/** A kernel of a few pages behind a lock, and threads that call it and write a journal as the hook does. */
import { slotWindow } from "../../src/journal/wire/slots.ts";
import { enums } from "../../src/journal/wire/wire.gen.ts";
import {
  argsWord,
  endWord,
  kindWord,
  recordBytes,
  recordWords,
  resultWord,
  stateWord,
  tidWord,
  tscBeginWord,
  tscEndWord,
} from "../../src/journal/wire/words.ts";
import { openTsc } from "../helpers/journal-builder.ts";
import { fixed, moveFixed, noReplace, Pages, pageBytes, type Range } from "./page-oracle.ts";

const enomem = -12;
const eexist = -17;
const mayMove = 1;

/** xorshift: the same schedule for the same seed. */
export function randomFrom(seed: number): (below: number) => number {
  let state = (seed * 2654435761) | 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

interface Call {
  kind: number;
  /** Raw arguments, addresses in bytes. */
  args: number[];
  result: number;
  slot: number;
  /** 0 drawn, 1 begun, 2 took effect, 3 end time read, 4 end stamp read. */
  phase: number;
  tscEnd: number;
  end: number;
  /** What the thread owns while the call runs. */
  own: Range[];
}

export interface ModelOptions {
  readonly seed: number;
  readonly threads: number;
  readonly calls: number;
  readonly pages?: number;
}

export class KernelModel {
  readonly truth: Pages;
  readonly u32: Uint32Array;
  readonly i32: Int32Array;
  drawn = 0;
  #random: (below: number) => number;
  #calls: (Call | undefined)[];
  #left: number;
  #ticks = 0;
  /** Ranges that no running call uses. */
  readonly #owned: Range[] = [];
  /** Where a range was freed last: the allocator tries it first. */
  #freed = 1;

  constructor(options: ModelOptions) {
    this.#random = randomFrom(options.seed);
    this.truth = new Pages(options.pages ?? 48);
    this.#calls = Array.from({ length: options.threads }, () => undefined);
    this.#left = options.calls;
    const buffer = new ArrayBuffer(options.calls * recordBytes);
    this.u32 = new Uint32Array(buffer);
    this.i32 = new Int32Array(buffer);
  }

  window(from = 0, to = this.u32.length / recordWords) {
    return slotWindow(this.u32.buffer, from * recordBytes, (to - from) * recordBytes, from);
  }

  /** One step of one thread; false when all calls are over. */
  step(): boolean {
    const threads = this.#calls.length;
    const first = this.#random(threads);
    this.#ticks += 1;
    for (let i = 0; i < threads; i++) {
      const thread = (first + i) % threads;
      const call = this.#calls[thread];
      if (call !== undefined) this.#advance(thread, call);
      else if (this.#left > 0) this.#draw(thread);
      else continue;
      return true;
    }
    return false;
  }

  run(): this {
    while (this.step());
    return this;
  }

  #draw(thread: number): void {
    this.#left -= 1;
    const call = this.#choose();
    call.slot = this.drawn;
    this.drawn += 1;
    this.#calls[thread] = call;
  }

  #advance(thread: number, call: Call): void {
    const base = call.slot * recordWords;
    call.phase += 1;
    if (call.phase === 1) {
      this.u32[base + kindWord] = call.kind;
      this.u32[base + tidWord] = 100 + thread;
      call.args.forEach((value, index) => {
        this.#put(base + argsWord + index * 2, value);
      });
      this.#put(base + tscBeginWord, Number(openTsc) + this.#ticks);
      this.u32[base + stateWord] = enums.state.begun;
    } else if (call.phase === 2) {
      call.result = this.#effect(call);
    } else if (call.phase === 3) {
      call.tscEnd = this.#ticks;
    } else if (call.phase === 4) {
      call.end = this.drawn;
    } else {
      this.#put(base + resultWord, call.result);
      this.#put(base + tscEndWord, Number(openTsc) + call.tscEnd);
      this.#put(base + endWord, call.end);
      this.u32[base + stateWord] = enums.state.done;
      for (const range of call.own) if (range.end > range.start) this.#owned.push(range);
      this.#calls[thread] = undefined;
    }
  }

  #put(word: number, value: number): void {
    this.u32[word] = value;
    this.u32[word + 1] = Math.floor(value / 2 ** 32);
  }

  #takeOwned(): Range | undefined {
    if (this.#owned.length === 0) return undefined;
    const index = this.#random(this.#owned.length);
    const range = this.#owned[index]!;
    this.#owned[index] = this.#owned[this.#owned.length - 1]!;
    this.#owned.pop();
    return range;
  }

  #choose(): Call {
    const call: Call = {
      kind: 0,
      args: [],
      result: 0,
      slot: 0,
      phase: 0,
      tscEnd: 0,
      end: 0,
      own: [],
    };
    const dice = this.#random(100);
    const range = dice < 34 ? undefined : this.#takeOwned();
    if (range === undefined) return this.#chooseMmap(call, dice);
    const start = range.start * pageBytes;
    const bytes = (range.end - range.start) * pageBytes;
    call.own = [range];
    if (dice < 64) {
      call.kind = enums.kind.munmap;
      const from = dice < 56 ? range.start : range.start + this.#random(range.end - range.start);
      const to = dice < 56 ? range.end : from + 1 + this.#random(range.end - from);
      call.args = [from * pageBytes, (to - from) * pageBytes];
      call.own = [
        { start: range.start, end: from },
        { start: to, end: range.end },
      ];
    } else if (dice < 86) {
      call.kind = enums.kind.mremap;
      const target = dice < 70 ? this.#takeOwned() : undefined;
      const size = 1 + this.#random(5);
      call.args = [start, bytes, size * pageBytes, dice < 82 ? mayMove : 0, 0];
      if (target !== undefined) {
        call.args = [
          start,
          bytes,
          (target.end - target.start) * pageBytes,
          mayMove | moveFixed,
          target.start * pageBytes,
        ];
        call.own = [target];
      }
    } else if (dice < 93) {
      call.kind = enums.kind.mmap;
      call.args = [start, bytes, 3, 0x22 | fixed, 0, 0];
    } else {
      call.kind = enums.kind.mprotect;
      call.args = [start, bytes, 1];
    }
    return call;
  }

  #chooseMmap(call: Call, dice: number): Call {
    const bytes = (1 + this.#random(4)) * pageBytes;
    const exact = dice % 8 === 0;
    const address = exact ? (1 + this.#random(this.truth.mapped.length - 8)) * pageBytes : 0;
    call.kind = enums.kind.mmap;
    call.args = [address, bytes, 3, 0x22 | (exact ? noReplace | fixed : 0), 0, 0];
    return call;
  }

  #find(pages: number): number {
    const last = this.truth.mapped.length - pages;
    if (
      this.#freed <= last &&
      this.truth.count({ start: this.#freed, end: this.#freed + pages }) === 0
    )
      return this.#freed;
    for (let start = 1; start <= last; start++) {
      if (this.truth.count({ start, end: start + pages }) === 0) return start;
    }
    return 0;
  }

  #free(range: Range): void {
    this.truth.set(range, 0);
    if (range.end > range.start) this.#freed = range.start;
  }

  #effect(call: Call): number {
    const address = call.args[0]! / pageBytes;
    const pages = call.args[1]! / pageBytes;
    if (call.kind === enums.kind.munmap) {
      this.#free({ start: address, end: address + pages });
      return 0;
    }
    if (call.kind === enums.kind.mremap) return this.#mremap(call, address, pages);
    if (call.kind !== enums.kind.mmap) return 0;
    const flags = call.args[3]!;
    if ((flags & noReplace) !== 0 && this.truth.count({ start: address, end: address + pages }) > 0)
      return eexist;
    const start = (flags & fixed) !== 0 ? address : this.#find(pages);
    if (start === 0) return enomem;
    this.truth.set({ start, end: start + pages }, 1);
    call.own = [{ start, end: start + pages }];
    return start * pageBytes;
  }

  #mremap(call: Call, start: number, pages: number): number {
    const wanted = call.args[2]! / pageBytes;
    const flags = call.args[3]!;
    const end = start + pages;
    if ((flags & moveFixed) !== 0) {
      const target = call.args[4]! / pageBytes;
      this.#free({ start, end });
      this.truth.set({ start: target, end: target + wanted }, 1);
      return call.args[4]!;
    }
    if (wanted <= pages) {
      this.#free({ start: start + wanted, end });
      call.own = [{ start, end: start + wanted }];
      return start * pageBytes;
    }
    const above = { start: end, end: start + wanted };
    if (above.end <= this.truth.mapped.length && this.truth.count(above) === 0) {
      this.truth.set(above, 1);
      call.own = [{ start, end: above.end }];
      return start * pageBytes;
    }
    const place = (flags & mayMove) !== 0 ? this.#find(wanted) : 0;
    if (place === 0) return enomem;
    this.truth.set({ start: place, end: place + wanted }, 1);
    this.#free({ start, end });
    call.own = [{ start: place, end: place + wanted }];
    return place * pageBytes;
  }
}
