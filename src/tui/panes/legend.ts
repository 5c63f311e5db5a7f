/** What signs and colours mean, for the help. */
import { kindLooks, memoryKinds } from "../../base/kinds.ts";
import type { Sign } from "../../base/style.ts";
import type { Palette } from "../draw/palette.ts";

const signMeanings: readonly (readonly [Sign, string])[] = [
  ["inPlace", "grew in place"],
  ["moved", "moved by the kernel"],
  ["relocated", "moved by the program"],
  ["refused", "refused or failed"],
  ["shrunk", "shrank"],
  ["born", "mapped"],
  ["gone", "unmapped"],
];

/** Each sign or swatch of colour, the look that it has, and its meaning. */
export function legendOf(
  palette: Palette,
): (readonly [text: string, look: string, meaning: string])[] {
  const signs = signMeanings.map(([sign, meaning]) => {
    const { text, look } = palette.sign(sign);
    return [text, look, meaning] as const;
  });
  const kinds = memoryKinds.map((kind) => {
    const letter = palette.cell(kind, true).character;
    const swatch = palette.depth === "none" ? letter : palette.pick("■", "#");
    return [swatch, palette.foreground(kind), kindLooks[kind].word] as const;
  });
  return [...signs, ...kinds];
}
