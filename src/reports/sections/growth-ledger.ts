/** The growth ledger section of reports. */
import type { GrowthGroup, GrowthLedgerData } from "../../analyses/growth-ledger.ts";
import type { Style } from "../../base/style.ts";
import { formatBytes, formatCount } from "../../base/units.ts";
import { growthOverTime } from "../plots/plot-growth.ts";
import { type Section, table } from "./section.ts";

function growthTable(what: string, rows: readonly GrowthGroup[], style: Style): string[] {
  const header = [what, "growths", "moved", "refused", "asked", "median", "p99", "total"];
  const cells = rows.map((row) => [
    row.name,
    formatCount(row.growths),
    formatCount(row.outcomes.moved),
    formatCount(row.outcomes.refused),
    formatBytes(row.askedBytes),
    style.duration(row.time.medianNanos),
    style.duration(row.time.p99Nanos),
    style.duration(row.time.totalNanos),
  ]);
  return table(header, cells, style);
}

export const growthLedgerSection: Section<GrowthLedgerData> = {
  tables: (data, style) => [
    growthTable("call", data.byCall.rows, style),
    growthTable("process", data.byProcess.rows, style),
    growthTable("thread", data.byThread.rows, style),
    growthTable("site", data.bySite.rows, style),
    growthTable("mapping", data.byLineage.rows, style),
  ],
  plot: {
    draw: (_, { growthPoints, durationNanos }) => growthOverTime(growthPoints, durationNanos),
  },
};
