/** Colour roles and signs, shared by all terminal output. */

import { formatDuration } from "./units.ts";

/** What a colour means. `attention` is for moves, `accent` for what the program chose itself. */
export type Role = "good" | "attention" | "accent" | "bad" | "quiet" | "strong";

/** The outcome of a call that resizes, or the fate of a mapping. */
export type Sign =
  | "inPlace"
  | "moved"
  | "relocated"
  | "refused"
  | "shrunk"
  | "unchanged"
  | "duplicated"
  | "born"
  | "gone";

/** From Okabe and Ito's set, which the colour-blind can distinguish, in the 256-colour palette. */
export const roleColours: Readonly<Record<Role, string>> = {
  good: "38;5;36",
  attention: "38;5;214",
  accent: "38;5;74",
  bad: "38;5;166",
  quiet: "2",
  strong: "1",
};

export const signLooks: Readonly<Record<Sign, { unicode: string; ascii: string; role: Role }>> = {
  inPlace: { unicode: "+", ascii: "+", role: "good" },
  moved: { unicode: "→", ascii: ">", role: "attention" },
  relocated: { unicode: "⇒", ascii: "=", role: "accent" },
  refused: { unicode: "×", ascii: "x", role: "bad" },
  shrunk: { unicode: "−", ascii: "-", role: "quiet" },
  unchanged: { unicode: "·", ascii: "_", role: "quiet" },
  duplicated: { unicode: "●", ascii: "o", role: "quiet" },
  born: { unicode: "●", ascii: "o", role: "quiet" },
  gone: { unicode: "○", ascii: ".", role: "quiet" },
};

export interface StyleOptions {
  readonly colour: boolean;
  readonly unicode: boolean;
  /** Columns of the terminal; undefined where nothing has to fit. */
  readonly width?: number;
}

export interface Style {
  readonly colour: boolean;
  readonly unicode: boolean;
  readonly width: number | undefined;
  paint(role: Role, text: string): string;
  sign(sign: Sign): string;
  /** The unicode text, or the ASCII one where the locale cannot show it. */
  pick(unicode: string, ascii: string): string;
  duration(nanos: number): string;
}

export function createStyle(options: StyleOptions): Style {
  const paint = (role: Role, text: string): string =>
    options.colour && text !== "" ? `\u001b[${roleColours[role]}m${text}\u001b[0m` : text;
  return {
    colour: options.colour,
    unicode: options.unicode,
    width: options.width,
    paint,
    sign(sign) {
      const { unicode, ascii, role } = signLooks[sign];
      return paint(role, options.unicode ? unicode : ascii);
    },
    pick: (unicode, ascii) => (options.unicode ? unicode : ascii),
    duration: (nanos) => formatDuration(nanos, options.unicode ? "µs" : "us"),
  };
}

/** No colour, full character set: what tests and files get. */
export const plainStyle: Style = createStyle({ colour: false, unicode: true });
