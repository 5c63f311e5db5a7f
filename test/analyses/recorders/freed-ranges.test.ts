/** Freed ranges against a model that knows of each page who left it. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FreedRanges, freedBy } from "../../../src/analyses/recorders/freed-ranges.ts";

const page = 4096;
const pages = 64;

const steps = fc.array(
  fc.record({ from: fc.nat({ max: pages - 1 }), count: fc.integer({ min: 1, max: 12 }) }),
  { minLength: 1, maxLength: 120 },
);

describe("freed ranges", () => {
  it("are told of when their first page is taken, whatever was cut from them", () => {
    fc.assert(
      fc.property(steps, (taken) => {
        const freed = new FreedRanges();
        const mapped = new Array<boolean>(pages).fill(true);
        /** By page: the event that freed it. */
        const left = new Map<number, number>();
        const told = new Set<number>();
        taken.forEach(({ from, count }, i) => {
          const seq = i + 1;
          const to = Math.min(pages, from + count);
          const inside = Array.from({ length: to - from }, (_, k) => from + k);
          if (inside.every((one) => mapped[one])) {
            for (const one of inside) {
              mapped[one] = false;
              left.set(one, seq);
            }
            freed.free(from * page, to * page, freedBy.moved, seq, seq * 10, 7);
            return;
          }
          if (inside.some((one) => mapped[one])) return;
          const expected = new Set<number>();
          for (const one of inside) {
            mapped[one] = true;
            const by = left.get(one);
            left.delete(one);
            if (by !== undefined && !told.has(by)) expected.add(by);
          }
          const found = new Set<number>();
          freed.take(from * page, to * page, {
            reused: (how, freedSeq, freedAtNanos, _bytes, site) => {
              expect([how, freedAtNanos, site]).toEqual([freedBy.moved, freedSeq * 10, 7]);
              expect(found.has(freedSeq)).toBe(false);
              found.add(freedSeq);
            },
          });
          expect(found).toEqual(expected);
          for (const by of expected) told.add(by);
        });
      }),
      { numRuns: 300 },
    );
  });

  it("forget the older half when there are too many, and count them", () => {
    const freed = new FreedRanges(100);
    for (let i = 0; i < 101; i += 1) {
      freed.free(i * 2 * page, (i * 2 + 1) * page, freedBy.unmapped, i + 1, 0, 0);
    }
    expect([freed.size, freed.forgotten]).toEqual([50, 51]);
    const seqs: number[] = [];
    freed.take(0, 1000 * page, { reused: (_how, seq) => seqs.push(seq) });
    expect(seqs).toEqual(Array.from({ length: 50 }, (_, i) => i + 52));
  });

  it("are one range where pieces are left one after the other in one event", () => {
    const freed = new FreedRanges();
    freed.free(0, page, freedBy.moved, 5, 0, 0);
    expect(freed.goesOn(page, 2 * page, freedBy.moved, 5)).toBe(true);
    expect(freed.goesOn(3 * page, 4 * page, freedBy.moved, 5)).toBe(false);
    expect(freed.goesOn(2 * page, 3 * page, freedBy.moved, 6)).toBe(false);
    const seqs: number[] = [];
    freed.take(page, 2 * page, { reused: (_how, seq) => seqs.push(seq) });
    expect(seqs).toEqual([5]);
  });

  it("that are not followed go on too, and are not told of", () => {
    const freed = new FreedRanges();
    freed.free(8 * page, 9 * page, freedBy.moved, 4, 0, 0);
    freed.pass(2 * page, freedBy.moved, 5);
    expect(freed.goesOn(2 * page, 3 * page, freedBy.moved, 5)).toBe(true);
    expect(freed.goesOn(3 * page, 4 * page, freedBy.moved, 5)).toBe(true);
    expect(freed.goesOn(4 * page, 5 * page, freedBy.unmapped, 5)).toBe(false);
    const told: number[][] = [];
    freed.take(0, 20 * page, { reused: (how, seq, at, bytes) => told.push([how, seq, at, bytes]) });
    // The one that was followed has not grown by those that were passed over.
    expect(told).toEqual([[freedBy.moved, 4, 0, page]]);
  });

  it("do not go on over what was taken or forgotten in between", () => {
    const freed = new FreedRanges(2);
    freed.free(0, page, freedBy.moved, 0, 0, 0);
    freed.take(0, page, { reused: () => undefined });
    expect(freed.goesOn(page, 2 * page, freedBy.moved, 0)).toBe(false);
    for (const i of [1, 3, 5]) freed.free(i * page, (i + 1) * page, freedBy.moved, i, 0, 0);
    expect([freed.size, freed.forgotten]).toEqual([1, 2]);
    expect(freed.goesOn(6 * page, 7 * page, freedBy.moved, 5)).toBe(false);
  });

  it("are told with how and by whom they were left, from where on, and how long they are", () => {
    const freed = new FreedRanges();
    const told: unknown[][] = [];
    const listener = { reused: (...facts: unknown[]) => told.push(facts) };
    // More than there was room for to begin with.
    for (let i = 0; i < 100; i += 1) {
      freed.free(3 * i * page, (3 * i + 2) * page, 1 + (i % 3), 10 + i, 1000 + i, 500 + i);
    }
    freed.take(3 * 98 * page + page, 1000 * page, listener);
    expect(told).toEqual([
      [3, 108, 1098, 2 * page, 598, 3 * 98 * page],
      [1, 109, 1099, 2 * page, 599, 3 * 99 * page],
    ]);
    freed.take(3 * 98 * page, 1000 * page, listener);
    freed.take(2 * page, 3 * page, listener);
    expect(told).toHaveLength(2);
    expect(freed.size).toBe(98);
  });

  it("are few at a time where a process frees very many", () => {
    const freed = new FreedRanges();
    freed.count = 100_000;
    const free = (from: number, to: number) => {
      for (let i = from; i < to; i += 1) freed.free(2 * i, 2 * i + 1, freedBy.moved, i, 0, 0);
    };
    free(0, 2049);
    expect([freed.size, freed.forgotten]).toEqual([2049, 0]);
    freed.count = 100_001;
    free(2049, 2050);
    // Of 2,050 the half that is older goes, and the one in the middle.
    expect([freed.size, freed.forgotten]).toEqual([1024, 1026]);
  });
});
