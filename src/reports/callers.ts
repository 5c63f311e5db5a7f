/** `maptrail stats --by` as text: the callers that asked for memory, and what it cost. */

import { alignColumns, cutLine } from "../base/columns.ts";
import { printable } from "../base/printable.ts";
import type { Style } from "../base/style.ts";
import { formatBytes, formatCount } from "../base/units.ts";

/** Calls of one function, file, module or stack. */
export interface CallerGroup {
  readonly name: string;
  readonly calls: number;
  /** Bytes by which growths succeeded: in place, moved or relocated. */
  readonly grownBytes: number;
  /** Growths that the kernel moved. */
  readonly moves: number;
  readonly nanos: number;
}

const right = { align: "right" } as const;
const mostGroups = 40;

/** Lines without a closing newline. The last one counts the groups that are not shown. */
export function callersText(groups: readonly CallerGroup[], by: string, style: Style): string {
  if (groups.length === 0) return "no calls";
  const header = ["calls", "grown", "moves", "time", by].map((name) => style.paint("quiet", name));
  const shown = groups.slice(0, mostGroups);
  const rows = shown.map(({ name, calls, grownBytes, moves, nanos }) => [
    formatCount(calls),
    grownBytes === 0 ? "" : formatBytes(grownBytes),
    moves === 0 ? "" : style.paint("attention", formatCount(moves)),
    style.duration(nanos),
    printable(name),
  ]);
  const lines = alignColumns([header, ...rows], [right, right, right, right, {}]);
  const hidden = groups.length - shown.length;
  if (hidden > 0) lines.push(style.paint("quiet", `${formatCount(hidden)} more in --json`));
  const { width } = style;
  return lines
    .map((line) => (width === undefined ? line : cutLine(line, width, style.pick("…", "..."))))
    .join("\n");
}
