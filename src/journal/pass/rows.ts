/** Writes one record as one row of a batch: the hot path, free of objects and of BigInt. */
import { type EventBatch, eventFlags } from "../../events/batch.ts";
import type { Clock } from "../contents/clock.ts";
import type { FileTable } from "../contents/files.ts";
import type { StackTable } from "../contents/stacks.ts";
import { argumentsOfKind, codeOfKind } from "../wire/kinds.ts";
import { defines } from "../wire/wire.gen.ts";
import {
  argsWord,
  exact64,
  kindWord,
  pathWord,
  resultWord,
  returnAddressWord,
  stackWord,
  tidWord,
  tscBeginWord,
  tscEndWord,
} from "../wire/words.ts";

const high = 4294967296;
/** Added to the high word of a value within 2^53 it stays below 2^22. */
const wideBias = 0x200000;
const wideShift = 22;
const shmArguments = 5;

export class RowWriter {
  readonly #process: number;
  readonly #clock: Clock;
  readonly #files: FileTable;
  readonly #stacks: StackTable;
  /** Greatest `at` written. */
  latestNanos = Number.NEGATIVE_INFINITY;

  constructor(process: number, clock: Clock, files: FileTable, stacks: StackTable) {
    this.#process = process;
    this.#clock = clock;
    this.#files = files;
    this.#stacks = stacks;
  }

  /**
   * Appends the record at word `base` to a batch that has room.
   *
   * @param unknown the call never came back: result 0, duration -1
   */
  write(
    batch: EventBatch,
    u32: Uint32Array,
    i32: Int32Array,
    base: number,
    slot: number,
    unknown: boolean,
  ): void {
    const row = batch.length;
    const head = u32[base + kindWord]!;
    const kind = head & 0xffff;
    const wireFlags = head >>> 16;
    let flags = 0;
    let count = argumentsOfKind[kind]!;
    if (wireFlags !== 0) {
      if ((wireFlags & defines.MT_FLAG_ASSUMED) !== 0) flags |= eventFlags.resultAssumed;
      if ((wireFlags & defines.MT_FLAG_SHM_SIZE) !== 0) {
        flags |= eventFlags.shmSize;
        count = shmArguments;
      }
    }
    batch.kind[row] = codeOfKind[kind]!;
    batch.process[row] = this.#process;
    batch.tid[row] = u32[base + tidWord]!;
    batch.slot[row] = slot;
    const stack = u32[base + stackWord]!;
    batch.stack[row] = stack === 0 ? 0 : this.#stacks.idOf(stack, slot);

    const args = batch.args;
    let wide = 0;
    let word = base + argsWord;
    for (let k = 0; k < 6; k++, word += 2) {
      let value = 0;
      if (k < count) {
        const upper = i32[word + 1]!;
        wide |= upper + wideBias;
        value = upper * high + u32[word]!;
      }
      args[k]![row] = value;
    }

    const clock = this.#clock;
    const begin = clock.ticksOf(u32, base + tscBeginWord);
    const at = clock.nanosAt(begin);
    if (at > this.latestNanos) this.latestNanos = at;
    batch.at[row] = at;
    if (unknown) {
      flags |= eventFlags.resultUnknown;
      batch.result[row] = 0;
      batch.duration[row] = -1;
    } else {
      const upper = i32[base + resultWord + 1]!;
      wide |= upper + wideBias;
      batch.result[row] = upper * high + u32[base + resultWord]!;
      const ticks = clock.ticksOf(u32, base + tscEndWord) - begin;
      batch.duration[row] = ticks > 0 ? Math.round(ticks * clock.nanosPerTick) : 0;
    }
    batch.returnAddress[row] =
      u32[base + returnAddressWord + 1]! * high + u32[base + returnAddressWord]!;
    batch.file[row] = namesFile(u32, base) ? Math.max(0, this.#files.idOf(u32, base)) : 0;
    if (wide >>> wideShift !== 0) {
      flags |= eventFlags.wide;
      batch.wide.set(row, exactValues(u32, base, count, unknown));
    }
    batch.flags[row] = flags;
    batch.length = row + 1;
  }
}

/** Whether the record names a file, by device and inode or by a path alone. */
export function namesFile(u32: Uint32Array, base: number): boolean {
  const flagged = u32[base + kindWord]! & (defines.MT_FLAG_FILE << 16);
  return (flagged | u32[base + pathWord]! | u32[base + pathWord + 1]!) !== 0;
}

function exactValues(u32: Uint32Array, base: number, count: number, unknown: boolean): bigint[] {
  const values: bigint[] = [];
  for (let k = 0; k < 6; k++) values.push(k < count ? exact64(u32, base + argsWord + k * 2) : 0n);
  values.push(unknown ? 0n : exact64(u32, base + resultWord));
  return values;
}
