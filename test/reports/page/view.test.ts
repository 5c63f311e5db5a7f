/** Zooming and panning: what was under the pointer stays, and nothing leaves the picture. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isWhole, panned, type View, zoomed } from "../../../src/reports/page/client/view.ts";

const whole: View = { from: 100, to: 1100, low: 0, high: 1 };

const share = fc.double({ min: 0, max: 1, noNaN: true });
const view = fc.tuple(share, share, share, share).map(([a, b, c, d]): View => {
  const [low, high] = [Math.min(a, b) * 0.98, Math.max(a, b) * 0.98 + 0.02];
  const [from, to] = [Math.min(c, d) * 980 + 100, Math.max(c, d) * 980 + 120];
  return { from, to, low, high };
});

function isInside({ from, to, low, high }: View): boolean {
  const slack = 1e-9;
  return (
    from >= whole.from - slack &&
    to <= whole.to + slack * 1000 &&
    low >= -slack &&
    high <= 1 + slack &&
    to > from &&
    high > low
  );
}

describe("zooming", () => {
  it("closer keeps what is under the pointer where it is", () => {
    fc.assert(
      fc.property(view, share, share, (before, x, y) => {
        const after = zoomed(before, whole, { time: 0.5, height: 0.5 }, x, y);
        const time = (one: View): number => one.from + (one.to - one.from) * x;
        const height = (one: View): number => one.low + (one.high - one.low) * y;
        expect(time(after)).toBeCloseTo(time(before), 6);
        expect(height(after)).toBeCloseTo(height(before), 9);
        expect(isInside(after)).toBe(true);
      }),
    );
  });

  it("ends at the whole, and before nothing is left to see", () => {
    const far = zoomed(whole, whole, { time: 100, height: 100 }, 0.3, 0.7);
    expect(far).toEqual(whole);
    expect(isWhole(far, whole)).toBe(true);
    let near = whole;
    for (let i = 0; i < 200; i++) near = zoomed(near, whole, { time: 0.5, height: 0.5 }, 0.3, 0.7);
    expect(near.to).toBeGreaterThan(near.from);
    expect(near.high).toBeGreaterThan(near.low);
  });
});

it("panning keeps the size and stays inside", () => {
  const far = fc.double({ min: -3, max: 3, noNaN: true });
  fc.assert(
    fc.property(view, far, far, (before, x, y) => {
      const after = panned(before, whole, x, y);
      expect(after.to - after.from).toBeCloseTo(before.to - before.from, 6);
      expect(after.high - after.low).toBeCloseTo(before.high - before.low, 9);
      expect(isInside(after)).toBe(true);
    }),
  );
});
