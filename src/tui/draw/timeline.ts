/** The timeline: mapped memory, regions and growths over the time of the recording, with the cursor. */

import { joined, type SurveyBin } from "../../app/explore/survey.ts";
import { displayWidth } from "../../base/display-width.ts";
import type { Sign } from "../../base/style.ts";
import { formatBytes, formatCount, formatDuration } from "../../base/units.ts";
import { Canvas } from "./canvas.ts";
import type { Palette } from "./palette.ts";

export interface TimelineState {
  readonly bins: readonly SurveyBin[];
  readonly binNanos: number;
  readonly durationNanos: number;
  readonly peakMappedBytes: number;
  readonly peakRegions: number;
  /** Undefined before the first event. */
  readonly atNanos: number | undefined;
  readonly seq: number;
  readonly mappedBytes: number | undefined;
  readonly regions: number | undefined;
  /** The part of the recording that was surveyed, 0 to 1. */
  readonly progress: number;
  /** Growths in words, for the rule above. */
  readonly growths: string;
}

const labelCells = 11;
const rightCells = 2;

/** Columns of the pane that show time: [left, left + width). */
export function timeColumns(width: number): { readonly left: number; readonly width: number } {
  return { left: labelCells, width: Math.max(1, width - labelCells - rightCells) };
}

export function drawTimeline(
  state: TimelineState,
  width: number,
  height: number,
  palette: Palette,
): string[] {
  const canvas = new Canvas(width, height);
  const { left, width: columns } = timeColumns(width);
  const bins = columnsOf(state, columns);
  const cursor = columnOf(state, columns);
  const graphRows = height - 2;
  const regionRows = graphRows >= 4 ? Math.floor(graphRows / 3) : 0;
  const mappedRows = graphRows - regionRows;
  const quiet = palette.role("quiet");
  const mapped = palette.foreground("file");
  const peak = state.peakMappedBytes;
  graph(canvas, left, 0, mappedRows, bins, (bin) => bin.mappedBytes, peak, mapped, cursor, palette);
  labels(canvas, 0, mappedRows, "mapped", mappedText(state), mapped, palette);
  if (regionRows > 0) {
    const ink = palette.foreground("libraryText");
    const most = state.peakRegions;
    graph(
      canvas,
      left,
      mappedRows,
      regionRows,
      bins,
      (bin) => bin.regions,
      most,
      ink,
      cursor,
      palette,
    );
    const now = state.regions === undefined ? "" : formatCount(state.regions);
    labels(
      canvas,
      mappedRows,
      regionRows,
      "regions",
      `${now}, peak ${formatCount(most)}`,
      ink,
      palette,
    );
  }
  growths(canvas, left, height - 2, bins, palette);
  canvas.put(1, height - 2, "growth", quiet);
  axis(canvas, left, height - 1, columns, cursor, state, palette);
  return canvas.lines();
}

function mappedText({ mappedBytes, peakMappedBytes }: TimelineState): string {
  const now = mappedBytes === undefined ? "" : `${formatBytes(mappedBytes)}, `;
  return `${now}peak ${formatBytes(peakMappedBytes)}`;
}

/** One bin for each column; undefined where nothing is known yet. */
function columnsOf(
  { bins, binNanos, durationNanos }: TimelineState,
  columns: number,
): (SurveyBin | undefined)[] {
  return Array.from({ length: columns }, (_, i) => {
    const from = Math.floor(((i / columns) * durationNanos) / binNanos);
    const to = Math.max(from + 1, Math.ceil((((i + 1) / columns) * durationNanos) / binNanos));
    let sum: SurveyBin | undefined;
    for (const bin of bins.slice(from, to)) sum = sum === undefined ? bin : joined(sum, bin);
    return sum;
  });
}

function columnOf(state: TimelineState, columns: number): number | undefined {
  if (state.atNanos === undefined) return undefined;
  const share = state.durationNanos === 0 ? 0 : state.atNanos / state.durationNanos;
  return Math.min(columns - 1, Math.max(0, Math.floor(share * columns)));
}

