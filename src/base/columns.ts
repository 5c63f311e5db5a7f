/** Text that is padded, cut, wrapped and aligned by the columns that it takes on a terminal. */
import { charactersOf, displayWidth } from "./display-width.ts";

export interface Column {
  readonly align?: "left" | "right";
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: colour codes begin with the escape character
const colourCodes = /(\u001b\[[0-9;]*m)/;

export function padStart(text: string, width: number): string {
  return " ".repeat(Math.max(0, width - displayWidth(text))) + text;
}

export function padEnd(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - displayWidth(text)));
}

/** The text cut to `width` columns with `ellipsis` at its end; colour codes stay whole. */
export function cutLine(text: string, width: number, ellipsis = "…"): string {
  if (displayWidth(text) <= width) return text;
  const reset = text.includes("\u001b") ? "\u001b[0m" : "";
  return firstColumns(text, Math.max(0, width - ellipsis.length)) + ellipsis + reset;
}

/** As much of the text as fits, and the colour codes before what does not. */
function firstColumns(text: string, width: number): string {
  let kept = "";
  let left = width;
  for (const piece of text.split(colourCodes)) {
    const isCode = piece.startsWith("\u001b");
    for (const character of isCode ? [piece] : charactersOf(piece)) {
      left -= displayWidth(character);
      if (left < 0) return kept;
      kept += character;
    }
  }
  return kept;
}

/** Shortens a path from the left to `width` columns, but never its last name. */
export function shortenPath(path: string, width: number, ellipsis = "…"): string {
  if (displayWidth(path) <= width) return path;
  const slashes = [...path.matchAll(/\//g)].map(({ index }) => index);
  const last = slashes.at(-1);
  if (last === undefined) return path;
  const room = width - ellipsis.length;
  const from = slashes.find((slash) => displayWidth(path.slice(slash)) <= room) ?? last;
  return ellipsis + path.slice(from);
}

/** Lines of the table, columns two blanks apart, no blank at a line's end. */
export function alignColumns(
  rows: readonly (readonly string[])[],
  columns: readonly Column[],
  gap = "  ",
): string[] {
  const widths = columns.map((_, i) =>
    rows.reduce((widest, row) => Math.max(widest, displayWidth(row[i] ?? "")), 0),
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
    if (line !== "" && displayWidth(line) + 1 + displayWidth(word) > widthColumns) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
