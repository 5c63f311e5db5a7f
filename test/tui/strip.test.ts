import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rowAt, type SpaceFrame } from "../../src/app/explore/space-frame.ts";
import { memoryKinds } from "../../src/base/kinds.ts";
import { addressesOfCell, cellOfAddress, stripOf, wholeOf } from "../../src/tui/draw/strip.ts";

const page = 4096;

/** Regions as [gap in pages before it, its length in pages]. */
function frameWith(regions: readonly (readonly [number, number])[]): SpaceFrame {
  const count = regions.length;
  const start = new Float64Array(count);
  const end = new Float64Array(count);
  let at = 0x1000_0000;
  for (const [i, [gap, length]] of regions.entries()) {
    start[i] = at + gap * page;
    end[i] = start[i]! + length * page;
    at = end[i]!;
  }
  return {
    process: 1,
    seq: 1,
    count,
    start,
    end,
    kind: new Uint8Array(count).fill(memoryKinds.indexOf("anonymous")),
    mapping: Uint32Array.from({ length: count }, (_, i) => i + 1),
    born: new Float64Array(count),
    mode: new Uint32Array(count),
    mappedBytes: 0,
    regions: count,
    nameOf: () => "",
  };
}

/** Gaps from nothing to terabytes, as address spaces have them. */
const gap = fc.oneof(fc.nat(3), fc.nat(1000), fc.constantFrom(0, 1e7, 1e9, 1e10));
const regions = fc.array(fc.tuple(gap, fc.integer({ min: 1, max: 100_000 })), {
  minLength: 1,
  maxLength: 40,
});
const width = fc.integer({ min: 20, max: 200 });

describe("a strip of any space", () => {
  it("goes from low to high without gaps or overlaps, and fills the width", () => {
    fc.assert(
      fc.property(regions, width, (list, cells) => {
        const frame = frameWith(list);
        const { start, end } = wholeOf(frame);
        const { stretches } = stripOf(frame, { start, end }, cells);
        let [x, at] = [0, start];
        for (const stretch of stretches) {
          expect([stretch.x, stretch.start]).toEqual([x, at]);
          expect(stretch.width).toBeGreaterThan(0);
          x += stretch.width;
          at = stretch.end;
        }
        expect([x, at]).toEqual([cells, end]);
      }),
    );
  });

  it("shows each region's addresses in a cell that names that region, or a larger one in the same cell", () => {
    fc.assert(
      fc.property(regions, width, (list, cells) => {
        const frame = frameWith(list);
        const strip = stripOf(frame, wholeOf(frame), cells);
        for (let row = 0; row < frame.count; row++) {
          const cell = cellOfAddress(strip, frame.start[row]!)!;
          const range = addressesOfCell(strip, cell)!;
          expect(range.start).toBeLessThanOrEqual(frame.start[row]!);
          expect(strip.share[cell]).toBeGreaterThan(0);
          expect(strip.row[cell]).toBe(largestIn(frame, strip, cell));
        }
      }),
    );
  });

  it("folds nothing but empty spans", () => {
    fc.assert(
      fc.property(regions, width, (list, cells) => {
        const frame = frameWith(list);
        for (const { start, end, isFold } of stripOf(frame, wholeOf(frame), cells).stretches) {
          if (!isFold) continue;
          expect(rowAt(frame, start)).toBe(-1);
          expect(rowAt(frame, (start + end) / 2)).toBe(-1);
        }
      }),
    );
  });
});

/** By looking at each region: the one with the most bytes in the cell, the lowest among equals. */
function largestIn(frame: SpaceFrame, strip: ReturnType<typeof stripOf>, cell: number): number {
  const one = strip.stretches.find(({ x, width: own }) => cell >= x && cell < x + own)!;
  const bytes = (one.end - one.start) / one.width;
  const [low, high] = [(cell - one.x) * bytes, (cell - one.x + 1) * bytes];
  let [best, most] = [-1, 0];
  for (let row = 0; row < frame.count; row++) {
    const from = Math.max(low, frame.start[row]! - one.start);
    const to = Math.min(high, frame.end[row]! - one.start);
    if (to - from > most) [best, most] = [row, to - from];
  }
  return best;
}

describe("a strip from low to high", () => {
  it("gives a far heap and a stack room to be seen beside gigabytes", () => {
    const frame = frameWith([
      [0, 33],
      [1e10, 1_000_000],
      [1e8, 33],
    ]);
    const { stretches } = stripOf(frame, wholeOf(frame), 100);
    expect(stretches.map(({ isFold, width: cells }) => [isFold, cells >= 8])).toEqual([
      [false, true],
      [true, true],
      [false, true],
      [true, true],
      [false, true],
    ]);
  });
});
