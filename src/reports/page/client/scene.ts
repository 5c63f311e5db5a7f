/** One process of the picture, prepared for drawing. */

import { heightOf } from "../../../base/address-scale.ts";
import type { Column, Data } from "./page-data.ts";

export interface Move {
  readonly seq: number;
  readonly atNanos: number;
  readonly durationNanos: number;
  readonly from: number;
  readonly to: number;
  readonly oldBytes: number;
  readonly newBytes: number;
  readonly site: number;
  /** Heights of the middles of the old and the new range. */
  readonly fromHeight: number;
  readonly toHeight: number;
}

export interface Scene {
  readonly data: Data;
  readonly index: number;
  readonly count: number;
  readonly fromNanos: Column;
  readonly toNanos: Column;
  readonly kind: Column;
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** In chronological order. */
  readonly moves: readonly Move[];
  /** The largest first. */
  readonly largestMoves: readonly Move[];
  /** The range's row in the page's columns. */
  rowOf(i: number): number;
}

export function sceneOf(data: Data, index: number): Scene {
  const process = data.processes[index];
  if (process === undefined) throw new Error(`the page has no process ${index}`);
  const [first, last] = process.ranges;
  const count = last - first;
  const start = data.column("start").subarray(first, last);
  const end = data.column("end").subarray(first, last);
  const low = new Float64Array(count);
  const high = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    low[i] = heightOf(process.bands, start[i]!);
    high[i] = heightOf(process.bands, end[i]!);
  }
  const moves = movesOf(data, index);
  return {
    data,
    index,
    count,
    fromNanos: data.column("fromNanos").subarray(first, last),
    toNanos: data.column("toNanos").subarray(first, last),
    kind: data.column("kind").subarray(first, last),
    low,
    high,
    moves,
    largestMoves: [...moves].sort((a, b) => b.newBytes - a.newBytes),
    rowOf: (i) => first + i,
  };
}

function movesOf(data: Data, index: number): Move[] {
  const { bands, moves } = data.processes[index]!;
  const read = (name: string, row: number): number => data.column(`move.${name}`)[row] ?? 0;
  const found: Move[] = [];
  for (let row = moves[0]; row < moves[1]; row++) {
    const [from, to] = [read("from", row), read("to", row)];
    const [oldBytes, newBytes] = [read("oldBytes", row), read("newBytes", row)];
    found.push({
      seq: read("seq", row),
      atNanos: read("atNanos", row),
      durationNanos: read("durationNanos", row),
      ...{ from, to, oldBytes, newBytes, site: read("site", row) },
      fromHeight: heightOf(bands, from + oldBytes / 2),
      toHeight: heightOf(bands, to + newBytes / 2),
    });
  }
  return found;
}

/** The range at a time and a height, or -1. Ranges too thin to hit are found within `slack`. */
export function rangeAt(
  scene: Scene,
  nanos: number,
  height: number,
  slack: { readonly nanos: number; readonly height: number },
): number {
  const { count, fromNanos, toNanos, low, high } = scene;
  let near = -1;
  for (let i = 0; i < count; i++) {
    if (fromNanos[i]! - slack.nanos > nanos || toNanos[i]! + slack.nanos < nanos) continue;
    if (low[i]! - slack.height > height || high[i]! + slack.height < height) continue;
    const isIn =
      fromNanos[i]! <= nanos && toNanos[i]! > nanos && low[i]! <= height && high[i]! > height;
    if (isIn) return i;
    near = i;
  }
  return near;
}

/** The largest move whose arrow passes within `slack` of a time and a height. */
export function moveAt(
  scene: Scene,
  nanos: number,
  height: number,
  slack: { readonly nanos: number; readonly height: number },
): Move | undefined {
  return scene.largestMoves.find(({ atNanos, fromHeight, toHeight }) => {
    if (Math.abs(atNanos - nanos) > slack.nanos) return false;
    const [low, high] = [Math.min(fromHeight, toHeight), Math.max(fromHeight, toHeight)];
    return height > low - slack.height && height < high + slack.height;
  });
}
