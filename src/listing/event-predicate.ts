/** A parsed filter as a test over the rows of a batch. */

import type { Growth } from "../analyses/recorders/growth.ts";
import { assertNever } from "../base/assert.ts";
import type { EventBatch } from "../events/batch.ts";
import { argument, errnoAt, isResultKnown, meaningOf } from "../events/describe.ts";
import { isCallCode, memoryCalls } from "../events/kinds.ts";
import { type Extent, resolveInstant } from "../replay/instant.ts";
import type { Interval, Term, Test } from "./event-filter.ts";

export type RowTest = (batch: EventBatch, row: number, growth: Growth | undefined) => boolean;

export interface FilterContext extends Extent {
  readonly processes: readonly { readonly process: number; readonly pid: number }[];
  readonly pageBytes: number;
  /** Undefined for a file that is not known. */
  pathOf(file: number): string | undefined;
}

export interface EventPredicate {
  readonly matches: RowTest;
  /** Rows that can match at all: both ends belong to it. */
  readonly seq: Interval;
  readonly at: Interval;
  /** The only process whose rows can match, where that is known. */
  readonly process: number | undefined;
  /** True when a row's growth must be known: then the history before `seq` counts as well. */
  readonly needsGrowth: boolean;
}

const everything: Interval = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };

function inside(ranges: readonly Interval[], value: number): boolean {
  return ranges.some(({ low, high }) => value >= low && value <= high);
}

function narrow(a: Interval, b: Interval): Interval {
  return { low: Math.max(a.low, b.low), high: Math.min(a.high, b.high) };
}

export function compileFilter(terms: readonly Term[], context: FilterContext): EventPredicate {
  let seq = everything;
  let at = everything;
  let only: number | undefined;
  let needsGrowth = false;
  const tests = terms.map(({ not, test }): RowTest => {
    if (test.key === "outcome" || test.key === "size" || test.key === "addr") needsGrowth = true;
    if (!not && (test.key === "from" || test.key === "to")) {
      const bound = resolveInstant(test.instant, context);
      const from = test.key === "from";
      const value = "seq" in bound ? bound.seq : bound.atNanos;
      const interval = from ? { ...everything, low: value } : { ...everything, high: value };
      if ("seq" in bound) seq = narrow(seq, interval);
      else at = narrow(at, interval);
    }
    if (!not && test.key === "seq" && test.numbers.length === 1) {
      seq = narrow(seq, test.numbers[0] ?? everything);
    }
    const matches = compileTest(test, context);
    if (!not && (test.key === "pid" || test.key === "process")) {
      const key = test.key;
      const wanted = context.processes.filter((entry) => inside(test.numbers, entry[key]));
      if (wanted.length === 1) only = wanted[0]?.process;
    }
    return not ? (batch, row, growth) => !matches(batch, row, growth) : matches;
  });
  return {
    matches: (batch, row, growth) => tests.every((test) => test(batch, row, growth)),
    seq,
    at,
    process: only,
    needsGrowth,
  };
}

