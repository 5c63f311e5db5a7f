/** The help, and screens of plain text. */
import { printable } from "../../base/printable.ts";
import { Canvas } from "./canvas.ts";
import { drawList, type Entry, type Piece } from "./list.ts";
import type { Palette } from "./palette.ts";

export function drawText(
  lines: readonly string[],
  chosen: number,
  width: number,
  height: number,
  palette: Palette,
): string[] {
  const entries = lines.map((text, i): Entry => {
    const look = i === 0 ? palette.role("strong") : "";
    return { rows: [[[printable(text), look]]], isChosen: i === chosen };
  });
  return drawList(entries, width, height, palette);
}

/** A key of the help; without `shown`, the entry before it speaks for it too. */
export interface HelpEntry {
  readonly group: "move" | "list" | "map" | "look" | "other";
  readonly shown: string;
  readonly help: string;
}

const groupTitles: readonly (readonly [HelpEntry["group"], string])[] = [
  ["move", "through the history"],
  ["list", "events"],
  ["map", "address map"],
  ["look", "screens"],
];

const shownInAscii: Readonly<Record<string, string>> = {
  "→ l": "l",
  "← h": "h",
  "⇧→ L": "L",
  "⇧← H": "H",
  "↓ j": "j",
  "↑ k": "k",
  "⏎": "enter",
};

/** In as many columns as fit. */
export function drawHelp(
  entries: readonly HelpEntry[],
  signs: readonly (readonly [text: string, look: string, meaning: string])[],
  scroll: number,
  width: number,
  height: number,
  palette: Palette,
): string[] {
  const quiet = palette.role("quiet");
  const groups = groupTitles.map(([group, title]): Piece[][] => [
    [[title, palette.role("accent")]],
    ...entries
      .filter((one) => one.group === group && one.shown !== "")
      .map(({ shown, help }): Piece[] => {
        const keys = palette.unicode ? shown : (shownInAscii[shown] ?? shown);
        return [
          [keys.padEnd(10), palette.role("strong")],
          [help, ""],
        ];
      }),
    [],
  ]);
  groups.push([
    [["signs and colours", palette.role("accent")]],
    ...signs.map(([text, look, meaning]): Piece[] => [
      [text.padEnd(10), look],
      [meaning, quiet],
    ]),
  ]);
  const columns = width >= 150 ? 3 : width >= 96 ? 2 : 1;
  const rows = inColumns(groups, columns);
  const canvas = new Canvas(width, height);
  const cells = Math.floor((width - 2) / columns);
  const top = Math.min(scroll, Math.max(0, Math.max(...rows.map(({ length }) => length)) - height));
  for (const [column, own] of rows.entries()) {
    for (const [y, pieces] of own.slice(top, top + height).entries()) {
      let x = 2 + column * cells;
      const end = x + cells - 2;
      for (const [text, look] of pieces) x = canvas.put(x, y, text, look, end);
    }
  }
  return canvas.lines();
}

/** Whole groups, each in the column that is the shortest so far. */
function inColumns(groups: readonly Piece[][][], columns: number): Piece[][][] {
  const rows: Piece[][][] = Array.from({ length: columns }, () => []);
  for (const group of groups) {
    const shortest = rows.reduce((best, one) => (one.length < best.length ? one : best));
    shortest.push(...group);
  }
  return rows;
}
