/** The hardening section of reports: memory that was writable and executable. */
import type { HardeningData } from "../../analyses/hardening.ts";
import { formatBytes, formatCount } from "../../base/units.ts";
import { type Section, table } from "./section.ts";

export const hardeningSection: Section<HardeningData> = {
  tables: (data, style) => [
    table(
      ["writable and executable", "process", "how", "mappings", "bytes"],
      [...data.atOnce.rows, ...data.inTurn.rows].map((row) => [
        row.name,
        row.processName,
        row.how === "atOnce" ? "at once" : "in turn",
        formatCount(row.mappings),
        formatBytes(row.bytes),
      ]),
      style,
    ),
  ],
  plot: { none: "it is a list of mappings, not a quantity" },
};
