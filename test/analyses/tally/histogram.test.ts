/** The histogram of durations: its bars and quantiles by hand, and against a list of all values. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Histogram } from "../../../src/analyses/tally/histogram.ts";

function of(...values: readonly number[]): Histogram {
  const histogram = new Histogram();
  for (const value of values) histogram.add(value);
  return histogram;
}

describe("a histogram", () => {
  it("of nothing has no bar", () => {
    const { count, sum, most, least } = of();
    expect([count, sum, most, least]).toEqual([0, 0, 0, Number.POSITIVE_INFINITY]);
    expect(of().bars()).toEqual([]);
    expect(of().quantile(0.5)).toBe(0);
  });

  it("has a bar for each power of two from the first to the last, empty ones among them", () => {
    // 0 and 1 are one bar, 2 and 3 the next, 8 to 15 the one after an empty one.
    const histogram = of(0, 1, 1, 2, 3, 15, 8);
    expect(histogram.bars()).toEqual([
      { fromNanos: 0, count: 3 },
      { fromNanos: 2, count: 2 },
      { fromNanos: 4, count: 0 },
      { fromNanos: 8, count: 2 },
    ]);
    expect([histogram.count, histogram.sum]).toEqual([7, 30]);
    expect([histogram.least, histogram.most]).toEqual([0, 15]);
  });

  it("leaves out what is empty below its first value", () => {
    expect(of(1024, 1023).bars()).toEqual([
      { fromNanos: 512, count: 1 },
      { fromNanos: 1024, count: 1 },
    ]);
  });

  it.each([
    [2 ** 31 - 1, 2 ** 30],
    [2 ** 31, 2 ** 31],
    [2 ** 32 - 1, 2 ** 31],
    [2 ** 32, 2 ** 32],
    [3 * 2 ** 40, 2 ** 41],
    [2 ** 53, 2 ** 53],
  ])("has a bar for %d from %d on, beyond 32 bits too", (value, fromNanos) => {
    expect(of(value).bars()).toEqual([{ fromNanos, count: 1 }]);
  });

  it("gives the end of the bar that a quantile lies in, but never more than the largest value", () => {
    // Sorted: 1 5 5 9 9 9 9 100. Half of eight are four: the fourth is a 9, whose bar ends at 16.
    const histogram = of(9, 1, 5, 9, 100, 9, 5, 9);
    expect(histogram.quantile(0.5)).toBe(16);
    // Three eighths: the third is a 5, whose bar ends at 8.
    expect(histogram.quantile(3 / 8)).toBe(8);
    expect(histogram.quantile(0)).toBe(2);
    // The last bar ends at 128, and the largest is 100.
    expect(histogram.quantile(1)).toBe(100);
  });

  it("comes to what a list of all values comes to", () => {
    const nanos = fc.oneof(fc.nat({ max: 40 }), fc.maxSafeNat(), fc.nat());
    const shares = fc.double({ min: 0.01, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(nanos, { minLength: 1, maxLength: 60 }), shares, (values, share) => {
        const histogram = of(...values);
        const inside = (from: number) =>
          values.filter((value) => value >= from && value < Math.max(2, 2 * from)).length;
        for (const { fromNanos, count } of histogram.bars()) expect(count).toBe(inside(fromNanos));
        expect(histogram.bars().reduce((sum, { count }) => sum + count, 0)).toBe(values.length);
        const sorted = [...values].sort((a, b) => a - b);
        const value = sorted[Math.max(1, Math.ceil(share * values.length)) - 1]!;
        const bound = histogram.quantile(share);
        expect(bound).toBeGreaterThanOrEqual(value);
        expect(bound).toBeLessThanOrEqual(Math.max(2, 2 * value));
        expect(bound).toBeLessThanOrEqual(Math.max(...values));
      }),
      { numRuns: 200 },
    );
  });
});
