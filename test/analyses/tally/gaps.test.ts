/** The gaps of a space: by hand, at the border of what counts as one, and against a walk over its lines. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { gapsOf, mostGapBytes } from "../../../src/analyses/tally/gaps.ts";
import { AddressSpace } from "../../../src/space/space.ts";
import { anon, applyAll, at, base, page } from "../../space/helpers.ts";

function spaceOf(...ranges: readonly (readonly [from: number, to: number])[]): AddressSpace {
  return applyAll(
    new AddressSpace(),
    ranges.map(([from, to]) => anon(at(from), to - from)),
  );
}

describe("gaps", () => {
  it("of nothing are none", () => {
    expect(gapsOf(new AddressSpace())).toEqual({
      count: 0,
      bytes: 0,
      largestBytes: 0,
      mappedBytes: 0,
    });
  });

  it("lie between regions, not below the first nor above the last", () => {
    // 0-2, then 3 free, 5-6, then 7 free, 13-17, then 1 free, 18-19: 2 + 1 + 4 + 1 pages are mapped.
    expect(gapsOf(spaceOf([0, 2], [5, 6], [13, 17], [18, 19]))).toEqual({
      count: 3,
      bytes: 11 * page,
      largestBytes: 7 * page,
      mappedBytes: 8 * page,
    });
  });

  it("are none where one region begins where another ends", () => {
    const space = applyAll(new AddressSpace(), [anon(at(0), 2, 1), anon(at(2), 2, 3)]);
    expect(gapsOf(space)).toEqual({ count: 0, bytes: 0, largestBytes: 0, mappedBytes: 4 * page });
  });

  it("of 64 GiB and more are the kernel's layout", () => {
    const apart = 64 * 1024 ** 3;
    expect(mostGapBytes).toBe(apart);
    const spaced = (gap: number) =>
      gapsOf(applyAll(new AddressSpace(), [anon(base, 1), anon(base + page + gap, 1)]));
    const mappedBytes = 2 * page;
    expect(spaced(apart)).toEqual({ count: 0, bytes: 0, largestBytes: 0, mappedBytes });
    const below = apart - page;
    expect(spaced(below)).toEqual({ count: 1, bytes: below, largestBytes: below, mappedBytes });
  });

  it("are the pages that nobody has between the first and the last", () => {
    const places = fc.uniqueArray(fc.nat({ max: 80 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(places, (taken) => {
        const space = applyAll(
          new AddressSpace(),
          taken.map((one) => anon(at(one), 1)),
        );
        const low = Math.min(...taken);
        const high = Math.max(...taken);
        const row = Array.from({ length: high - low + 1 }, (_, i) =>
          taken.includes(low + i) ? "x" : " ",
        ).join("");
        const runs = row.split(/x+/).filter((run) => run !== "");
        expect(gapsOf(space)).toEqual({
          count: runs.length,
          bytes: runs.join("").length * page,
          largestBytes: Math.max(0, ...runs.map((run) => run.length)) * page,
          mappedBytes: taken.length * page,
        });
      }),
      { numRuns: 200 },
    );
  });
});
