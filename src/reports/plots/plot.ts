/** The frame shared by all small plots: size, axes, caption. */

import { html, Markup } from "../markup.ts";
import type { Axis } from "./axes.ts";

export const plotWidth = 500;

/** The area in which values are drawn, in the plot's pixels. */
export interface Field {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly foot: number;
}

export function fieldOf(height: number, left = 68): Field {
  return { left, right: plotWidth - 10, top: 10, foot: height - 26 };
}

/** `title` describes the plot to screen readers. */
export function plot(title: string, height: number, parts: readonly Markup[]): Markup {
  return html`<svg class="plot" viewBox="0 0 ${plotWidth} ${height}" role="img" aria-label="${title}"><title>${title}</title>${parts}</svg>`;
}

export function caption(text: string): Markup {
  return html`<figcaption>${text}</figcaption>`;
}

/** Pixels with at most one decimal. */
export function short(value: number): string {
  return String(Math.round(value * 10) / 10);
}

export function axesParts(field: Field, x: Axis, y: Axis): Markup[] {
  const lines = y.ticks.map(
    ({ value }) => `M${field.left} ${short(y.place(value))}H${field.right}`,
  );
  const marks = x.ticks.map(({ value }) => `M${short(x.place(value))} ${field.foot}v4`);
  const down = y.ticks.map(({ value, text }) => {
    const at = short(y.place(value) + 4);
    return html`<text x="${field.left - 8}" y="${at}" text-anchor="end">${text}</text>`;
  });
  return [
    new Markup(`<path class="axis" d="${lines.join("")}${marks.join("")}"/>`),
    ...down,
    ...x.ticks.map(({ value, text }) => timeMark(field, x.place(value), text)),
  ];
}

/** The label of a tick below the axis; kept inside at the right end. */
function timeMark(field: Field, at: number, text: string): Markup {
  const anchor = at > field.right - 24 ? "end" : "middle";
  return html`<text x="${short(at)}" y="${field.foot + 18}" text-anchor="${anchor}">${text}</text>`;
}

/** Cuts text that must fit at its end; callers put the whole in a title. */
export function cutText(text: string, most: number): string {
  const characters = [...text];
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join("")}…`;
}
