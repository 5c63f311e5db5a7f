/** A list with one of its entries chosen: findings, processes, lines of an answer. */
import { Canvas } from "./canvas.ts";
import type { Palette } from "./palette.ts";

/** An entry may take several rows. */
export interface Entry {
  readonly rows: readonly (readonly Piece[])[];
  readonly isChosen: boolean;
}

export type Piece = readonly [text: string, look: string];

/** Scrolled so that the chosen entry is on the screen. */
export function drawList(
  entries: readonly Entry[],
  width: number,
  height: number,
  palette: Palette,
): string[] {
  const canvas = new Canvas(width, height);
  const rows = entries.flatMap(({ rows: own, isChosen }) =>
    own.map((pieces, i) => ({ pieces, mark: isChosen && i === 0, isChosen })),
  );
  const first = rows.findIndex(({ isChosen }) => isChosen);
  const last = rows.findLastIndex(({ isChosen }) => isChosen);
  const most = Math.max(0, rows.length - height);
  const wanted = Math.min(first, Math.max(last - height + 2, first - Math.floor(height / 3)));
  const top = Math.min(most, Math.max(0, wanted));
  for (const [y, { pieces, mark }] of rows.slice(top, top + height).entries()) {
    if (mark) canvas.put(0, y, palette.pick("▶", ">"), palette.role("attention"));
    let x = 2;
    for (const [text, look] of pieces) x = canvas.put(x, y, text, look);
  }
  return canvas.lines();
}
