/** The series of a space against the values of every call, kept one by one. */
import { describe, expect, it } from "vitest";
import { randomFrom } from "../../../bench/random.ts";
import { SpaceSeries } from "../../../src/analyses/recorders/space-series.ts";
import { kindCodes } from "../../../src/events/kinds.ts";
import { AddressSpace } from "../../../src/space/space.ts";
import { anon, applyAll, at } from "../../space/helpers.ts";
import { batchOf, type EventRow } from "../../store/batches.ts";

const page = 4096;
const base = 0x7000_0000_0000;

/** Maps, unmaps and protects among 200 places. */
function rowsOf(count: number): EventRow[] {
  const random = randomFrom(3);
  return Array.from({ length: count }, () => {
    const address = base + random(200) * 8 * page;
    const length = (1 + random(8)) * page;
    const dice = random(3);
    if (dice === 0) return { kind: kindCodes.munmap, args: [address, length] };
    if (dice === 1) {
      return { kind: kindCodes.mmap, args: [address, length, 3, 0x32, -1, 0], result: address };
    }
    return { kind: kindCodes.mmap, args: [address, length, 5, 0x32, -1, 0], result: address };
  });
}

interface Value {
  readonly mapped: number;
  readonly merged: number;
  readonly regions: number;
  readonly executable: number;
}

/** A series of so many calls, and what each call left. */
function seriesOf(count: number) {
  const space = new AddressSpace();
  const series = new SpaceSeries();
  const values: Value[] = [];
  const batch = batchOf(rowsOf(count));
  for (let row = 0; row < count; row += 1) {
    space.apply(batch, row);
    series.step(space, row + 1, row * 10);
    values.push({
      mapped: space.mappedBytes,
      merged: space.mergedCount,
      regions: space.regionCount,
      executable: space.totals.executableBytes,
    });
  }
  series.finish(space);
  return { space, series, values };
}

describe.each([1, 17, 512, 513, 1500])("a series of %i calls", (count) => {
  it("has at most 512 buckets, and every call is in one", () => {
    const { series } = seriesOf(count);
    expect(series.count).toBeLessThanOrEqual(512);
    expect(series.count).toBe(Math.ceil(count / series.width));
    const { seq } = series.lists(["seq"]);
    expect(seq).toEqual(seq.map((_, i) => i * series.width + 1));
  });

  it("has the exact highs and lows of each, and what was at its end", () => {
    const { series, values } = seriesOf(count);
    const lists = series.lists([
      ...(["seq", "atNanos", "leastMappedBytes", "mostMappedBytes", "leastRegions"] as const),
      ...(["mostRegions", "executableBytes"] as const),
    ]);
    const buckets = lists.seq.map((seq) => values.slice(seq - 1, seq - 1 + series.width));
    const by = (read: (inside: readonly Value[]) => number | undefined) => buckets.map(read);
    expect(lists).toEqual({
      seq: lists.seq,
      atNanos: lists.seq.map((seq) => (seq - 1) * 10),
      leastMappedBytes: by((inside) => Math.min(...inside.map(({ mapped }) => mapped))),
      mostMappedBytes: by((inside) => Math.max(...inside.map(({ mapped }) => mapped))),
      leastRegions: by((inside) => Math.min(...inside.map(({ merged }) => merged))),
      mostRegions: by((inside) => Math.max(...inside.map(({ regions }) => regions))),
      executableBytes: by((inside) => inside.at(-1)?.executable),
    });
    expect(series.mostMerged).toBe(Math.max(...values.map(({ merged }) => merged)));
  });

  it("counts mapped and free bytes that make up the span at its end", () => {
    const { series, space } = seriesOf(count);
    const { gapBytes, gapAreaMappedBytes } = series.lists(["gapBytes", "gapAreaMappedBytes"]);
    const lines = space.snapshot();
    const span = lines.length === 0 ? 0 : lines.at(-1)!.end - lines[0]!.start;
    expect(gapBytes.at(-1)! + gapAreaMappedBytes.at(-1)!).toBe(span);
    expect(gapAreaMappedBytes.at(-1)).toBe(space.mappedBytes);
  });
});

describe("a series by hand", () => {
  const shared = {
    call: "mmap",
    args: [0, 3 * page, 3, 0x21, 5, 0],
    result: at(20),
    file: 1,
  } as const;
  const untouchable = anon(at(30), 7, 0);

  it("has each kind of memory in its column", () => {
    const space = applyAll(new AddressSpace(), [anon(at(0), 2), anon(at(4), 5, 5), untouchable]);
    const series = new SpaceSeries();
    series.step(space, 3, 33);
    // Two regions become one where they may: what is left of the writable one and a new neighbour.
    applyAll(space, [anon(at(2), 1), { ...shared, args: [0, 3 * page, 1, 2, 5, 0] }]);
    series.step(space, 5, 55);
    series.finish(space);
    const columns = [
      ...(["seq", "atNanos", "leastMappedBytes", "mostMappedBytes", "leastRegions"] as const),
      ...(["mostRegions", "writableBytes", "executableBytes", "reservedBytes"] as const),
      ...(["fileBytes", "anonymousBytes"] as const),
      ...(["gapCount", "gapBytes", "largestGapBytes", "gapAreaMappedBytes"] as const),
    ] as const;
    const pages = (...counts: number[]) => counts.map((one) => one * page);
    expect(series.lists(columns)).toEqual({
      seq: [3, 5],
      atNanos: [33, 55],
      leastMappedBytes: pages(14, 18),
      mostMappedBytes: pages(14, 18),
      leastRegions: [3, 4],
      mostRegions: [3, 5],
      writableBytes: pages(2, 3),
      executableBytes: pages(5, 5),
      reservedBytes: pages(7, 7),
      fileBytes: pages(0, 3),
      anonymousBytes: pages(14, 15),
      // 0-2, 4-9, 30-37; then 0-3, 4-9, 20-23, 30-37, walked again at the end alone.
      gapCount: [2, 3],
      gapBytes: pages(23, 19),
      largestGapBytes: pages(21, 11),
      gapAreaMappedBytes: pages(14, 18),
    });
    expect([series.width, series.count, series.mostMerged]).toEqual([1, 2, 4]);
  });

  it("of nothing has no row, before its end and after", () => {
    const series = new SpaceSeries();
    series.finish(new AddressSpace());
    expect([series.count, series.mostMerged, series.lists(["seq"])]).toEqual([0, 0, { seq: [] }]);
  });
});
