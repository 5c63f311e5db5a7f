/** Draws on top of the painted ranges: axes, folds, moves, and the range under the pointer. */

import { ticks, timeText } from "../../../base/ticks.ts";
import { formatAddress, formatBytes } from "../../../base/units.ts";
import type { Inks } from "./palette.ts";
import type { Move, Scene } from "./scene.ts";
import type { View } from "./view.ts";

/** The picture's rectangle on the canvas, in CSS pixels. */
export interface Frame {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** More arrows than this would hide the ranges. */
const mostArrows = 300;

export interface Marks {
  /** Range under the pointer, or -1. */
  readonly range: number;
  readonly move: Move | undefined;
}

export function drawOverlay(
  context: CanvasRenderingContext2D,
  frame: Frame,
  scene: Scene,
  view: View,
  inks: Inks,
  marks: Marks,
): void {
  context.font = `11px ${inks.font}`;
  context.textBaseline = "middle";
  drawAddresses(context, frame, scene, view, inks);
  drawTimes(context, frame, view, inks);
  context.save();
  context.beginPath();
  context.rect(frame.left, frame.top, frame.width, frame.height);
  context.clip();
  drawMoves(context, frame, scene, view, inks, marks.move);
  if (marks.range >= 0) outline(context, frame, scene, view, inks, marks.range);
  context.restore();
}

function xOf(frame: Frame, view: View, nanos: number): number {
  return frame.left + ((nanos - view.from) / (view.to - view.from)) * frame.width;
}

function yOf(frame: Frame, view: View, height: number): number {
  return frame.top + ((view.high - height) / (view.high - view.low)) * frame.height;
}

/** The start address of each band and the size of each fold, where there is room for a label. */
function drawAddresses(
  context: CanvasRenderingContext2D,
  frame: Frame,
  scene: Scene,
  view: View,
  inks: Inks,
): void {
  context.textAlign = "right";
  context.fillStyle = inks.quiet;
  let free = frame.top + frame.height - 6;
  for (const band of scene.data.processes[scene.index]!.bands) {
    const isNarrow = frame.left < 100;
    const middle = yOf(frame, view, band.isFold ? (band.low + band.high) / 2 : band.low);
    const y = band.isFold ? middle : middle - 8;
    if (y > free || y < frame.top + 4) continue;
    const size = formatBytes(band.end - band.start);
    const fold = isNarrow ? `⋯ ${size}` : `⋯ ${size} ⋯`;
    const text = band.isFold ? fold : isNarrow ? size : formatAddress(band.start);
    context.fillText(text, frame.left - 8, y);
    free = y - 12;
  }
}

function drawTimes(context: CanvasRenderingContext2D, frame: Frame, view: View, inks: Inks): void {
  context.textAlign = "center";
  const foot = frame.top + frame.height;
  const found = ticks(view.from, view.to, frame.width / 90);
  for (const nanos of found) {
    const x = xOf(frame, view, nanos);
    context.fillStyle = inks.quiet;
    context.fillRect(Math.round(x), foot, 1, 5);
    const step = found.length > 1 ? found[1]! - found[0]! : view.to - view.from;
    if (x > frame.left + 20 && x < frame.left + frame.width - 20) {
      context.fillText(timeText(nanos, step), x, foot + 14);
    }
  }
}

/**
 * An arrow from the middle of the old range to the middle of the new one, at the time of the move.
 */
function drawMoves(
  context: CanvasRenderingContext2D,
  frame: Frame,
  scene: Scene,
  view: View,
  inks: Inks,
  chosen: Move | undefined,
): void {
  let left = mostArrows;
  for (const move of scene.largestMoves) {
    if (move.atNanos < view.from || move.atNanos > view.to) continue;
    if (left-- <= 0) break;
    arrow(context, frame, view, move, inks, 1);
  }
  if (chosen !== undefined) arrow(context, frame, view, chosen, inks, 2.5);
}

function arrow(
  context: CanvasRenderingContext2D,
  frame: Frame,
  view: View,
  move: Move,
  inks: Inks,
  lineWidth: number,
): void {
  const x = Math.round(xOf(frame, view, move.atNanos)) + 0.5;
  const from = yOf(frame, view, move.fromHeight);
  const to = yOf(frame, view, move.toHeight);
  const back = to > from ? -1 : 1;
  const size = Math.min(3 + lineWidth, Math.abs(to - from));
  for (const [colour, width] of [
    [inks.ground, lineWidth + 2],
    [inks.ink, lineWidth],
  ] as const) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.beginPath();
    context.moveTo(x, from);
    context.lineTo(x, to);
    context.moveTo(x - size, to + back * size * 1.3);
    context.lineTo(x, to);
    context.lineTo(x + size, to + back * size * 1.3);
    context.stroke();
  }
}

function outline(
  context: CanvasRenderingContext2D,
  frame: Frame,
  scene: Scene,
  view: View,
  inks: Inks,
  i: number,
): void {
  const left = xOf(frame, view, scene.fromNanos[i]!);
  const top = yOf(frame, view, scene.high[i]!);
  const width = Math.max(1, xOf(frame, view, scene.toNanos[i]!) - left);
  const height = Math.max(1, yOf(frame, view, scene.low[i]!) - top);
  for (const [colour, lineWidth] of [
    [inks.ground, 4],
    [inks.ink, 1.5],
  ] as const) {
    context.strokeStyle = colour;
    context.lineWidth = lineWidth;
    context.strokeRect(left - 1, top - 1, width + 2, height + 2);
  }
}
