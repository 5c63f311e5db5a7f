/** The address map: the strip, marks below it for the cursor and for what changed, and a line of text. */

import type { EventView } from "../../app/explore/event-view.ts";
import { kindAt, labelOf, type SpaceFrame } from "../../app/explore/space-frame.ts";
import { displayWidth } from "../../base/display-width.ts";
import { printable } from "../../base/printable.ts";
import { formatBytes } from "../../base/units.ts";
import { Canvas } from "./canvas.ts";
import { drawWords, type MapState, margin } from "./map-words.ts";
import type { Palette } from "./palette.ts";
import { cellOfAddress, type Strip, stripOf, wholeOf } from "./strip.ts";

/** The strip takes all but two of the lines. */
export function drawMap(
  state: MapState,
  width: number,
  height: number,
  palette: Palette,
): string[] {
  const canvas = new Canvas(width, height);
  const { frame, event, address } = state;
  if (frame === undefined || frame.count === 0) {
    canvas.put(margin, 0, emptyText(frame), palette.role("quiet"));
    return canvas.lines();
  }
  const strip = stripFor(state, width)!;
  const thick = Math.max(1, height - 2);
  const changed = changedCells(strip, event);
  for (let y = 0; y < thick; y++) drawStrip(canvas, y, strip, frame, changed, palette);
  drawFolds(canvas, strip, Math.floor((thick - 1) / 2), palette);
  drawLabels(canvas, strip, frame, Math.floor((thick - 1) / 2), palette);
  const cell = address === undefined ? undefined : cellOfAddress(strip, address);
  drawMarks(canvas, thick, strip, event, cell, palette);
  drawWords(canvas, thick + 1, state, frame, palette);
  return canvas.lines();
}

/** The strip as drawMap lays it out: what the column of a click means. */
export function stripFor({ frame, window }: MapState, width: number): Strip | undefined {
  if (frame === undefined || frame.count === 0) return undefined;
  return stripOf(frame, window ?? wholeOf(frame), Math.max(1, width - 2 * margin));
}

/** The column of the strip's first cell. */
export const stripLeft = margin;

function emptyText(frame: SpaceFrame | undefined): string {
  return frame === undefined
    ? "what was mapped is not known here: this process's maps were never read"
    : "nothing is mapped here";
}

/** Cells that the event changed. */
function changedCells(strip: Strip, event: EventView | undefined): ReadonlySet<number> {
  const cells = new Set<number>();
  if (event === undefined || !event.worked) return cells;
  for (const range of [event.before, event.after]) {
    if (range === undefined || range.end <= range.start) continue;
    for (const one of strip.stretches) {
      const start = Math.max(range.start, one.start);
      const end = Math.min(range.end, one.end);
      if (start >= end || one.isFold) continue;
      const from = cellOfAddress(strip, start) ?? one.x;
      const to = cellOfAddress(strip, end - 1) ?? from;
      for (let cell = from; cell <= to; cell++) cells.add(cell);
    }
  }
  return cells;
}

const partly = 0.55;
const hardly = 0.02;

function drawStrip(
  canvas: Canvas,
  y: number,
  strip: Strip,
  frame: SpaceFrame,
  changed: ReadonlySet<number>,
  palette: Palette,
): void {
  let before = -1;
  for (let cell = 0; cell < strip.width; cell++) {
    const row = strip.row[cell]!;
    if (row < 0) {
      before = row;
      continue;
    }
    const { character, look, partLook, seamLook } = palette.cell(
      kindAt(frame, row),
      changed.has(cell),
    );
    const share = strip.share[cell]!;
    const isNext = before >= 0 && frame.mapping[row] !== frame.mapping[before];
    before = row;
    const x = margin + cell;
    if (palette.depth === "none") canvas.put(x, y, share < hardly ? "." : character);
    else if (share < partly) canvas.put(x, y, palette.pick("▄", "."), partLook);
    else if (isNext && character === " ") {
      canvas.put(x, y, palette.pick("▏", "|"), seamLook);
    } else canvas.put(x, y, character, look);
  }
}

