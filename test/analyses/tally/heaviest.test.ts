import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { heaviestGroups, rowsWith } from "../../../src/analyses/tally/heaviest.ts";

describe("heaviest groups", () => {
  const key = fc.oneof(fc.nat({ max: 12 }), fc.constant(2 ** 31));
  const alike = fc.tuple(fc.nat({ max: 80 }), key).map(([length, of]) => Array(length).fill(of));
  const keys = fc.oneof(fc.array(key, { maxLength: 80, size: "max" }), alike);

  it("are those that a map of lists finds", () => {
    fc.assert(
      fc.property(keys, fc.integer({ min: 1, max: 5 }), (column, most) => {
        const codes = Uint8Array.from(column, (_, row) => row % 5);
        const weights = Float64Array.of(1, 2, 0, 1, 0);
        const rows = rowsWith(codes, column.length, Uint8Array.of(1, 1, 1, 1, 0));
        const weighing = { codes, weights };
        const found = heaviestGroups(Uint32Array.from(column), rows, weighing, most);
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
