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
});
