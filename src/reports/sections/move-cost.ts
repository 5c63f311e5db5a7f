/** The cost of moves section of reports. */
import type { MoveCostData } from "../../analyses/move-cost.ts";
import { formatCount } from "../../base/units.ts";
import type { Fit } from "../plots/plot-growth.ts";
import { moveCost } from "../plots/plot-growth.ts";
import { type Section, table } from "./section.ts";

function fitOf(data: MoveCostData): Fit | undefined {
  const { verdict, baseNanos, nanosPerPage, nanosPer2MiB, pageBytes } = data;
  if (verdict === "unknown") return undefined;
  return (bytes) =>
    baseNanos + (nanosPerPage * bytes) / pageBytes + nanosPer2MiB * Math.ceil(bytes / 2 ** 21);
}

export const moveCostSection: Section<MoveCostData> = {
  tables: (data, style) => [
    table(
      ["pages from", "moves", "median", "p99"],
      data.sizes.map((size) => [
        formatCount(size.fromPages),
        formatCount(size.count),
        style.duration(size.medianNanos),
        style.duration(size.p99Nanos),
      ]),
      style,
    ),
  ],
  plot: { draw: (data, { growthPoints }) => moveCost(growthPoints, fitOf(data)) },
};
