import { describe, expect, it } from "vitest";
import { Arena } from "../../src/lab/arena.ts";
import type { ChildEnd } from "../../src/lab/child-process.ts";
import type { ClaimResult } from "../../src/lab/claim.ts";
import { moveCost } from "../../src/lab/claims/move-cost.ts";
import {
  type CurvePoint,
  curveSizes,
  exponentsOf,
  growthFactor,
  largestBytes,
  parseCurveLine,
} from "../../src/lab/curve.ts";
import { tryClaims } from "../../src/lab/try-claims.ts";
import { toolsWith } from "./tools.ts";

const MiB = 1024 ** 2;

/** 7 microseconds, and 3 nanoseconds a KiB when moved by a page; a GiB in whole tables costs nothing. */
function point(lengthBytes: number, moveNanos = 7000 + (3 * lengthBytes) / 1024): CurvePoint {
  return {
    lengthBytes,
    rounds: 9,
    moveNanos,
    alignedMoveNanos: 7000,
    copyNanos: lengthBytes / 20,
  };
}

describe("the curve", () => {
  it("goes from 4 KiB to 1 GiB in powers of 4, and no further than asked", () => {
    const sizes = curveSizes(largestBytes);
    expect(sizes.length).toBe(10);
    expect([sizes[0], sizes[1], sizes.at(-1)]).toEqual([4096, 16384, 1024 ** 3]);
    expect(curveSizes(100_000)).toEqual([4096, 16384, 65536]);
  });

  it("tells constant from proportional", () => {
    const points = curveSizes(largestBytes).map((size) => point(size));
    const exponents = exponentsOf(points);
    expect(exponents?.copyNanos).toBeCloseTo(1, 6);
    expect(exponents?.alignedMoveNanos).toBeCloseTo(0, 6);
    expect(exponents?.moveNanos).toBeGreaterThan(0.7);
    expect(exponents?.moveNanos).toBeLessThan(1);
    expect(growthFactor(points, "alignedMoveNanos")).toBe(1);
    expect(growthFactor(points, "moveNanos")).toBeCloseTo((7000 + 3 * MiB) / 7012, 6);
    expect(exponentsOf(points.slice(0, 6))).toBeUndefined(); // two of them have 1 MiB or more
  });

  it("is read line by line, and what is none is passed over", () => {
    expect(parseCurveLine('{"floorNanos":700}')).toEqual({ floorNanos: 700 });
    for (const line of ["", "null", "[1]", "{}", "(node:1) Warning", '{"point":']) {
      expect(parseCurveLine(line), line).toBeUndefined();
    }
  });
});

/** The claim, with a measuring child that writes `lines` and ends as `end` says. */
async function claimWith(
  lines: readonly object[],
  end: Pick<ChildEnd, "status" | "signal">,
): Promise<ClaimResult> {
  const arena = new Arena(16);
  try {
    const tools = toolsWith(arena, {
      curveUpToBytes: largestBytes,
      runChild: async (_words, onLine) => {
        for (const line of lines) onLine?.(JSON.stringify(line));
        return { ...end, lines: [], said: "" };
      },
    });
    const { claims } = await tryClaims([moveCost], tools, "6.18.0");
    return claims[0]!;
  } finally {
    arena.close();
  }
}

const ended = { status: 0 };
const whole = curveSizes(largestBytes);

describe("that a move costs the same whatever the size", () => {
  it("differs where one way of moving grows", async () => {
    const lines = [{ floorNanos: 700 }, ...whole.map((size) => ({ point: point(size) }))];
    const { verdict, checks, curve } = await claimWith(lines, ended);
    expect(verdict).toBe("differs");
    expect(checks.map(({ subject, observed, holds }) => [subject, observed, holds])).toEqual([
      ["moved by a page, 1 GiB against 4 KiB", "450 times", false],
      ["by whole GiB, 1 GiB against 4 KiB", "1 time", true],
    ]);
    expect(curve).toMatchObject({ floorNanos: 700, exponents: { alignedMoveNanos: 0 } });
    expect(curve).not.toHaveProperty("stopped");
  });

  it("holds within a factor of two", async () => {
    const flat = whole.map((size, i) => ({ point: point(size, i === 9 ? 14_000 : 7000) }));
    expect((await claimWith(flat, ended)).verdict).toBe("holds");
    const steep = whole.map((size, i) => ({ point: point(size, i === 9 ? 14_100 : 7000) }));
    expect((await claimWith(steep, ended)).verdict).toBe("differs");
  });

  it("stays open where the curve is too short to tell", async () => {
    const lines = whole.slice(0, 4).map((size) => ({ point: point(size) }));
    const stopped = { lengthBytes: MiB, reason: "it needs 66 MiB of memory, 60 MiB are free" };
    const { verdict, reason, curve } = await claimWith([...lines, { stopped }], ended);
    expect([verdict, reason]).toEqual([
      "not available",
      "a curve to 256 KiB cannot tell; it takes 64 MiB",
    ]);
    expect(curve?.stopped).toEqual(stopped);
  });

  it("says at which size the kernel ended the measuring process", async () => {
    const lines = whole.slice(0, 8).map((size) => ({ point: point(size) }));
    const { curve, verdict } = await claimWith(lines, { signal: "SIGKILL" });
    expect(verdict).toBe("differs");
    expect(curve?.stopped).toEqual({
      lengthBytes: 256 * MiB,
      reason: "the measuring process ended: SIGKILL, as the kernel does for want of memory",
    });
  });

  it("is not available without two points", async () => {
    const { verdict, reason } = await claimWith([{ point: point(4096) }], { signal: "SIGKILL" });
    expect([verdict, reason]).toEqual([
      "not available",
      "the curve ends before 16 KiB: the measuring process ended: SIGKILL, as the kernel does for want of memory",
    ]);
  });
});
