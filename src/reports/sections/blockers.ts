/** The blockers section of reports. */
import type { BlockersData } from "../../analyses/blockers.ts";
import { countOf, formatBytes, formatCount } from "../../base/units.ts";
import { namedBars } from "../plots/plot-bars.ts";
import { type Section, table } from "./section.ts";

const mostBars = 6;

export const blockersSection: Section<BlockersData> = {
  tables: (data, style) => [
    table(
      ["blocked by", "moves", "refusals", "gap", "needed", "age"],
      data.groups.rows.map((group) => [
        group.name,
        formatCount(group.moves),
        formatCount(group.refusals),
        formatBytes(group.medianGapBytes),
        formatBytes(group.medianNeedBytes),
        style.duration(group.medianAgeNanos),
      ]),
      style,
    ),
  ],
  plot: {
    draw: ({ groups }) => {
      if (groups.rows.length === 0) return undefined;
      const more = groups.more + Math.max(0, groups.rows.length - mostBars);
      const rest = more > 0 ? ` ${countOf(more, "rarer one is", "rarer ones are")} not drawn.` : "";
      const words = `What stood above the growths that moved or were refused.${rest}`;
      return namedBars(
        "Blockers by growths",
        words,
        groups.rows.slice(0, mostBars),
        "bar-attention",
      );
    },
  },
};
