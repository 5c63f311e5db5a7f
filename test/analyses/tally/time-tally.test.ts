import { describe, expect, it } from "vitest";
import { quantile } from "../../../src/analyses/tally/numbers.ts";
import { TimeTally } from "../../../src/analyses/tally/time-tally.ts";

describe("a tally of durations", () => {
  it.each([
    [[], [0, 0, 0, 0]],
    [[7], [7, 7, 7, 7]],
    [
      [9, 1, 5, 3],
      [3, 9, 9, 18],
    ],
    // The 99th of a hundred, and not the longest.
    [Array.from({ length: 100 }, (_, i) => 100 - i), [50, 99, 100, 5050]],
  ])("of %j has median, p99, longest and total %j", (values, expected) => {
    // There may be fewer than was said.
    const tally = new TimeTally(values.length + 3);
    for (const value of values) tally.add(value);
    const { medianNanos, p99Nanos, longestNanos, totalNanos } = tally.figures();
    expect([medianNanos, p99Nanos, longestNanos, totalNanos]).toEqual(expected);
  });

  it("has exact quantiles of up to 65,536, and rounds down those of more", () => {
    const of = (count: number) => {
      const tally = new TimeTally(count);
      for (let i = 0; i < count; i += 1) tally.add(2 ** 40 + 1);
      return tally.figures().medianNanos;
    };
    expect([of(65_536), of(65_537)]).toEqual([2 ** 40 + 1, 2 ** 40]);
  });

  it("has quantiles of very many that are within a 256th, and exact below 512", () => {
    const many = 100_000;
    for (const scale of [1, 3, 1e3, 1e6]) {
      const values = Float64Array.from({ length: many }, (_, i) =>
        Math.floor((((i * 7919) % many) * scale) / 200),
      );
      const sorted = values.slice().sort();
      const tally = new TimeTally(many);
      for (const value of values) tally.add(value);
      const { medianNanos, p99Nanos, longestNanos, totalNanos } = tally.figures();
      for (const [found, part] of [
        [medianNanos, 0.5],
        [p99Nanos, 0.99],
      ] as const) {
        const expected = quantile(sorted, part);
        expect(found).toBeLessThanOrEqual(expected);
        expect(found).toBeGreaterThan(expected < 512 ? expected - 1 : expected * (1 - 1 / 255));
      }
      expect(longestNanos).toBe(sorted[many - 1]);
      expect(totalNanos).toBe(sorted.reduce((sum, value) => sum + value, 0));
    }
  });
});
