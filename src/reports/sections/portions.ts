/** A table of what a space was made of, for the sections that show one. */
import type { NamedPortion } from "../../analyses/largest.ts";
import type { Style } from "../../base/style.ts";
import { formatBytes, formatCount } from "../../base/units.ts";
import { table } from "./section.ts";

export function portionsTable(what: string, rows: readonly NamedPortion[], style: Style): string[] {
  const cells = rows.map((row) => [row.name, formatBytes(row.bytes), formatCount(row.regions)]);
  return table([what, "bytes", "regions"], cells, style);
}
