import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Histogram } from "../../src/analyses/histogram.ts";
import {
  heaviestGroups,
  quantile,
  selectQuantile,
  timeFigures,
} from "../../src/analyses/numbers.ts";

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

  it("of very many values are within a 256th, and exact below 512", () => {
    const many = 100_000;
    for (const scale of [1, 3, 1e3, 1e6]) {
      const values = Float64Array.from({ length: many }, (_, i) =>
        Math.floor((((i * 7919) % many) * scale) / 200),
      );
      const sorted = values.slice().sort();
      const { medianNanos, p99Nanos, longestNanos, totalNanos } = timeFigures(values.slice());
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

describe("heaviest groups", () => {
  const key = fc.oneof(fc.nat({ max: 12 }), fc.constant(2 ** 31));
  const alike = fc.tuple(fc.nat({ max: 80 }), key).map(([length, of]) => Array(length).fill(of));
  const keys = fc.oneof(fc.array(key, { maxLength: 80 }), alike);

  it("are those that a map of lists finds", () => {
    fc.assert(
      fc.property(keys, fc.integer({ min: 1, max: 5 }), (column, most) => {
        const codes = Uint8Array.from(column, (_, row) => row % 5);
        const weights = Float64Array.of(1, 2, 0, 1, -1);
        const found = heaviestGroups(
          Uint32Array.from(column),
          column.length,
          { codes, weights },
          most,
        );
        const lists = new Map<number, number[]>();
        column.forEach((key, row) => {
          if (row % 5 !== 4) lists.set(key, [...(lists.get(key) ?? []), row]);
        });
        const weight = (rows: Iterable<number>) =>
          [...rows].reduce((sum, row) => sum + weights[row % 5]!, 0);
        const heaviest = [...lists.values()].map(weight).sort((a, b) => b - a);
        expect(found.groups.map(({ rows }) => weight(rows))).toEqual(heaviest.slice(0, most));
        expect(found.more).toBe(Math.max(0, lists.size - most));
        for (const { key, rows } of found.groups) expect([...rows]).toEqual(lists.get(key));
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
