/** Batches for the store's tests: made up, random, and compared column by column. */
import fc from "fast-check";
import { createBatch, type EventBatch, eventFlags } from "../../src/events/batch.ts";
import { argumentCounts, type CallName, kindOf } from "../../src/events/kinds.ts";

/** One event as the tests write it; what is left out is 0. */
export interface EventRow {
  readonly kind: number;
  readonly process?: number;
  readonly tid?: number;
  readonly at?: number;
  readonly duration?: number;
  readonly args?: readonly number[];
  readonly result?: number;
  readonly returnAddress?: number;
  readonly file?: number;
  readonly flags?: number;
  readonly slot?: number;
  readonly stack?: number;
  readonly wide?: readonly bigint[] | undefined;
}

export function batchOf(rows: readonly EventRow[]): EventBatch {
  const batch = createBatch(Math.max(1, rows.length));
  batch.length = rows.length;
  batch.firstSeq = 1;
  for (const [i, row] of rows.entries()) {
    batch.kind[i] = row.kind;
    batch.process[i] = row.process ?? 1;
    batch.tid[i] = row.tid ?? 1;
    batch.at[i] = row.at ?? 0;
    batch.duration[i] = row.duration ?? 0;
    for (let k = 0; k < 6; k++) batch.args[k]![i] = row.args?.[k] ?? 0;
    batch.result[i] = row.result ?? 0;
    batch.returnAddress[i] = row.returnAddress ?? 0;
    batch.file[i] = row.file ?? 0;
    batch.flags[i] = row.flags ?? 0;
    batch.slot[i] = row.slot ?? 0;
    batch.stack[i] = row.stack ?? 0;
    if (row.wide !== undefined) batch.wide.set(i, row.wide);
  }
  return batch;
}

/** A copy of every row: what a batch says, detached from memory that is used again. */
export function rowsOf(batch: EventBatch): EventRow[] {
  return Array.from({ length: batch.length }, (_, i) => ({
    kind: batch.kind[i]!,
    process: batch.process[i]!,
    tid: batch.tid[i]!,
    at: batch.at[i]!,
    duration: batch.duration[i]!,
    args: batch.args.map((column) => column[i]!),
    result: batch.result[i]!,
    returnAddress: batch.returnAddress[i]!,
    file: batch.file[i]!,
    flags: batch.flags[i]!,
    slot: batch.slot[i]!,
    stack: batch.stack[i]!,
    wide: batch.wide.get(i),
  }));
}

/** The same rows without the registers that a call does not use: what the log keeps. */
export function withoutNoise(rows: readonly EventRow[]): EventRow[] {
  return rows.map((row) => {
    const name = kindOf(row.kind);
    const kept =
      name === undefined || name === "shmat" ? 6 : (argumentCounts[name as CallName] ?? 6);
    return { ...row, args: (row.args ?? []).map((value, k) => (k < kept ? value : 0)) };
  });
}

const uint32 = fc.nat({ max: 0xffff_ffff });
const page = fc.integer({ min: 0, max: 2 ** 36 }).map((number) => number * 4096);

/** Every kind of number that a register has held: small, page-aligned, an errno, up to 64 bits. */
const register = fc.oneof(
  fc.integer({ min: -4095, max: 4096 }),
  page,
  fc.maxSafeInteger(),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(Number),
  fc.constantFrom(-(2 ** 63), 2 ** 63, 2 ** 53, -(2 ** 53), 2 ** 52, 2 ** 31, -(2 ** 31), 2 ** 30),
);

const wideRegisters = fc.array(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), {
  minLength: 7,
  maxLength: 7,
});

const kind = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(1, 2, 3, 4, 6, 7) },
  { weight: 2, arbitrary: fc.constantFrom(8, 13, 32, 34, 37, 64, 65, 66, 67) },
  { weight: 1, arbitrary: fc.nat({ max: 255 }) },
);

const eventRow: fc.Arbitrary<EventRow> = fc
  .record({
    kind,
    process: fc.oneof(fc.integer({ min: 1, max: 4 }), uint32),
    tid: uint32,
    at: fc.maxSafeInteger(),
    duration: fc.oneof(fc.constant(-1), fc.nat(), fc.maxSafeInteger()),
    args: fc.array(register, { minLength: 6, maxLength: 6 }),
    result: register,
    returnAddress: register,
    file: uint32,
    flags: fc.nat({ max: 255 }),
    slot: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
    stack: uint32,
    wide: fc.option(wideRegisters, { nil: undefined, freq: 8 }),
  })
  .map((row) =>
    row.wide === undefined
      ? { ...row, flags: row.flags & ~eventFlags.wide }
      : { ...row, flags: row.flags | eventFlags.wide },
  );

/** Any events at all, in any order. */
export const anyRows = fc.array(eventRow, { minLength: 1, maxLength: 60 });
