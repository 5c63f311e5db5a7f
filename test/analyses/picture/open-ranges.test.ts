/** The ranges that mappings live in now, against plain lists of objects. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OpenRanges, type RangeFacts } from "../../../src/analyses/picture/open-ranges.ts";

const columns = [
  "mapping",
  "start",
  "end",
  "fromNanos",
  "kind",
  "bySeq",
  "call",
  "gain",
  "site",
] as const;

function factsOf(ranges: OpenRanges, row: number): RangeFacts {
  return Object.fromEntries(
    columns.map((name) => [name, ranges[name][row]]),
  ) as unknown as RangeFacts;
}

const range = (start: number, end: number, more: Partial<RangeFacts> = {}): RangeFacts => ({
  ...{ mapping: 1, fromNanos: 10, kind: 2, bySeq: 3, call: 4, gain: 5, site: 6 },
  ...{ start, end },
  ...more,
});

const inOrder = (ranges: OpenRanges): RangeFacts[] =>
  [...ranges.rows()]
    .map((row) => factsOf(ranges, row))
    .sort((a, b) => a.mapping - b.mapping || a.start - b.start || a.end - b.end);

describe("open ranges", () => {
  it("keep every fact of a range until it is taken", () => {
    const ranges = new OpenRanges();
    const row = ranges.add(range(0, 10));
    expect([ranges.has(1), ranges.has(2), ranges.has(0), ranges.has(999)]).toEqual([
      true,
      false,
      false,
      false,
    ]);
    expect(ranges.find(1, 2, 5, 99)).toBe(row);
    expect(ranges.find(1, 0, 10, 99)).toBe(row);
    expect([ranges.find(1, 5, 11, 99), ranges.find(2, 2, 5, 99)]).toEqual([-1, -1]);
    expect(ranges.take(1, 0, 10, 99)).toBe(row);
    expect(factsOf(ranges, row)).toEqual(range(0, 10));
    expect([ranges.has(1), inOrder(ranges), ranges.take(1, 0, 10, 99)]).toEqual([false, [], -1]);
  });

  it.each([
    ["its middle", 3, 6, [range(0, 3), range(6, 10)]],
    ["its begin", 0, 6, [range(6, 10)]],
    ["its end", 3, 10, [range(0, 3)]],
  ] as const)("that lose %s keep the rest", (_, start, end, rest) => {
    const ranges = new OpenRanges();
    ranges.add(range(0, 10));
    const taken = ranges.take(1, start, end, 99);
    expect(factsOf(ranges, taken)).toEqual(range(start, end));
    expect(inOrder(ranges)).toEqual(rest);
    ranges.putBack(taken, 7, 77);
    expect(inOrder(ranges)).toContainEqual(range(start, end, { kind: 7, fromNanos: 77 }));
  });

  it("of a mapping that grows are told apart by the event that made them", () => {
    const ranges = new OpenRanges();
    const old = ranges.add(range(0, 4, { bySeq: 3 }));
    const grown = ranges.add(range(0, 8, { bySeq: 9 }));
    expect(ranges.find(1, 0, 4, 9)).toBe(old);
    expect(ranges.find(1, 0, 4, 3)).toBe(grown);
    expect(ranges.take(1, 0, 4, 9)).toBe(old);
    expect(ranges.find(1, 0, 4, 9)).toBe(grown);
  });

  it("are what lists of objects would be, whatever is added, taken and released", () => {
    const step = fc.record({
      mapping: fc.integer({ min: 1, max: 300 }),
      start: fc.nat({ max: 30 }),
      length: fc.integer({ min: 1, max: 12 }),
      isAdded: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 80, maxLength: 200 }), (steps) => {
        const ranges = new OpenRanges();
        let model: RangeFacts[] = [];
        steps.forEach(({ mapping, start, length, isAdded }, i) => {
          const end = start + length;
          const meant = model.find(
            (one) => one.mapping === mapping && one.start <= start && one.end >= end,
          );
          const isFree = !model.some(
            (one) => one.mapping === mapping && one.start < end && one.end > start,
          );
          if (isAdded && isFree) {
            const facts = range(start, end, { mapping, bySeq: i, fromNanos: 2 * i, site: i });
            ranges.add(facts);
            model.push(facts);
            return;
          }
          const row = ranges.take(mapping, start, end, -1);
          expect(row >= 0).toBe(meant !== undefined);
          if (meant === undefined) return;
          expect(factsOf(ranges, row)).toEqual({ ...meant, start, end });
          ranges.release(row);
          const rest = [
            { ...meant, end: start },
            { ...meant, start: end },
          ].filter((one) => one.start < one.end);
          model = [...model.filter((one) => one !== meant), ...rest];
        });
        model.sort((a, b) => a.mapping - b.mapping || a.start - b.start);
        expect(inOrder(ranges)).toEqual(model);
        for (const { mapping } of steps) {
          expect(ranges.has(mapping)).toBe(model.some((one) => one.mapping === mapping));
        }
      }),
      { numRuns: 60 },
    );
  });
});
