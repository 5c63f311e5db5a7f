/** The series of a space against the values of every call, kept one by one. */
import { describe, expect, it } from "vitest";
import { randomFrom } from "../../../bench/random.ts";
import { SpaceSeries } from "../../../src/analyses/recorders/space-series.ts";
import { kindCodes } from "../../../src/events/kinds.ts";
import { AddressSpace } from "../../../src/space/space.ts";
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

describe.each([1, 17, 512, 513, 5000])("a series of %i calls", (count) => {
  const space = new AddressSpace();
  const series = new SpaceSeries();
  const values: { mapped: number; merged: number; regions: number; executable: number }[] = [];
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
  const lists = series.lists([
    "seq",
    "atNanos",
    "leastMappedBytes",
    "mostMappedBytes",
    "leastRegions",
    "mostRegions",
    "executableBytes",
    "gapBytes",
    "gapAreaMappedBytes",
  ]);

  it("has at most 512 buckets, and every call is in one", () => {
    expect(series.count).toBeLessThanOrEqual(512);
    expect(series.count).toBe(Math.ceil(count / series.width));
    expect(lists.seq).toEqual(lists.seq.map((_, i) => i * series.width + 1));
  });

  it("has the exact highs and lows of each, and what was at its end", () => {
    lists.seq.forEach((seq, i) => {
      const inside = values.slice(seq - 1, seq - 1 + series.width);
      expect(lists.atNanos[i]).toBe((seq - 1) * 10);
      expect(lists.leastMappedBytes[i]).toBe(Math.min(...inside.map(({ mapped }) => mapped)));
      expect(lists.mostMappedBytes[i]).toBe(Math.max(...inside.map(({ mapped }) => mapped)));
      expect(lists.leastRegions[i]).toBe(Math.min(...inside.map(({ merged }) => merged)));
      expect(lists.mostRegions[i]).toBe(Math.max(...inside.map(({ regions }) => regions)));
      expect(lists.executableBytes[i]).toBe(inside.at(-1)?.executable);
    });
    expect(series.mostMerged).toBe(Math.max(...values.map(({ merged }) => merged)));
  });

  it("counts mapped and free bytes that make up the span", () => {
    const walked = new SpaceSeries();
    walked.step(space, 1, 0);
    const { gapBytes, gapAreaMappedBytes } = walked.lists(["gapBytes", "gapAreaMappedBytes"]);
    const lines = space.snapshot();
    const span = lines.length === 0 ? 0 : lines.at(-1)!.end - lines[0]!.start;
    expect(gapBytes[0]! + gapAreaMappedBytes[0]!).toBe(span);
    expect(gapAreaMappedBytes[0]).toBe(space.mappedBytes);
  });
});
