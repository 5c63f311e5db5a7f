import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Histogram } from "../../../src/analyses/tally/histogram.ts";
import { quantile, selectQuantile } from "../../../src/analyses/tally/numbers.ts";

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

describe("a histogram", () => {
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
