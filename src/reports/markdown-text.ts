/** Escapes text for GitHub's Markdown, so that it is shown literally. */

import { printable } from "../base/printable.ts";

/** As code, for names, paths and commands. The fence is longer than any run of backticks inside. */
export function mdCode(text: string): string {
  const shown = printable(text);
  if (shown === "") return "";
  const longest = Math.max(0, ...(shown.match(/`+/g) ?? []).map(({ length }) => length));
  const fence = "`".repeat(longest + 1);
  // Markdown strips this space; needed if the text begins or ends with a backtick or a space.
  const pad = /^[` ]|[` ]$/.test(shown) ? " " : "";
  return `${fence}${pad}${shown}${pad}${fence}`;
}

/** As running text: it cannot become emphasis, a link, HTML, or mention a user or an issue. */
export function mdText(text: string): string {
  return printable(text)
    .replace(/[\\`*_[\]<>|~&$]/g, "\\$&")
    .replace(/^[#+-]/, "\\$&")
    .replace(/^(\d+)([.)])(?=\s)/, "$1\\$2")
    .replace(/([@#])(?=\w)/g, "$1<!-- -->")
    .replace(/:(?=\/\/)/g, "\\:")
    .replace(/\bwww\./gi, (www) => `${www.slice(0, 3)}\\.`);
}

/** A table; cells must be Markdown already. Numbers are right-aligned. */
export function mdTable(
  columns: readonly { readonly name: string; readonly isNumber?: boolean }[],
  rows: readonly (readonly string[])[],
): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.map(pipeless).join(" | ")} |`;
  return [
    line(columns.map(({ name }) => name)),
    `|${columns.map(({ isNumber }) => (isNumber === true ? "---:" : "---")).join("|")}|`,
    ...rows.map(line),
  ];
}

/** A pipe ends a cell even within code, unless escaped by a backslash. */
function pipeless(cell: string): string {
  return cell.replace(/(\\*)\|/g, (found, slashes: string) =>
    slashes.length % 2 === 1 ? found : `${slashes}\\|`,
  );
}
