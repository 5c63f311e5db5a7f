/** The timeline section of reports: what was mapped over time. */
import type { TimelineData } from "../../analyses/timeline.ts";
import { formatBytes } from "../../base/units.ts";
import { binaryStep } from "../plots/axes.ts";
import { series } from "../plots/plot-series.ts";
import { pointsOf, spanOf } from "./over-time.ts";
import { portionsTable } from "./portions.ts";
import type { Section } from "./section.ts";

export const timelineSection: Section<TimelineData> = {
  tables: (data, style) => [
    portionsTable("peak of the largest", data.processes[0]?.madeOf ?? [], style),
  ],
  plot: {
    draw: ({ processes: [first] }, { durationNanos }) => {
      if (first === undefined) return undefined;
      const points = pointsOf(first.series.atNanos, first.series.mostMappedBytes);
      const words = `Mapped bytes of ${first.name} over time.`;
      const span = spanOf(points, durationNanos);
      return series("Mapped bytes over time", words, points, span, formatBytes, binaryStep);
    },
  },
};