function drawFolds(canvas: Canvas, strip: Strip, y: number, palette: Palette): void {
  for (const { x, width, start, end, isFold, isTool } of strip.stretches) {
    if (!isFold) continue;
    if (isTool) {
      canvas.put(
        margin + x,
        y,
        width > 4 ? " tool" : "t",
        palette.foreground("tool"),
        margin + x + width,
      );
      continue;
    }
    const dots = palette.pick("⋯", "~");
    const size = `${dots} ${formatBytes(end - start)} ${dots}`;
    const text = displayWidth(size) <= width - 1 ? size : dots;
    const left = margin + x + Math.floor((width - displayWidth(text)) / 2);
    canvas.put(left, y, text, palette.role("quiet"));
  }
}

/** Names of mappings, written into runs of cells that are wide enough. */
function drawLabels(
  canvas: Canvas,
  strip: Strip,
  frame: SpaceFrame,
  y: number,
  palette: Palette,
): void {
  for (let cell = 0; cell < strip.width; ) {
    const row = strip.row[cell]!;
    let end = cell + 1;
    if (row < 0) {
      cell = end;
      continue;
    }
    while (end < strip.width && strip.row[end]! === row) end += 1;
    if (end - cell >= 4) {
      const name = printable(frame.nameOf(row));
      const start = cell;
      while (end < strip.width && strip.row[end]! >= 0 && name !== "") {
        if (printable(frame.nameOf(strip.row[end]!)) !== name) break;
        end += 1;
      }
      if (strip.share[start]! >= partly) drawLabel(canvas, frame, row, start, end, y, palette);
    }
    cell = end;
  }
}

function drawLabel(
  canvas: Canvas,
  frame: SpaceFrame,
  row: number,
  from: number,
  to: number,
  y: number,
  palette: Palette,
): void {
  const name = printable(labelOf(frame, row));
  // Without colours, letters stand for the kinds: blanks keep the name apart from them.
  const label = palette.depth === "none" ? ` ${name} ` : name;
  const width = displayWidth(label);
  if (width > to - from - 1 || kindAt(frame, row) === "reserved") return;
  canvas.write(margin + from + 1, y, label);
}

function drawMarks(
  canvas: Canvas,
  y: number,
  strip: Strip,
  event: EventView | undefined,
  cursor: number | undefined,
  palette: Palette,
): void {
  const look = palette.role("attention");
  for (const cell of changedCells(strip, event)) {
    canvas.put(margin + cell, y, palette.pick("▔", "^"), palette.role("strong"));
  }
  if (event?.worked === true && (event.outcome === "moved" || event.outcome === "relocated")) {
    drawMove(canvas, y, strip, event, palette, look);
  }
  if (cursor !== undefined) {
    canvas.put(margin + cursor, y, palette.pick("▲", "A"), palette.role("strong"));
  }
}

/** An arrow below the strip from the old place to the new one. */
function drawMove(
  canvas: Canvas,
  y: number,
  strip: Strip,
  { before, after }: EventView,
  palette: Palette,
  look: string,
): void {
  const from = before && cellOfAddress(strip, before.start);
  const to = after && cellOfAddress(strip, after.start);
  if (from === undefined || to === undefined || from === to) return;
  const [low, high] = from < to ? [from, to] : [to, from];
  canvas.fill(margin + low, y, high - low + 1, palette.pick("─", "-"), look);
  canvas.put(margin + from, y, palette.pick(from < to ? "╰" : "╯", "+"), look);
  const head = from < to ? palette.pick("▸", ">") : palette.pick("◂", "<");
  canvas.put(margin + to + (from < to ? -1 : 1), y, head, look);
  canvas.put(margin + to, y, palette.pick(from < to ? "╯" : "╰", "+"), look);
}
