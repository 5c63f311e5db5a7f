/** Where each pane stands on a terminal of some size. Drawing and clicking read the same numbers. */
import type { ScreenSize } from "../terminal/screen.ts";

export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export type PaneName = "map" | "timeline" | "events" | "mapping";

/** Contents without the rules above them. Absent panes have no room. */
export interface Layout {
  readonly size: ScreenSize;
  readonly map: Rect;
  readonly timeline: Rect | undefined;
  readonly events: Rect;
  /** At the right of the events, or one line below them. */
  readonly mapping: Rect;
  readonly isMappingBeside: boolean;
  /** Everything between header and footer, for the other screens. */
  readonly body: Rect;
}

export const leastColumns = 40;
export const leastRows = 10;
const besideFromColumns = 100;
const timelineFromRows = 24;

export function isTooSmall({ columns, rows }: ScreenSize): boolean {
  return columns < leastColumns || rows < leastRows;
}

export function layoutOf(size: ScreenSize): Layout {
  const { columns, rows } = size;
  const body = { x: 0, y: 1, width: columns, height: rows - 2 };
  const stripRows = rows >= 48 ? 4 : rows >= 32 ? 3 : rows >= 28 ? 2 : 1;
  const map = { x: 0, y: 2, width: columns, height: stripRows + 2 };
  let y = map.y + map.height;
  let timeline: Rect | undefined;
  if (rows >= timelineFromRows) {
    const height = rows >= 48 ? 9 : rows >= 32 ? 5 : 3;
    timeline = { x: 0, y: y + 1, width: columns, height };
    y = timeline.y + timeline.height;
  }
  const isMappingBeside = columns >= besideFromColumns;
  const top = y + 1;
  const left = rows - 1 - top;
  if (!isMappingBeside) {
    const events = { x: 0, y: top, width: columns, height: left - 1 };
    const mapping = { x: 0, y: rows - 2, width: columns, height: 1 };
    return { size, map, timeline, events, mapping, isMappingBeside, body };
  }
  const beside = Math.min(76, Math.max(44, Math.floor(columns * 0.36)));
  const events = { x: 0, y: top, width: columns - beside - 1, height: left };
  const mapping = { x: columns - beside, y: top, width: beside, height: left };
  return { size, map, timeline, events, mapping, isMappingBeside, body };
}

/** The pane under a cell, and where in it. */
export function paneAt(
  layout: Layout,
  column: number,
  row: number,
): { readonly pane: PaneName; readonly x: number; readonly y: number } | undefined {
  const panes: readonly (readonly [PaneName, Rect | undefined])[] = [
    ["map", layout.map],
    ["timeline", layout.timeline],
    ["events", layout.events],
    ["mapping", layout.mapping],
  ];
  for (const [pane, rect] of panes) {
    if (rect === undefined) continue;
    const [x, y] = [column - rect.x, row - rect.y];
    if (x >= 0 && y >= 0 && x < rect.width && y < rect.height) return { pane, x, y };
  }
  return undefined;
}
