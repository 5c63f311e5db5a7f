/** Pages one by one: the second model, which says whether a history is possible. */
import { enums } from "../../src/journal/wire/wire.gen.ts";

export const pageBytes = 4096;
export const fixed = 0x10;
export const noReplace = 0x100000;
export const moveFixed = 2;

/** Pages [start, end). */
export interface Range {
  start: number;
  end: number;
}

/** The bookkeeping of pages: who may be mapped where. Page 0 is never mapped. */
export class Pages {
  readonly mapped: Uint8Array;
  constructor(count: number) {
    this.mapped = new Uint8Array(count);
  }

  count(range: Range): number {
    let mapped = 0;
    for (let page = range.start; page < range.end; page++) mapped += this.mapped[page] ?? 0;
    return mapped;
  }

  set(range: Range, value: 0 | 1): void {
    this.mapped.fill(value, range.start, range.end);
  }
}

export interface Step {
  kind: number;
  args: readonly number[];
  result: number;
}

/** Replays calls page by page; counts those that take what is mapped or touch what is not. */
export function countImpossible(steps: Iterable<Step>, pages: Pages): number {
  let impossible = 0;
  const need = (range: Range, value: 0 | 1): boolean =>
    pages.count(range) === (value === 1 ? range.end - range.start : 0);
  const range = (address: number, bytes: number): Range => ({
    start: address / pageBytes,
    end: (address + bytes) / pageBytes,
  });
  for (const { kind, args, result } of steps) {
    if (result < 0) continue;
    const first = range(args[0]!, args[1]!);
    let possible = true;
    if (kind === enums.kind.munmap) {
      possible = need(first, 1);
      pages.set(first, 0);
    } else if (kind === enums.kind.mprotect) {
      possible = need(first, 1);
    } else if (kind === enums.kind.mmap) {
      const got = range(result, args[1]!);
      possible = need(got, (args[3]! & (fixed | noReplace)) === fixed ? 1 : 0);
      pages.set(got, 1);
    } else {
      const got = range(result, args[2]!);
      possible = need(first, 1);
      if ((args[3]! & moveFixed) !== 0) possible = possible && need(got, 1);
      else if (result !== args[0]) possible = possible && need(got, 0);
      else if (got.end > first.end)
        possible = possible && need({ start: first.end, end: got.end }, 0);
      pages.set(first, 0);
      pages.set(got, 1);
    }
    if (!possible) impossible += 1;
  }
  return impossible;
}
