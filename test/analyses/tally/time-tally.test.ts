import { describe, expect, it } from "vitest";
import { quantile } from "../../../src/analyses/tally/numbers.ts";
import { TimeTally } from "../../../src/analyses/tally/time-tally.ts";

describe("a tally of durations", () => {
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
