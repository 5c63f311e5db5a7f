/** Paints the visible ranges pixel by pixel: none overlap, so a frame costs at most its pixels. */

import type { Scene } from "./scene.ts";
import type { View } from "./view.ts";

/** Colours in the format of ImageData: from the highest byte down alpha, blue, green, red. */
export interface Palette {
  readonly kinds: readonly number[];
  /** Colours of a kind's edges, for ranges large enough to have them. */
  readonly edges: readonly number[];
  readonly isHollow: readonly boolean[];
  readonly ground: number;
  readonly fold: number;
}

/** A range of at least this many pixels each way gets edges. */
const leastWithEdge = 5;

/** Fills `pixels`, row by row from the top: `width` times `height` of them. */
export function paint(
  pixels: Uint32Array,
  width: number,
  height: number,
  scene: Scene,
  view: View,
  palette: Palette,
): void {
  pixels.fill(palette.ground);
  const across = width / (view.to - view.from);
  const up = height / (view.high - view.low);
  for (const { isFold, low, high } of scene.data.processes[scene.index]!.bands) {
    if (!isFold) continue;
    const top = Math.max(0, Math.round((view.high - high) * up));
    const foot = Math.min(height, Math.round((view.high - low) * up));
    if (foot > top) pixels.fill(palette.fold, top * width, foot * width);
  }
  const { count, fromNanos, toNanos, low, high, kind } = scene;
  for (let i = 0; i < count; i++) {
    if (toNanos[i]! < view.from || fromNanos[i]! > view.to) continue;
    if (high[i]! < view.low || low[i]! > view.high) continue;
    const left = Math.round((fromNanos[i]! - view.from) * across);
    const right = Math.max(left + 1, Math.round((toNanos[i]! - view.from) * across));
    const top = Math.round((view.high - high[i]!) * up);
    const foot = Math.max(top + 1, Math.round((view.high - low[i]!) * up));
    fill(pixels, width, height, { left, right, top, foot }, kind[i]!, palette);
  }
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly foot: number;
}

function fill(
  pixels: Uint32Array,
  width: number,
  height: number,
  box: Box,
  kind: number,
  palette: Palette,
): void {
  const left = Math.max(0, box.left);
  const right = Math.min(width, box.right);
  const top = Math.max(0, box.top);
  const foot = Math.min(height, box.foot);
  if (left >= right) return;
  const colour = palette.kinds[kind]!;
  const edge = palette.edges[kind]!;
  const hasEdges = box.right - box.left >= leastWithEdge && box.foot - box.top >= leastWithEdge;
  for (let y = top; y < foot; y++) {
    const row = y * width;
    if (palette.isHollow[kind]) hatch(pixels, row, left, right, y, colour, palette.ground);
    else if (hasEdges && y === box.foot - 1) pixels.fill(edge, row + left, row + right);
    else pixels.fill(colour, row + left, row + right);
    if (hasEdges && box.left >= 0) pixels[row + left] = edge;
  }
}

/** Diagonal lines, for memory without access. */
function hatch(
  pixels: Uint32Array,
  row: number,
  left: number,
  right: number,
  y: number,
  colour: number,
  ground: number,
): void {
  for (let x = left; x < right; x++) {
    pixels[row + x] = (x + y) % 6 === 0 ? colour : ground;
  }
}
