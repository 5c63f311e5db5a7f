/** The map budget section of reports: regions against vm.max_map_count. */
import type { MapBudgetData } from "../../analyses/map-budget.ts";
import { formatCount, formatShare } from "../../base/units.ts";
import { series } from "../plots/plot-series.ts";
import { pointsOf, spanOf } from "./over-time.ts";
import { portionsTable } from "./portions.ts";
import { type Section, table } from "./section.ts";

export const mapBudgetSection: Section<MapBudgetData> = {
  tables: (data, style) => [
    table(
      ["process", "regions merged", "never merged", "of the limit"],
      data.processes.map((one) => [
        one.name,
        formatCount(one.peakMergedRegions),
        formatCount(one.peakRegions),
        formatShare(one.peakRegions, data.limit),
      ]),
      style,
    ),
    portionsTable("regions of the first", data.processes[0]?.consumers ?? [], style),
  ],
  plot: {
    draw: ({ processes: [first], limit }, { durationNanos }) => {
      if (first === undefined) return undefined;
      const points = pointsOf(first.series.atNanos, first.series.mostRegions);
      const words = `Regions of ${first.name} over time, of at most ${formatCount(limit)}.`;
      const span = spanOf(points, durationNanos);
      return series("Regions over time", words, points, span, formatCount);
    },
  },
};