function compileTest(test: Test, context: FilterContext): RowTest {
  switch (test.key) {
    case "kind": {
      const wanted = new Set(test.codes);
      return (batch, row) => wanted.has(batch.kind[row] ?? 0);
    }
    case "outcome": {
      const wanted = new Set(test.outcomes);
      return (_batch, _row, growth) => growth !== undefined && wanted.has(growth.outcome);
    }
    case "pid": {
      const wanted = new Set(
        context.processes.filter(({ pid }) => inside(test.numbers, pid)).map((p) => p.process),
      );
      return (batch, row) => wanted.has(batch.process[row] ?? 0);
    }
    case "process":
      return (batch, row) => inside(test.numbers, batch.process[row] ?? 0);
    case "tid":
      return (batch, row) => inside(test.numbers, batch.tid[row] ?? 0);
    case "seq":
      return (batch, row) => inside(test.numbers, batch.firstSeq + row);
    case "errno": {
      const wanted = new Set(test.numbers);
      return (batch, row) => isCallRow(batch, row) && wanted.has(errnoAt(batch, row));
    }
    case "end":
      return endTest(test.how);
    case "took":
      return (batch, row) =>
        isCallRow(batch, row) &&
        (batch.duration[row] ?? -1) >= 0 &&
        inside(test.ranges, Math.round(batch.duration[row] ?? -1));
    case "size":
      return (batch, row, growth) => {
        const bytes = sizeOf(batch, row, growth, context.pageBytes);
        return bytes !== undefined && inside(test.ranges, bytes);
      };
    case "addr":
      return (batch, row, growth) =>
        rangesOf(batch, row, growth, context.pageBytes).some((range) =>
          test.ranges.some(({ low, high }) => range.low <= high && range.high >= low),
        );
    case "path": {
      const known = new Map<number, boolean>();
      return (batch, row) => {
        const file = batch.file[row] ?? 0;
        if (file === 0) return false;
        let matches = known.get(file);
        if (matches === undefined) {
          matches = context.pathOf(file)?.includes(test.part) ?? false;
          known.set(file, matches);
        }
        return matches;
      };
    }
    case "from":
    case "to": {
      const bound = resolveInstant(test.instant, context);
      const sign = test.key === "from" ? 1 : -1;
      return "seq" in bound
        ? (batch, row) => sign * (batch.firstSeq + row - bound.seq) >= 0
        : (batch, row) => sign * ((batch.at[row] ?? 0) - bound.atNanos) >= 0;
    }
    default:
      return assertNever(test);
  }
}

function isCallRow(batch: EventBatch, row: number): boolean {
  return isCallCode(batch.kind[row] ?? 255);
}

function endTest(how: "failed" | "ok" | "unfinished"): RowTest {
  if (how === "unfinished") {
    return (batch, row) => isCallRow(batch, row) && !isResultKnown(batch, row);
  }
  const failed = how === "failed";
  return (batch, row, growth) => {
    if (!isCallRow(batch, row) || !isResultKnown(batch, row)) return false;
    return (errnoAt(batch, row) !== 0 || growth?.outcome === "refused") === failed;
  };
}

/** The larger of what a range was and became; for brk, by how much the heap changed. */
function sizeOf(
  batch: EventBatch,
  row: number,
  growth: Growth | undefined,
  pageBytes: number,
): number | undefined {
  if (batch.kind[row] === memoryCalls.brk) return growth?.bytes;
  const meaning = meaningOf(batch, row, pageBytes);
  if (meaning?.length === undefined) return undefined;
  return Math.max(meaning.length, meaning.newLength ?? 0);
}

/** Addresses that the call is about; a single one where its length is not known. */
function rangesOf(
  batch: EventBatch,
  row: number,
  growth: Growth | undefined,
  pageBytes: number,
): Interval[] {
  const meaning = meaningOf(batch, row, pageBytes);
  if (meaning?.addr === undefined) return [];
  if (batch.kind[row] === memoryCalls.brk) return [heapRange(batch, row, growth)];
  const ranges = [rangeAt(meaning.addr, meaning.length)];
  if (meaning.newAddr !== undefined) ranges.push(rangeAt(meaning.newAddr, meaning.newLength));
  return ranges;
}

function rangeAt(address: number, length: number | undefined): Interval {
  return { low: address, high: address + Math.max(1, length ?? 1) - 1 };
}

/** What the break passed over. */
function heapRange(batch: EventBatch, row: number, growth: Growth | undefined): Interval {
  const end = batch.result[row] ?? argument(batch, row, 0);
  const bytes = growth?.bytes ?? 0;
  if (bytes === 0) return rangeAt(end, 1);
  return growth?.outcome === "inPlace" ? rangeAt(end - bytes, bytes) : rangeAt(end, bytes);
}
