/** The measured cost of a move by size: a table, a text plot, and the fitted exponents. */

import { alignColumns, padStart, wrap } from "../base/columns.ts";
import type { Style } from "../base/style.ts";
import { formatBytes } from "../base/units.ts";
import type { CurvePoint, MoveCurve, Series } from "../lab/curve.ts";

interface Line {
  readonly series: Series;
  /** Stands for the line in the plot. */
  readonly letter: string;
  readonly name: string;
}

/** Later ones are drawn over earlier ones. */
const lines: readonly Line[] = [
  {
    series: "copyNanos",
    letter: "c",
    name: "memcpy of as much, between pages that are there already",
  },
  { series: "alignedMoveNanos", letter: "a", name: "moved by whole GiB: page tables change hands" },
  { series: "moveNanos", letter: "m", name: "moved by a page: entry by entry" },
];

const rowsPerDecade = 2;
const columnsPerPoint = 6;
const indent = "  ";
const widthColumns = 80;

/** Lines for the text of the lab. Table and plot are logarithmic: sizes go up by powers of 4. */
export function curveText(curve: MoveCurve, style: Style): string[] {
  const text = [...tableLines(curve.points, style), "", ...plotLines(curve.points, style), ""];
  text.push(
    ...lines.map(({ letter, name }) => `${indent}${letter}  ${name}`),
    `${indent}Medians; an mremap that changes nothing takes ${style.duration(curve.floorNanos)} here.`,
    ...exponentLines(curve),
  );
  if (curve.stopped !== undefined) {
    const { lengthBytes, reason } = curve.stopped;
    const end = `The curve ends before ${formatBytes(lengthBytes)}: ${reason}.`;
    text.push(...wrap(end, widthColumns - indent.length).map((line) => indent + line));
  }
  return text;
}

function exponentLines({ exponents }: MoveCurve): string[] {
  if (exponents === undefined) return [];
  const powers = lines.map(({ letter, series }) => `${letter} ${exponents[series].toFixed(1)}`);
  return [
    `${indent}From 1 MiB on, time goes with this power of the size: ${powers.join(", ")}`,
    `${indent}(1 is in proportion, 0 is the same whatever the size).`,
  ];
}

function tableLines(points: readonly CurvePoint[], style: Style): string[] {
  const header = ["size", "moved by a page", "by whole GiB", "memcpy", "move / memcpy"];
  const rows = points.map((point) => [
    formatBytes(point.lengthBytes),
    style.duration(point.moveNanos),
    style.duration(point.alignedMoveNanos),
    style.duration(point.copyNanos),
    shareOf(point.moveNanos, point.copyNanos),
  ]);
  const right = { align: "right" } as const;
  const quiet = header.map((name) => style.paint("quiet", name));
  return alignColumns([quiet, ...rows], [right, right, right, right, right]).map(
    (line) => indent + line,
  );
}

/** The time of a move by a page in percent of that of a copy. */
function shareOf(moveNanos: number, copyNanos: number): string {
  const percent = (100 * moveNanos) / copyNanos;
  return `${percent >= 9.95 ? Math.round(percent) : Number(percent.toFixed(1))} %`;
}

function plotLines(points: readonly CurvePoint[], style: Style): string[] {
  const values = points.flatMap((point) => lines.map(({ series }) => point[series]));
  const lowest = Math.floor(Math.log10(Math.min(...values)));
  const highest = Math.max(lowest + 1, Math.ceil(Math.log10(Math.max(...values))));
  const rowCount = (highest - lowest) * rowsPerDecade + 1;
  const canvas = Array.from({ length: rowCount }, () =>
    Array.from({ length: points.length * columnsPerPoint }, () => " "),
  );
  for (const { series, letter } of lines) {
    points.forEach((point, i) => {
      const row = Math.round((Math.log10(point[series]) - lowest) * rowsPerDecade);
      const cells = canvas[rowCount - 1 - row];
      if (cells !== undefined) cells[i * columnsPerPoint + columnsPerPoint / 2] = letter;
    });
  }
  return [...canvas.map((cells, i) => plotRow(cells, i, rowCount, lowest, style)), ...axis(points)];
}

const labelWidth = 8;

function plotRow(
  cells: readonly string[],
  index: number,
  rowCount: number,
  lowest: number,
  style: Style,
): string {
  const fromBottom = rowCount - 1 - index;
  const isDecade = fromBottom % rowsPerDecade === 0;
  const label = isDecade ? style.duration(10 ** (lowest + fromBottom / rowsPerDecade)) : "";
  const edge = style.pick(isDecade ? "┤" : "│", "|");
  return `${indent}${padStart(label, labelWidth)} ${edge}${cells.join("")}`.trimEnd();
}

function axis(points: readonly CurvePoint[]): string[] {
  // "4 KiB" is too wide for its column, "4K" is not.
  const names = points.map(({ lengthBytes }) => formatBytes(lengthBytes).replace(/ (.)iB$/, "$1"));
  const cells = names.map((name) =>
    padStart(name, columnsPerPoint / 2 + 1).padEnd(columnsPerPoint),
  );
  return [`${indent}${" ".repeat(labelWidth + 2)}${cells.join("")}`.trimEnd()];
}
