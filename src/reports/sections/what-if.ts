/** The what-if section of reports: other growth policies. */
import type { WhatIfData } from "../../analyses/what-if.ts";
import { formatBytes, formatCount } from "../../base/units.ts";
import { namedBars } from "../plots/plot-bars.ts";
import { type Section, table } from "./section.ts";

const mostBars = 6;

export const whatIfSection: Section<WhatIfData> = {
  tables: ({ recorded, policies }, style) => [
    table(
      ["policy", "calls", "moves", "relocated", "peak", "addresses", "unused"],
      (recorded.calls === 0 ? [] : [recorded, ...policies]).map((policy) => [
        policy.name,
        formatCount(policy.calls),
        formatCount(policy.moves),
        formatCount(policy.relocations),
        formatBytes(policy.peakBytes),
        formatBytes(policy.peakReservedBytes),
        formatBytes(policy.wastedBytes),
      ]),
      style,
      policies.length + 1,
    ),
  ],
  plot: {
    draw: ({ recorded, policies }) => {
      if (recorded.moves === 0) return undefined;
      const bars = [{ ...recorded, name: "as recorded" }, ...policies].map(({ name, moves }) => {
        return { name, count: moves };
      });
      const words = "Moves that the recorded demand would lead to under each policy of growing.";
      return namedBars("Moves by policy", words, bars.slice(0, mostBars));
    },
  },
};
