/** The page's colours, read from the style sheet in force: light or dark. */

import type { PageFacts } from "../facts.ts";
import type { Palette } from "./paint.ts";

export interface Inks {
  readonly palette: Palette;
  /** For lines and text on the canvas. */
  readonly ink: string;
  readonly quiet: string;
  readonly ground: string;
  readonly font: string;
}

/** `#rrggbb` as ImageData stores it on little-endian machines, mixed with a share of `other`. */
function packed(colour: string, other = colour, share = 0): number {
  const mix = (at: number): number => {
    const [a, b] = [colour, other].map((text) => Number.parseInt(text.slice(at, at + 2), 16));
    return Math.round(a! * (1 - share) + b! * share);
  };
  return (0xff00_0000 | (mix(5) << 16) | (mix(3) << 8) | mix(1)) >>> 0;
}

export function readInks(facts: PageFacts): Inks {
  const style = getComputedStyle(document.documentElement);
  const value = (name: string): string => style.getPropertyValue(name).trim();
  const ground = value("--ground");
  const colours = facts.kinds.map(({ name }) => value(`--kind-${name}`));
  return {
    palette: {
      kinds: colours.map((colour) => packed(colour)),
      edges: colours.map((colour) => packed(colour, ground, 0.45)),
      isHollow: facts.kinds.map(({ isHollow }) => isHollow),
      ground: packed(ground),
      fold: packed(value("--fold")),
    },
    ink: value("--ink"),
    quiet: value("--quiet"),
    ground,
    font: value("--mono"),
  };
}
