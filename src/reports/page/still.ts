/** The address-time picture as static SVG: one path for each kind of memory. */

import type { Picture, ProcessPicture } from "../../analyses/picture/picture.ts";
import { heightOf } from "../../base/address-scale.ts";
import { ticks, timeText } from "../../base/ticks.ts";
import { formatAddress, formatBytes } from "../../base/units.ts";
import { html, Markup } from "../markup.ts";

const width = 1180;
const height = 460;
const left = 132;
const foot = 24;
const across = width - left;
const up = height - foot;
/** More would be invisible and slow to load, so only the largest are drawn. */
const mostRanges = 6000;
const mostArrows = 200;

/** Pixels with at most one decimal. */
function short(value: number): string {
  return String(Math.round(value * 10) / 10);
}

export function stillPicture(picture: Picture, process: ProcessPicture): Markup {
  const title = `Address space of ${process.program} over time`;
  const parts = [
    html`<title>${title}</title>`,
    ...foldParts(process),
    ...kindPaths(picture, process),
    ...arrowPaths(picture, process),
    ...axisParts(process),
  ];
  return html`<svg viewBox="0 0 ${width} ${height}" role="img">${parts}</svg>`;
}

/** Diagonal lines for memory without access. A separate SVG, because the legend uses it too. */
export const hatchPattern = html`<svg class="unseen" aria-hidden="true"><defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse"><path class="hatch" d="M-1 1L1 -1M0 6L6 0M5 7L7 5"/></pattern></defs></svg>`;

function xOf({ fromNanos, toNanos }: ProcessPicture, nanos: number): number {
  return left + (across * (nanos - fromNanos)) / Math.max(1, toNanos - fromNanos);
}

function yOf(heightShare: number): number {
  return up * (1 - heightShare);
}

function foldParts({ bands }: ProcessPicture): Markup[] {
  return bands
    .filter(({ isFold }) => isFold)
    .map(({ low, high }) => {
      const tall = short(yOf(low) - yOf(high));
      return html`<rect class="fold" x="${left}" y="${short(yOf(high))}" width="${across}" height="${tall}"/>`;
    });
}

/** Rows of the process; if there are too many, the largest. */
function shownRows({ ranges }: Picture, { ranges: [first, last] }: ProcessPicture): number[] {
  const rows = Array.from({ length: last - first }, (_, i) => first + i);
  if (rows.length <= mostRanges) return rows;
  const bytes = (row: number): number => ranges.end[row]! - ranges.start[row]!;
  return rows.sort((a, b) => bytes(b) - bytes(a)).slice(0, mostRanges);
}

function kindPaths(picture: Picture, process: ProcessPicture): Markup[] {
  const { ranges, kinds } = picture;
  const paths = kinds.map(() => [] as string[]);
  for (const row of shownRows(picture, process)) {
    const x = xOf(process, ranges.fromNanos[row]!);
    const wide = Math.max(0.4, xOf(process, ranges.toNanos[row]!) - x);
    const top = yOf(heightOf(process.bands, ranges.end[row]!));
    const tall = Math.max(0.4, yOf(heightOf(process.bands, ranges.start[row]!)) - top);
    // A gap of half a pixel separates neighbours of the same colour.
    const gap = tall > 3 ? 0.5 : 0;
    const down = short(tall - gap);
    paths[ranges.kind[row]!]!.push(
      `M${short(x)} ${short(top)}h${short(wide)}v${down}h-${short(wide)}z`,
    );
  }
  return paths.flatMap((path, i) =>
    path.length === 0 ? [] : [new Markup(`<path class="kind-${kinds[i]}" d="${path.join("")}"/>`)],
  );
}

function arrowPaths({ moves }: Picture, process: ProcessPicture): Markup[] {
  const [first, last] = process.moves;
  const rows = Array.from({ length: last - first }, (_, i) => first + i)
    .sort((a, b) => moves.newBytes[b]! - moves.newBytes[a]!)
    .slice(0, mostArrows);
  if (rows.length === 0) return [];
  const path = rows.map((row) => {
    const x = short(xOf(process, moves.atNanos[row]!));
    const from = heightOf(process.bands, moves.from[row]! + moves.oldBytes[row]! / 2);
    const to = heightOf(process.bands, moves.to[row]! + moves.newBytes[row]! / 2);
    const back = to > from ? 1 : -1;
    const tip = yOf(to);
    const head = `m-4 ${5 * back}l4 ${-5 * back}l4 ${5 * back}`;
    return `M${x} ${short(yOf(from))}V${short(tip)}${head}`;
  });
  const d = path.join("");
  return [new Markup(`<path class="halo" d="${d}"/><path class="arrow" d="${d}"/>`)];
}

function axisParts(process: ProcessPicture): Markup[] {
  const { bands, fromNanos, toNanos } = process;
  const parts: Markup[] = [];
  let free = up - 6;
  for (const { start, end, low, high, isFold } of bands) {
    const y = isFold ? (yOf(low) + yOf(high)) / 2 : yOf(low) - 8;
    if (y > free) continue;
    const text = isFold ? `⋯ ${formatBytes(end - start)} ⋯` : formatAddress(start);
    parts.push(html`<text x="${left - 8}" y="${short(y + 4)}" text-anchor="end">${text}</text>`);
    free = y - 12;
  }
  const times = ticks(fromNanos, toNanos, 9);
  const step = times.length > 1 ? times[1]! - times[0]! : toNanos - fromNanos;
  for (const nanos of times) {
    const x = xOf(process, nanos);
    parts.push(html`<path class="axis" d="M${short(x)} ${up}v5"/>`);
    if (x < left + 20 || x > width - 24) continue;
    const text = timeText(nanos, step);
    parts.push(html`<text x="${short(x)}" y="${up + 17}" text-anchor="middle">${text}</text>`);
  }
  return parts;
}
