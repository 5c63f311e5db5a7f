/** Colours and signs for what a terminal can show: truecolor, 256, 16, or none at all. */
import { kindLooks, type MemoryKind, memoryKinds } from "../../base/kinds.ts";
import { type Role, roleColours, type Sign, signLooks } from "../../base/style.ts";
import { type Environment, showsUnicode, wantsColour } from "../../base/terminal.ts";
import type { Look } from "./canvas.ts";

export type ColourDepth = "none" | "16" | "256" | "true";

/** How a cell of a kind of memory is drawn. */
export interface CellLook {
  readonly character: string;
  readonly look: Look;
  /** For a cell that is mapped only in part. */
  readonly partLook: Look;
  /** For the line between a mapping and the one that it follows without a gap. */
  readonly seamLook: Look;
}

export interface Palette {
  readonly depth: ColourDepth;
  readonly unicode: boolean;
  role(role: Role): Look;
  sign(sign: Sign): { readonly text: string; readonly look: Look };
  /** `bright` for what the event under the cursor changed; the rest is darker. */
  cell(kind: MemoryKind, bright: boolean): CellLook;
  /** The kind's own colour as that of text. */
  foreground(kind: MemoryKind): Look;
  pick(unicode: string, ascii: string): string;
}

/** NO_COLOR beats all; COLORTERM announces truecolor, TERM 256 colours. */
export function colourDepth(env: Environment): ColourDepth {
  if (!wantsColour({ isTTY: true }, env)) return "none";
  if (/truecolor|24bit/i.test(env["COLORTERM"] ?? "")) return "true";
  return /256color|direct|kitty|alacritty/.test(env["TERM"] ?? "") ? "256" : "16";
}

export function paletteFor(env: Environment): Palette {
  return createPalette(colourDepth(env), showsUnicode(env));
}

const roles16: Readonly<Record<Role, Look>> = {
  good: "32",
  attention: "33",
  accent: "36",
  bad: "31",
  quiet: "2",
  strong: "1",
};

/** Background numbers of the 16 colours. */
const kinds16: Readonly<Record<MemoryKind, number>> = {
  heap: 43,
  anonymous: 44,
  reserved: 100,
  file: 46,
  libraryText: 45,
  stack: 42,
  shared: 103,
  kernel: 41,
  tool: 100,
};

/** One letter for each kind, where there is no colour. */
const kindLetters: Readonly<Record<MemoryKind, string>> = {
  heap: "H",
  anonymous: "a",
  reserved: "-",
  file: "f",
  libraryText: "L",
  stack: "S",
  shared: "s",
  kernel: "k",
  tool: "t",
};

export function createPalette(depth: ColourDepth, unicode: boolean): Palette {
  const role = (name: Role): Look => {
    if (depth === "none") return "";
    return depth === "16" ? roles16[name] : roleColours[name];
  };
  const calm = cellsOf(false, depth, unicode);
  const changed = cellsOf(true, depth, unicode);
  return {
    depth,
    unicode,
    role,
    sign: (sign) => {
      const look = signLooks[sign];
      return { text: unicode ? look.unicode : look.ascii, look: role(look.role) };
    },
    cell: (kind, bright) => (bright ? changed : calm)[kind],
    foreground: (kind) => foregroundOf(kind, depth),
    pick: (text, ascii) => (unicode ? text : ascii),
  };
}

/** Made once: the map asks for each of its cells. */
function cellsOf(bright: boolean, depth: ColourDepth, unicode: boolean) {
  const cells = memoryKinds.map((kind) => [kind, cellOf(kind, bright, depth, unicode)]);
  return Object.fromEntries(cells) as Record<MemoryKind, CellLook>;
}

function cellOf(kind: MemoryKind, bright: boolean, depth: ColourDepth, unicode: boolean): CellLook {
  if (depth === "none") {
    return { character: kindLetters[kind], look: "", partLook: "", seamLook: "" };
  }
  const partLook = foregroundOf(kind, depth, bright);
  if (kindLooks[kind].isHollow === true) {
    return { character: unicode ? "░" : "-", look: partLook, partLook, seamLook: partLook };
  }
  const look = backgroundOf(kind, bright, depth);
  return { character: " ", look, partLook, seamLook: look.replace(/^38;5;\d+/, "38;5;16") };
}

function foregroundOf(kind: MemoryKind, depth: ColourDepth, bright = true): Look {
  switch (depth) {
    case "none":
      return "";
    case "16":
      return String(kinds16[kind] - 10);
    case "256":
      return `38;5;${bright ? kindLooks[kind].terminalColour : nearest256(toneOf(kind, bright))}`;
    default:
      return `38;2;${toneOf(kind, bright).join(";")}`;
  }
}

/** A background, and a text colour that can be read on it. */
function backgroundOf(kind: MemoryKind, bright: boolean, depth: ColourDepth): Look {
  if (depth === "16") return `30;${kinds16[kind]}`;
  const tone = toneOf(kind, bright);
  const [red, green, blue] = tone;
  const isLight = 0.299 * red + 0.587 * green + 0.114 * blue > 110;
  const text = isLight ? "38;5;16" : "38;5;255";
  if (depth === "true") return `${text};48;2;${tone.join(";")}`;
  const number = bright ? kindLooks[kind].terminalColour : nearest256(tone);
  return `${text};48;5;${number}`;
}

type Tone = readonly [red: number, green: number, blue: number];

/** The kind's colour, darkened unless `bright`. */
function toneOf(kind: MemoryKind, bright: boolean): Tone {
  const value = Number.parseInt(kindLooks[kind].colour.slice(1), 16);
  const share = bright ? 1 : 0.62;
  const part = (shift: number): number =>
    Math.round(((value >> shift) & 255) * share + 14 * (1 - share));
  return [part(16), part(8), part(0)];
}

/** The nearest of the 6x6x6 colours and the greys of xterm's palette. */
function nearest256([red, green, blue]: Tone): number {
  const steps = [0, 95, 135, 175, 215, 255];
  const nearest = (value: number): number =>
    steps.reduce(
      (best, step, i) => (Math.abs(step - value) < Math.abs(steps[best]! - value) ? i : best),
      0,
    );
  if (Math.max(red, green, blue) - Math.min(red, green, blue) < 12) {
    return 232 + Math.min(23, Math.max(0, Math.round((red - 8) / 10)));
  }
  return 16 + 36 * nearest(red) + 6 * nearest(green) + nearest(blue);
}
