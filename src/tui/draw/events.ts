/** The list of events: one line each, with as many columns as there is room for. */

import type { EventView } from "../../app/explore/event-view.ts";
import { displayWidth } from "../../base/display-width.ts";
import { formatAddress, formatBytes, formatDuration } from "../../base/units.ts";
import { Canvas } from "./canvas.ts";
import type { Palette } from "./palette.ts";

/** One line of the list. */
export interface EventLine {
  readonly seq: number;
  /** Undefined for an event that cannot be read. */
  readonly view: EventView | undefined;
  /** The call in words; empty where there is no room for them. */
  readonly words: string;
}

export interface EventsState {
  readonly lines: readonly EventLine[];
  readonly seq: number;
  /** Columns are as wide as the last event of the recording needs. */
  readonly eventCount: number;
  readonly durationNanos: number;
  readonly hasPids: boolean;
  /** Shown when there is no line. */
  readonly emptyText: string;
  /** The rule above the list: its title, and the position of the cursor. */
  readonly title: string;
  readonly right: string;
}

const wordsFrom = 96;
const timeFrom = 72;

/** Whether lines of that width show calls in words. */
export function showsWords(width: number): boolean {
  return width >= wordsFrom;
}

export function drawEvents(
  state: EventsState,
  width: number,
  height: number,
  palette: Palette,
): string[] {
  const canvas = new Canvas(width, height);
  if (state.lines.length === 0) canvas.put(1, 0, state.emptyText, palette.role("quiet"));
  for (const [y, line] of state.lines.slice(0, height).entries()) {
    const isHere = line.seq === state.seq;
    drawLine(canvas, y, line, state, isHere, palette);
    if (isHere) {
      canvas.put(0, y, palette.pick("▶", ">"), palette.role("attention"));
      canvas.paint(1, y, width - 1, (look) => cursorLook(look, palette));
    }
  }
  return canvas.lines();
}

/** The line under the cursor: on another background where there are colours for it, else bold. */
function cursorLook(look: string, palette: Palette): string {
  const strong = palette.role("strong");
  const bare = look === palette.role("quiet") ? "" : look;
  const parts = [bare, strong].filter((part) => part !== "");
  if (palette.depth === "256" || palette.depth === "true") parts.push("48;5;236");
  return parts.join(";");
}

function drawLine(
  canvas: Canvas,
  y: number,
  { seq, view, words }: EventLine,
  state: EventsState,
  isHere: boolean,
  palette: Palette,
): void {
  const quiet = palette.role("quiet");
  const seqCells = String(state.eventCount).length + 1;
  let x = 2;
  canvas.putRight(x + seqCells, y, `@${seq}`, isHere ? palette.role("strong") : quiet);
  x += seqCells + 1;
  if (view === undefined) {
    canvas.put(x, y, "cannot be read", palette.role("bad"));
    return;
  }
  if (canvas.width >= timeFrom) {
    const cells = (state.durationNanos / 1e9).toFixed(6).length;
    canvas.putRight(x + cells, y, (view.atNanos / 1e9).toFixed(6), quiet);
    x += cells + 1;
  }
  if (state.hasPids) {
    canvas.putRight(x + 7, y, String(view.pid || view.tid), quiet);
    x += 8;
  }
  if (!view.isCall) {
    canvas.put(x + 2, y, words, quiet);
    return;
  }
  if (view.sign !== undefined) {
    const { text, look } = palette.sign(view.sign);
    canvas.put(x, y, text, look);
  }
  const took = view.tookNanos < 0 ? "" : formatDuration(view.tookNanos, palette.pick("µs", "us"));
  const end = canvas.width - 9;
  canvas.putRight(canvas.width - 1, y, took, quiet);
  if (showsWords(canvas.width)) drawWords(canvas, x + 2, y, words, view, end, palette);
  else drawColumns(canvas, x + 2, y, view, end, palette);
}

function drawWords(
  canvas: Canvas,
  x: number,
  y: number,
  words: string,
  view: EventView,
  end: number,
  palette: Palette,
): void {
  const open = words.indexOf("(");
  const after = canvas.put(x, y, words.slice(0, open), callLook(view, palette), end);
  const close = words.lastIndexOf(" = ");
  const next = canvas.put(after, y, words.slice(open, close), "", end);
  const look = view.errno === undefined ? "" : palette.role("bad");
  canvas.put(next, y, words.slice(close), look, end);
}

function drawColumns(
  canvas: Canvas,
  x: number,
  y: number,
  view: EventView,
  end: number,
  palette: Palette,
): void {
  canvas.put(x, y, view.name, callLook(view, palette), x + 12);
  const { before, after, errno } = view;
  const place = after ?? before;
  if (place !== undefined) canvas.put(x + 9, y, formatAddress(place.start), "", end);
  const left = x + 27;
  const text = errno ?? sizeText(view, end - 1 - left, palette);
  const from = Math.max(left, end - 1 - displayWidth(text));
  canvas.put(from, y, text, errno === undefined ? "" : palette.role("bad"), end);
}

/** `4 MiB`; `64 MiB→128 MiB` for a call that changes a size, or `→128 MiB` where that does not fit. */
function sizeText({ before, after }: EventView, cells: number, palette: Palette): string {
  const bytes = (range: { start: number; end: number }): string =>
    formatBytes(range.end - range.start);
  if (before === undefined || (after === undefined && before.end === before.start)) return "";
  if (after === undefined) return bytes(before);
  const became = `${palette.pick("→", ">")}${bytes(after)}`;
  const whole = `${bytes(before)}${became}`;
  return displayWidth(whole) <= cells ? whole : became;
}

function callLook(view: EventView, palette: Palette): string {
  if (view.outcome === undefined || view.sign === undefined) return "";
  return palette.sign(view.sign).look;
}
