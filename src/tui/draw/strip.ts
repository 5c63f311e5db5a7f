/** Fits an address space, which is mostly empty, into a line of cells: to scale, but for large gaps, which are folded. */
import { kindAt, rowFrom, type SpaceFrame } from "../../app/explore/space-frame.ts";

/** What part of the space is shown; [start, end). */
export interface AddressWindow {
  readonly start: number;
  readonly end: number;
}

export interface Stretch {
  /** Cells [x, x + width). */
  readonly x: number;
  readonly width: number;
  readonly start: number;
  readonly end: number;
  /** Drawn shorter than to scale, because it is empty or maptrail's own. */
  readonly isFold: boolean;
  readonly isTool: boolean;
}

export interface Strip {
  readonly width: number;
  readonly stretches: readonly Stretch[];
  /** By cell: the row of the frame with the largest part of it, or -1. */
  readonly row: Int32Array;
  /** By cell: how much of it is mapped, 0 to 1. */
  readonly share: Float32Array;
}

interface Gap {
  readonly start: number;
  readonly end: number;
  readonly isTool?: boolean;
}

/** Cells of one fold when there is room for its size: `⋯ 42 TiB ⋯`. */
const foldCells = 12;
const narrowFoldCells = 3;
/** maptrail reserves terabytes of addresses in the program and maps little of them. */
const toolCells = 7;
const toolFromBytes = 2 ** 32;
const leastSpanCells = 2;
const roomySpanCells = 9;

/** Everything from the first region to the last. */
export function wholeOf(frame: SpaceFrame): AddressWindow {
  if (frame.count === 0) return { start: 0, end: 1 };
  return { start: frame.start[0]!, end: frame.end[frame.count - 1]! };
}

export function stripOf(frame: SpaceFrame, window: AddressWindow, width: number): Strip {
  const folds = foldsOf(frame, window, width);
  const stretches = allot(window, folds, width);
  const row = new Int32Array(width).fill(-1);
  const share = new Float32Array(width);
  for (const stretch of stretches) {
    if (!stretch.isFold) fillCells(frame, stretch, row, share);
  }
  return { width, stretches, row, share };
}

/** The largest gaps, as long as each is more than a sixth of what is not folded yet. */
function foldsOf(frame: SpaceFrame, { start, end }: AddressWindow, width: number): Gap[] {
  const gaps: Gap[] = [];
  const most = Math.max(1, Math.floor(width / 18));
  let from = start;
  // Of thousands of gaps, most are smaller than those that are kept and need not be sorted.
  let leastBytes = 0;
  const add = (to: number): void => {
    if (to - from <= leastBytes) return;
    gaps.push({ start: from, end: to });
    if (gaps.length < 256) return;
    gaps.sort(bySize);
    gaps.length = most;
    const smallest = gaps[most - 1]!;
    leastBytes = smallest.end - smallest.start;
  };
  let row = rowFrom(frame, start);
  const tools: Gap[] = [];
  for (; row < frame.count && frame.start[row]! < end; row++) {
    add(frame.start[row]!);
    from = frame.end[row]!;
    if (isToolRow(frame, row)) tools.push(clipped(frame.start[row]!, from, start, end));
  }
  add(end);
  gaps.sort(bySize);
  let left = end - start - tools.reduce((sum, tool) => sum + tool.end - tool.start, 0);
  const folds: Gap[] = tools.filter((tool) => tool.end - tool.start < end - start);
  for (const gap of gaps.slice(0, most)) {
    const size = gap.end - gap.start;
    if (size < left / 6 || size >= left) break;
    folds.push(gap);
    left -= size;
  }
  return folds.sort((a, b) => a.start - b.start);
}

function isToolRow(frame: SpaceFrame, row: number): boolean {
  return kindAt(frame, row) === "tool" && frame.end[row]! - frame.start[row]! >= toolFromBytes;
}

function clipped(from: number, to: number, start: number, end: number): Gap {
  return { start: Math.max(from, start), end: Math.min(to, end), isTool: true };
}

function bySize(a: Gap, b: Gap): number {
  return b.end - b.start - (a.end - a.start);
}

