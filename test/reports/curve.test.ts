/** The measured curve of moves as text: its table, its plot, its words. */
import { describe, expect, it } from "vitest";
import { plainStyle } from "../../src/base/style.ts";
import type { MoveCurve } from "../../src/lab/curve.ts";
import { curveText } from "../../src/reports/curve.ts";
import { ascii, colours, painted } from "./painted.ts";

const point = (
  lengthBytes: number,
  moveNanos: number,
  alignedMoveNanos: number,
  copyNanos: number,
) => {
  return { lengthBytes, moveNanos, alignedMoveNanos, copyNanos, rounds: 9 };
};
const curve = {
  points: [
    point(4096, 1000, 1000, 100),
    point(1024 ** 2, 3000, 1000, 10_000),
    point(2 ** 30, 50_000, 2000, 1_000_000),
  ],
  floorNanos: 250,
} satisfies MoveCurve;

describe("the curve", () => {
  it("has a table and a plot in which later marks cover earlier ones", () => {
    // From 100 ns to 1 ms, two rows for each power of ten: 9 rows. 3,000 is half of the way from
    // 1,000 to 10,000 on this scale; 50,000 is 0.7 above 10,000, which rounds
    // to the half; 2,000 is 0.3 above 1,000, which rounds to the half too.
    expect(curveText(curve, plainStyle).join("\n")).toBe(
      `\
   size  moved by a page  by whole GiB  memcpy  move / memcpy
  4 KiB             1 µs          1 µs  100 ns         1000 %
  1 MiB             3 µs          1 µs   10 µs           30 %
  1 GiB            50 µs          2 µs    1 ms            5 %

      1 ms ┤               c
           │
    100 µs ┤
           │               m
     10 µs ┤         c
           │         m     a
      1 µs ┤   m     a
           │
    100 ns ┤   c
              4K    1M    1G

  c  memcpy of as much, between pages that are there already
  a  moved by whole GiB: page tables change hands
  m  moved by a page: entry by entry
  Medians; an mremap that changes nothing takes 250 ns here.`,
    );
  });

  it("says where it ends before its end, and with which power it rises", () => {
    const stopped = { lengthBytes: 2 ** 31, reason: `${"there is no room ".repeat(5)}left` };
    const exponents = { copyNanos: 1.04, alignedMoveNanos: 0.21, moveNanos: 0.76 };
    const lines = curveText({ ...curve, stopped, exponents } as MoveCurve, plainStyle);
    expect(lines.slice(-4)).toEqual([
      "  From 1 MiB on, time goes with this power of the size: c 1.0, a 0.2, m 0.8",
      "  (1 is in proportion, 0 is the same whatever the size).",
      "  The curve ends before 2 GiB: there is no room there is no room there is no",
      "  room there is no room there is no room left.",
    ]);
  });

  it("has shares with one digit below ten percent, and none above", () => {
    const shares = (moveNanos: number) =>
      curveText({ ...curve, points: [point(4096, moveNanos, 1, 10_000)] }, plainStyle)[1]!
        .split("  ")
        .at(-1)!
        .trim();
    expect(shares(994)).toBe("9.9 %");
    expect(shares(995)).toBe("10 %");
    expect(shares(1)).toBe("0 %");
    expect(shares(44)).toBe("0.4 %");
  });

  it("has at least one power of ten, and only ASCII where there is nothing else", () => {
    const flat = { ...curve, points: [point(4096, 1000, 1000, 1000)] };
    const lines = curveText(flat, ascii);
    expect(lines.slice(3, 7)).toEqual([
      "     10 us |",
      "           |",
      "      1 us |   m",
      "              4K",
    ]);
    expect(painted(curveText(flat, colours)[0]!).roles).toEqual(
      ["size", "moved by a page", "by whole GiB", "memcpy", "move / memcpy"].map(
        (one) => `quiet ${one}`,
      ),
    );
  });
});
