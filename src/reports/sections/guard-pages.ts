/** The guard pages section of reports. */
import type { GuardPagesData } from "../../analyses/guard-pages.ts";
import { formatBytes, formatCount } from "../../base/units.ts";
import { namedBars } from "../plots/plot-bars.ts";
import { type Section, table } from "./section.ts";

const mostBars = 6;

export const guardPagesSection: Section<GuardPagesData> = {
  tables: ({ makers, processes }, style) => [
    table(
      ["made by", "made", "bytes", "at the end"],
      makers.rows.map((one) => [
        one.site,
        formatCount(one.made),
        formatBytes(one.bytes),
        formatCount(one.atEnd),
      ]),
      style,
    ),
    table(
      ["process", "most at once", "of regions", "at the end"],
      processes.rows.map((one) => [
        one.name,
        formatCount(one.mostAtOnce),
        formatCount(one.regionsThen),
        formatCount(one.atEnd),
      ]),
      style,
    ),
  ],
  plot: {
    draw: ({ makers }) => {
      if (makers.rows.length < 2) return undefined;
      const bars = makers.rows.slice(0, mostBars).map(({ site, made }) => {
        return { name: site, count: made };
      });
      return namedBars("Guard pages by maker", "Guard pages by the place that made them.", bars);
    },
  },
};
