/** Text in aligned columns. Colour codes have no width. */

export interface Column {
  readonly align?: "left" | "right";
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: colour codes begin with the escape character
const colourCode = /\u001b\[[0-9;]*m/g;

/** A colour code, or one character. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above
const pieces = /\u001b\[[0-9;]*m|./gsu;

/** Columns that the text takes on the screen. */
export function visibleWidth(text: string): number {
  const bare = text.includes("\u001b") ? text.replace(colourCode, "") : text;
  let width = 0;
  for (const _ of bare) width += 1;
  return width;
}

export function padStart(text: string, width: number): string {
  return " ".repeat(Math.max(0, width - visibleWidth(text))) + text;
}

export function padEnd(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - visibleWidth(text)));
}

/** The text cut to `width` columns, with `ellipsis` at its end; colour codes are never split. */
export function cutLine(text: string, width: number, ellipsis = "…"): string {
  if (visibleWidth(text) <= width) return text;
  const room = Math.max(0, width - ellipsis.length);
  let shown = 0;
  let end = 0;
  for (const [piece] of text.matchAll(pieces)) {
    if (!piece.startsWith("\u001b")) shown += 1;
    if (shown > room) break;
    end += piece.length;
  }
  const reset = text.includes("\u001b") ? "\u001b[0m" : "";
  return text.slice(0, end) + ellipsis + reset;
}

/** Lines of the table, columns two blanks apart, no blank at a line's end. */
export function alignColumns(
  rows: readonly (readonly string[])[],
  columns: readonly Column[],
  gap = "  ",
): string[] {
  const widths = columns.map((_, i) =>
    rows.reduce((widest, row) => Math.max(widest, visibleWidth(row[i] ?? "")), 0),
  );
  return rows.map((row) =>
    columns
      .map(({ align }, i) => (align === "right" ? padStart : padEnd)(row[i] ?? "", widths[i] ?? 0))
      .join(gap)
      .trimEnd(),
  );
}

/** Wraps at blanks; a word longer than the width gets a line of its own. */
export function wrap(text: string, widthColumns: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && visibleWidth(line) + 1 + visibleWidth(word) > widthColumns) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
