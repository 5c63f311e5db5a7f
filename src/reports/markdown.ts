/** Text from elsewhere, made safe for Markdown, and tables in it. */

import { printable } from "../base/printable.ts";

/** No character of the text can begin markup, a link, HTML or a table's cell. */
export function markdownText(text: string): string {
  return printable(text)
    .replace(/[\\`*_{}[\]()#+!|~@-]/g, (character) => `\\${character}`)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
}

/** As code, with a fence that is longer than any run of backquotes in it; safe in a table's cell. */
export function markdownCode(text: string): string {
  const shown = printable(text).replaceAll("|", "\\|");
  const longest = Math.max(0, ...[...shown.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  const pad = longest > 0 || shown.startsWith(" ") || shown === "" ? " " : "";
  return `${fence}${pad}${shown}${pad}${fence}`;
}

/** Cells are Markdown already. `align` has a letter for each column: l or r. */
export function markdownTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  align: string,
): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const rule = [...align].map((letter) => (letter === "r" ? "---:" : "---"));
  return [line(header), line(rule), ...rows.map(line)];
}
