/** The lives section of reports: what is never unmapped, and what is mapped repeatedly. */
import type { LivesData, SiteLife } from "../../analyses/lives.ts";
import type { Style } from "../../base/style.ts";
import { formatBytes, formatCount, formatDuration } from "../../base/units.ts";
import { standingBars } from "../plots/plot-bars.ts";
import { type Section, table } from "./section.ts";

function livesTable(what: string, rows: readonly SiteLife[], style: Style): string[] {
  const header = [what, "mapped", "unmapped", "again", "never unmapped", "bytes"];
  const cells = rows.map((row) => [
    row.site,
    formatCount(row.born),
    formatCount(row.died),
    formatCount(row.churned),
    formatCount(row.neverUnmapped),
    formatBytes(row.neverUnmappedBytes),
  ]);
  return table(header, cells, style);
}

export const livesSection: Section<LivesData> = {
  tables: (data, style) => [
    livesTable("never unmapped", data.keepers.rows, style),
    livesTable("mapped again", data.churners.rows, style),
  ],
  plot: {
    draw: ({ lifetimes }) => {
      if (lifetimes.length < 2) return undefined;
      const bars = lifetimes.map(({ fromNanos, count }) => {
        return { text: formatDuration(fromNanos), count };
      });
      const words =
        "Mappings by how long they lived, of those that were unmapped; each bar reaches twice as far as the one before.";
      return standingBars("Lifetimes of mappings", words, bars);
    },
  },
};