/** The time that a column of the pane stands for. */
export function nanosOfColumn(column: number, width: number, durationNanos: number): number {
  const { left, width: columns } = timeColumns(width);
  const share = (column - left + 0.5) / columns;
  return Math.min(1, Math.max(0, share)) * durationNanos;
}

const steps = " ▁▂▃▄▅▆▇█";
const asciiSteps = " ..::--##";

function graph(
  canvas: Canvas,
  left: number,
  top: number,
  rows: number,
  bins: readonly (SurveyBin | undefined)[],
  figureOf: (bin: SurveyBin) => number,
  most: number,
  look: string,
  cursor: number | undefined,
  palette: Palette,
): void {
  for (const [column, bin] of bins.entries()) {
    const value = bin === undefined ? 0 : figureOf(bin);
    const isHere = column === cursor;
    // A small value is shown, however small.
    const eighths =
      value === 0 ? 0 : Math.max(1, Math.round((value / Math.max(1, most)) * rows * 8));
    for (let row = 0; row < rows; row++) {
      const level = Math.min(8, Math.max(0, eighths - (rows - 1 - row) * 8));
      const character = palette.pick(steps[level]!, asciiSteps[level]!);
      if (level > 0)
        canvas.put(left + column, top + row, character, isHere ? palette.role("strong") : look);
      else if (isHere)
        canvas.put(left + column, top + row, palette.pick("┊", ":"), palette.role("quiet"));
    }
  }
}

/** The name of a graph and its figures, at its left. */
function labels(
  canvas: Canvas,
  top: number,
  rows: number,
  name: string,
  figures: string,
  look: string,
  palette: Palette,
): void {
  canvas.put(1, top, name, look);
  if (rows >= 3) {
    const [now = "", peak = ""] = figures.split(", ");
    canvas.put(1, top + 1, shortFigure(now), palette.role("quiet"));
    canvas.put(
      1,
      top + 2,
      peak === "" ? "" : shortFigure(peak.replace("peak ", "^")),
      palette.role("quiet"),
    );
  }
}

function shortFigure(text: string): string {
  return text.slice(0, labelCells - 2);
}

const growthSigns: readonly (readonly [Sign, (bin: SurveyBin) => number])[] = [
  ["refused", (bin) => bin.failed],
  ["moved", (bin) => bin.moved],
  ["relocated", (bin) => bin.relocated],
  ["inPlace", (bin) => bin.inPlace],
  ["shrunk", (bin) => bin.shrunk],
];

/** The most important outcome of each column. */
function growths(
  canvas: Canvas,
  left: number,
  y: number,
  bins: readonly (SurveyBin | undefined)[],
  palette: Palette,
): void {
  for (const [column, bin] of bins.entries()) {
    if (bin === undefined) continue;
    const found = growthSigns.find(([, countOf]) => countOf(bin) > 0);
    if (found === undefined) continue;
    const { text, look } = palette.sign(found[0]);
    canvas.put(left + column, y, text, look);
  }
}

function axis(
  canvas: Canvas,
  left: number,
  y: number,
  columns: number,
  cursor: number | undefined,
  state: TimelineState,
  palette: Palette,
): void {
  const quiet = palette.role("quiet");
  const micro = palette.pick("µs", "us");
  canvas.put(1, y, "0 s", quiet);
  const known = Math.round(columns * state.progress);
  canvas.fill(left, y, columns, palette.pick("─", "-"), quiet);
  if (state.progress < 1) canvas.fill(left, y, known, palette.pick("━", "="), quiet);
  const end = formatDuration(state.durationNanos, micro);
  canvas.putRight(left + columns, y, ` ${end}`, quiet);
  if (cursor === undefined || state.atNanos === undefined) return;
  const text = ` ${formatDuration(state.atNanos, micro)} `;
  const after = left + cursor + 1;
  const fits = after + displayWidth(text) < left + columns - displayWidth(end) - 2;
  const x = fits ? after : Math.max(left, left + cursor - displayWidth(text));
  canvas.put(x, y, text, palette.role("strong"));
  canvas.put(left + cursor, y, palette.pick("┃", "|"), palette.role("attention"));
}
