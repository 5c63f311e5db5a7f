import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Histogram } from "../../../src/analyses/tally/histogram.ts";
import { medianOf, quantile, selectQuantile } from "../../../src/analyses/tally/numbers.ts";

const durations = fc.array(fc.nat({ max: 10 ** 9 }), { minLength: 1, maxLength: 400 });
const share = fc.constantFrom(0, 0.01, 0.25, 0.5, 0.9, 0.99, 1);

describe("quantiles", () => {
  it("are those of the sorted values", () => {
    fc.assert(
      fc.property(durations, share, (values, part) => {
        const sorted = Float64Array.from(values).sort();
        const expected = sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)];
        expect(quantile(sorted, part)).toBe(expected);
        expect(selectQuantile(Float64Array.from(values), part)).toBe(expected);
      }),
    );
  });
});

it("of nothing, every quantile is 0", () => {
  expect(quantile(new Float64Array(0), 0.5)).toBe(0);
  expect(selectQuantile(new Float64Array(0), 0.5)).toBe(0);
});

it("the median of some rows is the lower of two, and leaves the column alone", () => {
  const column = Float64Array.of(9, 4, 7, 1, 8);
  expect(medianOf(Uint32Array.of(0, 4, 2, 1), column)).toBe(7);
  expect(medianOf(Uint32Array.of(3, 0), column)).toBe(1);
  expect(column).toEqual(Float64Array.of(9, 4, 7, 1, 8));
});

describe("a histogram", () => {
  it("of a few has its bars, its sum and its ends", () => {
    const histogram = new Histogram();
    expect(histogram.bars()).toEqual([]);
    for (const value of [2, 3, 1000, 3]) histogram.add(value);
    const { count, sum, least, most } = histogram;
    expect({ count, sum, least, most }).toEqual({ count: 4, sum: 1008, least: 2, most: 1000 });
    // 2 and 3 from 2 on, 1000 from 512 on, and the empty bars between them.
    const counts = [3, 0, 0, 0, 0, 0, 0, 0, 1];
    expect(histogram.bars()).toEqual(
      counts.map((count, i) => ({ fromNanos: 2 ** (i + 1), count })),
    );
    expect([histogram.quantile(0.5), histogram.quantile(0.75), histogram.quantile(1)]).toEqual([
      ...[4, 4, 1000],
    ]);
  });

  it("has 0 and 1 in the bar that begins at 0, and very long times in one of their own", () => {
    const histogram = new Histogram();
    for (const value of [0, 1, 2 ** 31 - 1, 2 ** 31, 2 ** 45]) histogram.add(value);
    const bars = histogram.bars().filter(({ count }) => count > 0);
    expect(bars).toEqual([
      { fromNanos: 0, count: 2 },
      { fromNanos: 2 ** 30, count: 1 },
      { fromNanos: 2 ** 31, count: 1 },
      { fromNanos: 2 ** 45, count: 1 },
    ]);
  });

  it("counts by powers of two, and bounds its quantiles from above", () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 2 ** 45 }), { minLength: 1 }), share, (values, part) => {
        const histogram = new Histogram();
        for (const value of values) histogram.add(value);
        const bars = histogram.bars();
        expect(bars.reduce((sum, { count }) => sum + count, 0)).toBe(values.length);
        for (const { fromNanos, count } of bars) {
          const to = Math.max(2, fromNanos * 2);
          const inside = values.filter((value) => value >= fromNanos && value < to);
          expect(inside.length).toBe(count);
        }
        const exact = quantile(Float64Array.from(values).sort(), part);
        expect(histogram.quantile(part)).toBeGreaterThanOrEqual(exact);
        expect(histogram.quantile(part)).toBeLessThanOrEqual(Math.max(2, exact * 2));
      }),
    );
  });
});
