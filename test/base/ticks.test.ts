/** Marks of axes. */
import { describe, expect, it } from "vitest";
import { decimalStep, ticks, timeText } from "../../src/base/ticks.ts";

describe("steps", () => {
  it.each([
    [0.07, 0.1],
    [1, 1],
    [1.1, 2],
    [2.1, 5],
    [5.1, 10],
    [222, 500],
  ])("at least %d is %d", (rough, step) => {
    expect(decimalStep(rough)).toBeCloseTo(step, 12);
  });
});

describe("ticks", () => {
  it.each([
    [0, 100, 4, [0, 50, 100]],
    [13, 61, 5, [20, 30, 40, 50, 60]],
    [5, 5, 4, []],
    [5, 4, 4, []],
  ])("from %d to %d, about %d", (from, to, count, expected) => {
    expect(ticks(from, to, count)).toEqual(expected);
  });
});

describe("times", () => {
  it.each([
    [0, 1e6, "0"],
    [250_000_000, 50_000_000, "250 ms"],
    [1_250_000_000, 50_000_000, "1.25 s"],
    [1_250_000_000, 1_000, "1.250000 s"],
    [1_500, 500, "1.5 µs"],
    [12, 1, "12 ns"],
  ])("%d with a step of %d is %s", (nanos, step, text) => {
    expect(timeText(nanos, step)).toBe(text);
  });
});
