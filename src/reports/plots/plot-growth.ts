/** Plots of growths: outcomes over time, and the cost of a move by its size. */

import type { GrowthPoint, GrowthPoints } from "../../analyses/picture/growth-points.ts";
import type { GrowthOutcome } from "../../analyses/recorders/growth.ts";
import { formatBytes, formatCount, formatDuration } from "../../base/units.ts";
import { html, Markup as Made, type Markup, nothing } from "../markup.ts";
import { linearAxis, logAxis } from "./axes.ts";
import { axesParts, caption, fieldOf, plot, short } from "./plot.ts";

const height = 220;

/** Each outcome has its own shape besides its colour, so that it is distinct in greyscale. */
const shapes: Readonly<
  Partial<Record<GrowthOutcome, { readonly role: string; readonly path: string }>>
> = {
  inPlace: { role: "good", path: "m-3 0h6m-3 -3v6" },
  moved: { role: "attention", path: "m-4 0h8m-3 -3l3 3l-3 3" },
  relocated: { role: "accent", path: "m-4 -1.5h8m-8 3h8" },
  refused: { role: "bad", path: "m-3 -3l6 6m0 -6l-6 6" },
};

function marksOf(
  points: readonly GrowthPoint[],
  x: (point: GrowthPoint) => number,
  y: (point: GrowthPoint) => number,
): Markup[] {
  return Object.entries(shapes).flatMap(([outcome, shape]) => {
    const of = points.filter((point) => point.outcome === outcome);
    if (of.length === 0) return [];
    const d = of.map((point) => `M${short(x(point))} ${short(y(point))}${shape.path}`).join("");
    return [new Made(`<path class="mark mark-${shape.role}" d="${d}"/>`)];
  });
}

function thinnedText({ oneIn }: GrowthPoints): string {
  return oneIn === 1 ? "" : ` One in ${formatCount(oneIn)} is drawn.`;
}

/** Undefined if nothing asked for more. */
export function growthOverTime(points: GrowthPoints, durationNanos: number): Markup | undefined {
  const shown = points.points.filter(({ bytes }) => bytes > 0);
  if (shown.length === 0) return undefined;
  const field = fieldOf(height);
  const sizes = shown.map(({ bytes }) => bytes);
  const x = linearAxis([0, durationNanos], [field.left, field.right], timeOrZero);
  const y = logAxis(
    [Math.min(...sizes), Math.max(...sizes)],
    [field.foot - 6, field.top + 6],
    formatBytes,
    2,
  );
  const marks = marksOf(
    shown,
    ({ atNanos }) => x.place(atNanos),
    ({ bytes }) => y.place(bytes),
  );
  const picture = plot("Growths over time by how much more they asked for", height, [
    ...axesParts(field, x, y),
    ...marks,
  ]);
  const words = `How much more each growth asked for, over time: + in place, → moved, ⇒ relocated, × refused.${thinnedText(points)}`;
  return html`${picture}${caption(words)}`;
}

/** The fitted time of a move of `bytes`, in nanoseconds. */
export type Fit = (bytes: number) => number;

/** Undefined for fewer than three moves of known duration. */
export function moveCost(points: GrowthPoints, curve: Fit | undefined): Markup | undefined {
  const shown = points.points.filter(
    ({ outcome, newBytes, durationNanos }) =>
      outcome === "moved" && newBytes > 0 && durationNanos > 0,
  );
  if (shown.length < 3) return undefined;
  const field = fieldOf(height);
  const sizeOf = ({ newBytes, bytes }: GrowthPoint): number => Math.max(1, newBytes - bytes);
  const sizes = shown.map(sizeOf);
  const times = shown.map(({ durationNanos }) => durationNanos);
  const least = Math.min(...sizes);
  const most = Math.max(...sizes);
  const x = logAxis([least, most], [field.left + 8, field.right - 12], formatBytes, 2);
  const y = logAxis(
    [Math.min(...times), Math.max(...times)],
    [field.foot - 4, field.top + 4],
    formatDuration,
    10,
  );
  const marks = marksOf(
    shown,
    (point) => x.place(sizeOf(point)),
    ({ durationNanos }) => y.place(durationNanos),
  );
  const line = curve === undefined ? nothing : fitLine(curve, least, most, x.place, y.place);
  const picture = plot("What a move takes against the size of what moved", height, [
    ...axesParts(field, x, y),
    ...marks,
    line,
  ]);
  const words = `What each move took against the size that moved, both on scales of powers.${curve === undefined ? "" : " The broken line is the fit."}${thinnedText(points)}`;
  return html`${picture}${caption(words)}`;
}

/** On logarithmic scales the fitted line is a curve, so it is sampled. */
function fitLine(
  curve: Fit,
  least: number,
  most: number,
  x: (bytes: number) => number,
  y: (nanos: number) => number,
): Markup {
  const places = Array.from({ length: 65 }, (_, i) => {
    const bytes = least * (most / least) ** (i / 64);
    return `${short(x(bytes))} ${short(y(Math.max(1, curve(bytes))))}`;
  });
  return new Made(`<path class="fit" d="M${places.join("L")}"/>`);
}

function timeOrZero(nanos: number): string {
  return nanos === 0 ? "0" : formatDuration(nanos);
}
