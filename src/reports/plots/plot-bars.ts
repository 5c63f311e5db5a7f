/** Bar charts: horizontal bars with names, and vertical bars over a scale. */

import { formatCount } from "../../base/units.ts";
import { html, Markup } from "../markup.ts";
import { linearAxis } from "./axes.ts";
import { axesParts, caption, cutText, fieldOf, plot, plotWidth, short } from "./plot.ts";

export interface NamedBar {
  readonly name: string;
  readonly count: number;
}

const barHeight = 14;
const rowHeight = 40;

/** Names are above their bars, because names are long and screens may be narrow. */
export function namedBars(
  title: string,
  words: string,
  bars: readonly NamedBar[],
  role: "bar" | "bar-attention" = "bar",
): Markup {
  const most = Math.max(1, ...bars.map(({ count }) => count));
  const room = plotWidth - 70;
  const parts = bars.map(({ name, count }, i) => {
    const top = i * rowHeight;
    const wide = short((room * count) / most);
    return html`<text class="strong" x="0" y="${top + 13}">${cutText(name, 66)}<title>${name}</title></text>
<rect class="${role}" x="0" y="${top + 19}" width="${wide}" height="${barHeight}"/>
<text x="${short(Number(wide) + 7)}" y="${top + 30}">${formatCount(count)}</text>`;
  });
  return html`${plot(title, bars.length * rowHeight, parts)}${caption(words)}`;
}

export interface ScaleBar {
  /** The label at the bar's left edge. */
  readonly text: string;
  readonly count: number;
}

const height = 200;

/** Vertical bars, each from one mark of the scale to the next. */
export function standingBars(title: string, words: string, bars: readonly ScaleBar[]): Markup {
  const field = fieldOf(height);
  const most = Math.max(1, ...bars.map(({ count }) => count));
  const x = linearAxis([0, bars.length], [field.left, field.right], () => "");
  const y = linearAxis([0, most], [field.foot, field.top], formatCount, { count: 3 });
  const rects = bars.map(({ count }, i) => {
    const left = x.place(i) + 0.75;
    const top = y.place(count);
    return `M${short(left)} ${short(field.foot)}V${short(top)}H${short(x.place(i + 1) - 0.75)}V${short(field.foot)}z`;
  });
  const every = Math.max(1, Math.ceil(bars.length / 6));
  const ticks = bars.flatMap(({ text }, i) => (i % every === 0 ? [{ value: i, text }] : []));
  const parts = [
    ...axesParts(field, { ...x, ticks }, y),
    new Markup(`<path class="bar" d="${rects.join("")}"/>`),
  ];
  return html`${plot(title, height, parts)}${caption(words)}`;
}
