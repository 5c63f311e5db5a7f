/** Plots values over time as steps: mapped bytes, regions. */

import { formatDuration } from "../../base/units.ts";
import { html, Markup } from "../markup.ts";
import { linearAxis } from "./axes.ts";
import { axesParts, caption, fieldOf, plot, short } from "./plot.ts";

export interface SeriesPoint {
  readonly atNanos: number;
  readonly value: number;
}

const height = 170;

export function series(
  title: string,
  words: string,
  points: readonly SeriesPoint[],
  span: readonly [fromNanos: number, toNanos: number],
  format: (value: number) => string,
  step?: (rough: number) => number,
): Markup {
  const field = fieldOf(height);
  const most = Math.max(1, ...points.map(({ value }) => value));
  const x = linearAxis(span, [field.left, field.right], (nanos) =>
    nanos === 0 ? "0" : formatDuration(nanos),
  );
  const y = linearAxis([0, most], [field.foot, field.top], format, {
    count: 3,
    ...(step === undefined ? {} : { step }),
  });
  const steps = points.map(({ atNanos, value }, i) => {
    const at = short(x.place(atNanos));
    return i === 0 ? `M${at} ${short(y.place(value))}` : `H${at}V${short(y.place(value))}`;
  });
  const first = points[0];
  const line = `${steps.join("")}H${short(x.place(span[1]))}`;
  const area = first === undefined ? "" : `${line}V${field.foot}H${short(x.place(first.atNanos))}z`;
  const parts = [
    new Markup(`<path class="area" d="${area}"/>`),
    ...axesParts(field, x, y),
    new Markup(`<path class="line" d="${line}"/>`),
  ];
  return html`${plot(title, height, parts)}${caption(words)}`;
}