function allot(window: AddressWindow, folds: readonly Gap[], width: number): Stretch[] {
  const spans: Gap[] = [];
  let from = window.start;
  for (const fold of folds) {
    if (fold.start > from) spans.push({ start: from, end: fold.start });
    from = fold.end;
  }
  if (window.end > from) spans.push({ start: from, end: window.end });
  const isRoomy = folds.length * foldCells <= width * 0.4;
  const cellsOf = ({ isTool }: Gap): number => {
    if (isTool === true) return isRoomy ? toolCells : 1;
    return isRoomy ? foldCells : narrowFoldCells;
  };
  const folded = folds.reduce((sum, fold) => sum + cellsOf(fold), 0);
  const widths = spanWidths(spans, Math.max(spans.length, width - folded));
  const stretches: Stretch[] = [];
  let x = 0;
  const all = [
    ...spans.map((span, i) => ({ ...span, width: widths[i]!, isFold: false })),
    ...folds.map((fold) => ({ ...fold, width: cellsOf(fold), isFold: true })),
  ].sort((a, b) => a.start - b.start);
  for (const one of all) {
    const fitted = Math.min(one.width, width - x);
    if (fitted <= 0) break;
    const { start, end, isFold, isTool = false } = one;
    stretches.push({ x, width: fitted, start, end, isFold, isTool });
    x += fitted;
  }
  return stretches;
}

/** Cells by size, but enough for each span to be seen and, where there is room, to bear a name. */
function spanWidths(spans: readonly Gap[], cells: number): number[] {
  const least = Math.max(
    1,
    Math.min(roomySpanCells, Math.max(leastSpanCells, Math.floor(cells / (spans.length * 3)))),
  );
  const spare = Math.max(0, cells - least * spans.length);
  const bytes = spans.reduce((sum, { start, end }) => sum + end - start, 0);
  const widths = spans.map(({ start, end }) => least + Math.floor((spare * (end - start)) / bytes));
  const used = widths.reduce((sum, one) => sum + one, 0);
  const largest = widths.indexOf(Math.max(...widths));
  if (largest >= 0) widths[largest]! += Math.max(0, cells - used);
  return widths;
}

function fillCells(
  frame: SpaceFrame,
  { x, width, start, end }: Stretch,
  rows: Int32Array,
  share: Float32Array,
): void {
  const bytesPerCell = (end - start) / width;
  const largest = new Float64Array(width);
  for (let row = rowFrom(frame, start); row < frame.count && frame.start[row]! < end; row++) {
    const from = Math.max(frame.start[row]!, start) - start;
    const to = Math.min(frame.end[row]!, end) - start;
    const last = Math.min(width - 1, Math.ceil(to / bytesPerCell) - 1);
    for (let cell = Math.floor(from / bytesPerCell); cell <= last; cell++) {
      const low = Math.max(from, cell * bytesPerCell);
      const high = Math.min(to, (cell + 1) * bytesPerCell);
      const bytes = high - low;
      share[x + cell]! += bytes / bytesPerCell;
      if (bytes > largest[cell]!) {
        largest[cell] = bytes;
        rows[x + cell] = row;
      }
    }
  }
}

/** The cell that shows the address, or undefined when it is outside the strip. */
export function cellOfAddress({ stretches }: Strip, address: number): number | undefined {
  const one = stretches.find(({ start, end }) => address >= start && address < end);
  if (one === undefined) return undefined;
  const share = (address - one.start) / (one.end - one.start);
  return one.x + Math.min(one.width - 1, Math.floor(share * one.width));
}

/** The addresses that a cell shows; undefined past the end of the strip. */
export function addressesOfCell({ stretches }: Strip, cell: number): AddressWindow | undefined {
  const one = stretches.find(({ x, width }) => cell >= x && cell < x + width);
  if (one === undefined) return undefined;
  const bytesPerCell = (one.end - one.start) / one.width;
  const start = one.start + Math.floor((cell - one.x) * bytesPerCell);
  return {
    start,
    end: Math.max(start + 1, one.start + Math.floor((cell - one.x + 1) * bytesPerCell)),
  };
}
