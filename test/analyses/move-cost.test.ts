import { describe, expect, it } from "vitest";
import { judgeMoves } from "../../src/analyses/move-cost.ts";

const sizes = [1, 4, 16, 64, 256, 512, 1024, 2048, 4096, 16384];

/** A tenth up and down, as measurements are. */
function points(nanosOf: (pages: number) => number) {
  return sizes.map((pages, i) => ({
    pages,
    nanos: nanosOf(pages) * (i % 2 === 0 ? 1.05 : 0.95),
    weight: 1,
  }));
}

describe("the cost of a move against its size", () => {
  it("is constant", () => {
    const { verdict, baseNanos } = judgeMoves(
      points(() => 2000),
      512,
    );
    expect(verdict).toBe("constant");
    expect(baseNanos).toBeGreaterThan(1800);
    expect(baseNanos).toBeLessThan(2200);
  });

  it("is linear, with what each page adds", () => {
    const found = judgeMoves(
      points((pages) => 1500 + 9 * pages),
      512,
    );
    expect(found.verdict).toBe("linear");
    expect(found.nanosPerPage).toBeGreaterThan(8);
    expect(found.nanosPerPage).toBeLessThan(10);
  });

  it("goes in steps of 2 MiB, with what each adds", () => {
    const found = judgeMoves(
      points((pages) => 800 + 700 * Math.ceil(pages / 512)),
      512,
    );
    expect(found.verdict).toBe("steps of 2 MiB");
    expect(found.nanosPer2MiB).toBeGreaterThan(630);
    expect(found.nanosPer2MiB).toBeLessThan(770);
  });

  it("is not known from two sizes", () => {
    const two = points(() => 2000).slice(0, 2);
    expect(judgeMoves(two, 512).verdict).toBe("unknown");
  });
});
