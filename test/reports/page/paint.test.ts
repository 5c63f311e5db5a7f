/** The painted pixels against a picture that is computed pixel by pixel from the ranges. */
import { describe, expect, it } from "vitest";
import { type Palette, paint } from "../../../src/reports/page/client/paint.ts";
import { rangeAt, type Scene } from "../../../src/reports/page/client/scene.ts";
import type { View } from "../../../src/reports/page/client/view.ts";
import { randomSource } from "../../helpers/kernel-generator.ts";

const palette: Palette = {
  kinds: [1, 2, 3],
  edges: [1, 2, 3],
  isHollow: [false, false, false],
  ground: 9,
  fold: 8,
};

/** A grid of ranges of random kinds; some places are empty. */
function sceneOf(columns: number, rows: number): Scene {
  const random = randomSource(3);
  const fromNanos: number[] = [];
  const low: number[] = [];
  const kind: number[] = [];
  for (let x = 0; x < columns; x++) {
    for (let y = 0; y < rows; y++) {
      if (random() < 0.3) continue;
      fromNanos.push(x * 10);
      low.push(y / rows);
      kind.push(Math.floor(random() * 3));
    }
  }
  const process = { process: 1, label: "", fromNanos: 0, toNanos: columns * 10, bands: [] };
  return {
    data: {
      processes: [{ ...process, ranges: [0, kind.length], moves: [0, 0] }],
      ...{ kinds: [], calls: [], gains: [], losses: [], sites: [], columns: [] },
      column: () => new Float64Array(),
    },
    index: 0,
    count: kind.length,
    fromNanos: Float64Array.from(fromNanos),
    toNanos: Float64Array.from(fromNanos, (from) => from + 10),
    low: Float64Array.from(low),
    high: Float64Array.from(low, (one) => one + 1 / rows),
    kind: Uint8Array.from(kind),
    moves: [],
    largestMoves: [],
    rowOf: (i) => i,
  };
}

function expected(scene: Scene, view: View, width: number, height: number): Uint32Array {
  return Uint32Array.from({ length: width * height }, (_, pixel) => {
    const x = (pixel % width) + 0.5;
    const y = Math.floor(pixel / width) + 0.5;
    const nanos = view.from + (x / width) * (view.to - view.from);
    const at = view.high - (y / height) * (view.high - view.low);
    const found = rangeAt(scene, nanos, at, { nanos: 0, height: 0 });
    return found < 0 ? palette.ground : palette.kinds[scene.kind[found]!]!;
  });
}

describe("painting", () => {
  const scene = sceneOf(16, 8);
  const views: readonly View[] = [
    { from: 0, to: 160, low: 0, high: 1 },
    { from: 35, to: 85, low: 0.25, high: 0.625 },
    { from: 70, to: 75, low: 0.5, high: 0.51 },
  ];
  it.each(views)("%j shows every range where it lies, to the pixel", (view) => {
    const [width, height] = [320, 160];
    const pixels = new Uint32Array(width * height);
    paint(pixels, width, height, scene, view, palette);
    expect(pixels).toEqual(expected(scene, view, width, height));
  });

  it("shows a range that is thinner than a pixel", () => {
    const pixels = new Uint32Array(4);
    paint(pixels, 2, 2, scene, { from: 0, to: 1e9, low: 0, high: 1 }, palette);
    expect([...pixels].some((colour) => colour !== palette.ground)).toBe(true);
  });
});
