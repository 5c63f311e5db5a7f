/** How reports show one analysis: its tables as text, and its small plot on the page. */
import type { GrowthPoints } from "../../analyses/picture/growth-points.ts";
import { alignColumns } from "../../base/columns.ts";
import { printable } from "../../base/printable.ts";
import type { Style } from "../../base/style.ts";
import type { Markup } from "../markup.ts";

/** What a plot may use besides the analysis's own data. */
export interface PlotFacts {
  readonly growthPoints: GrowthPoints;
  readonly durationNanos: number;
}

/** A plot, or why the analysis has none. */
export type Plot<Data> =
  | { readonly draw: (data: Data, facts: PlotFacts) => Markup | undefined }
  | { readonly none: string };

export interface Section<Data> {
  /** Lines of each table; tables without lines are left out. */
  tables(data: Data, style: Style): readonly (readonly string[])[];
  readonly plot: Plot<Data>;
}

const mostRows = 5;

/** The first column is text, the others are figures. No lines if there are no rows. */
export function table(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  style: Style,
  most = mostRows,
): string[] {
  if (rows.length === 0) return [];
  const columns = header.map((_, i) => (i === 0 ? {} : ({ align: "right" } as const)));
  const quiet = header.map((text) => style.paint("quiet", text));
  return alignColumns(
    [quiet, ...rows.slice(0, most).map((row) => row.map(printable))],
    columns,
  ).map((line) => `  ${line}`);
}
