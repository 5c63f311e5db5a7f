/** Scales: places and marks, worked out by hand. */
import { describe, expect, it } from "vitest";
import { binaryStep, linearAxis, logAxis } from "../../../src/reports/plots/axes.ts";

const text = String;
const values = (axis: { ticks: readonly { value: number }[] }) =>
  axis.ticks.map((one) => one.value);

describe("a linear scale", () => {
  it("has both ends where they were put, and marks at round values between", () => {
    const axis = linearAxis([0, 100], [10, 210], (value) => `${value}!`);
    expect([axis.place(0), axis.place(50), axis.place(100)]).toEqual([10, 110, 210]);
    // About six marks: a sixth of 100 is 16.7, and the next round step is 20.
    expect(axis.ticks).toEqual([
      { value: 0, text: "0!" },
      { value: 20, text: "20!" },
      { value: 40, text: "40!" },
      { value: 60, text: "60!" },
      { value: 80, text: "80!" },
      { value: 100, text: "100!" },
    ]);
  });

  it("can stand on its head, as on a screen", () => {
    const axis = linearAxis([1, 5], [174, 10], text);
    expect([axis.place(1), axis.place(2), axis.place(5)]).toEqual([174, 133, 10]);
  });

  it("has as many marks and such steps as it is told", () => {
    expect(values(linearAxis([0, 10], [0, 1], text, { count: 2 }))).toEqual([0, 5, 10]);
    expect(values(linearAxis([0, 10], [0, 1], text, { count: 2, step: () => 4 }))).toEqual([
      0, 4, 8,
    ]);
  });

  it("of one value goes one further", () => {
    const axis = linearAxis([7, 7], [0, 100], text);
    expect([axis.place(7), axis.place(8)]).toEqual([0, 100]);
  });
});

describe("a scale of powers", () => {
  it("is moved out to whole powers", () => {
    const axis = logAxis([5, 700], [0, 300], text, 10);
    expect(values(axis)).toEqual([1, 10, 100, 1000]);
    expect(axis.place(1)).toBe(0);
    expect(axis.place(1000)).toBeCloseTo(300, 9);
    expect(axis.place(10)).toBeCloseTo(100, 9);
    expect(axis.place(Math.sqrt(10))).toBeCloseTo(50, 9);
  });

  it("stays at its ends where these are powers already", () => {
    expect(values(logAxis([4, 32], [0, 1], text, 2))).toEqual([4, 8, 16, 32]);
    expect(values(logAxis([1000, 1e6], [0, 1], text, 10))).toEqual([1e3, 1e4, 1e5, 1e6]);
  });

  it("has six marks at the most, in equal steps", () => {
    // Ten powers: every second one.
    expect(values(logAxis([1, 1024], [0, 1], text, 2))).toEqual([1, 4, 16, 64, 256, 1024]);
    expect(values(logAxis([1, 2048], [0, 1], text, 2))).toEqual([1, 8, 64, 512]);
    expect(values(logAxis([1, 32], [0, 1], text, 2))).toHaveLength(6);
  });

  it("of one value has the next power too, and nothing lies below 1", () => {
    const axis = logAxis([16, 16], [0, 100], (value) => `2^${Math.log2(value)}`, 2);
    expect(axis.ticks).toEqual([
      { value: 16, text: "2^4" },
      { value: 32, text: "2^5" },
    ]);
    const low = logAxis([0, 0], [0, 100], text, 10);
    expect(values(low)).toEqual([1, 10]);
    expect([low.place(0), low.place(1)]).toEqual([0, 0]);
  });
});

describe("steps of powers of two", () => {
  it.each([
    [1, 1],
    [1.5, 2],
    [1000, 1024],
    [1024, 1024],
    [1025, 2048],
    [0.3, 0.5],
  ])("at least %d is %d", (rough, step) => {
    expect(binaryStep(rough)).toBe(step);
  });
});
