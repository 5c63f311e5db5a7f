/** The stale ranges section of reports: how soon freed ranges are mapped again. */
import type { StaleRangesData } from "../../analyses/stale-ranges.ts";
import { formatCount, formatDuration, formatShare } from "../../base/units.ts";
import { standingBars } from "../plots/plot-bars.ts";
import { type Section, table } from "./section.ts";

export const staleRangesSection: Section<StaleRangesData> = {
  tables: (data, style) => [
    table(
      ["left by", "ranges", "taken again", "by the same site", "half within"],
      (["moved", "unmapped", "shrunk"] as const).flatMap((how) => {
        const row = data[how];
        if (row.ranges === 0) return [];
        return [
          [
            how,
            formatCount(row.ranges),
            formatShare(row.takenAgain, row.followed),
            formatShare(row.bySameSite, row.followed),
            row.takenAgain === 0 ? "" : style.duration(row.medianNanos),
          ],
        ];
      }),
      style,
    ),
  ],
  plot: {
    draw: ({ moved }) => {
      if (moved.takenAgain < 2) return undefined;
      const bars = moved.delays.map(({ fromNanos, count }) => {
        return { text: formatDuration(fromNanos), count };
      });
      const words = "How long it took until an address that a move had left was mapped again.";
      return standingBars("Delays until reuse", words, bars);
    },
  },
};
