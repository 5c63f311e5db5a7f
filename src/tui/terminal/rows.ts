/** Puts lines that belong to different places of the screen together as its rows. */

/** Lines whose first characters belong at column x, from row y on; both from 0. */
export interface PlacedLines {
  readonly x: number;
  readonly y: number;
  readonly lines: readonly string[];
}

/**
 * Lines that do not begin a row go to their column by CHA. So nothing needs padding, and they stand
 * right even where a terminal takes a character before them to be wider than we do.
 */
export function rowsOf(placed: readonly PlacedLines[], rowCount: number): string[] {
  const rows = new Array<string>(rowCount).fill("");
  for (const { x, y, lines } of [...placed].sort((a, b) => a.x - b.x)) {
    for (const [i, line] of lines.entries()) {
      if (y + i >= rowCount || line === "") continue;
      rows[y + i] += x === 0 ? line : `\u001b[${x + 1}G${line}`;
    }
  }
  return rows;
}
