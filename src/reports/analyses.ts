/** `maptrail stats --full`: every analysis with its question, its findings and its figures. */
import type { Analyses, AnalysisData, AnalysisId } from "../analyses/all.ts";
import type { GrowthGroup } from "../analyses/growth-ledger.ts";
import type { NamedPortion } from "../analyses/largest.ts";
import type { SiteLife } from "../analyses/lives.ts";
import { alignColumns } from "../base/columns.ts";
import { printable } from "../base/printable.ts";
import type { Style } from "../base/style.ts";
import { formatBytes, formatCount, formatShare } from "../base/units.ts";
import { findingLines } from "./findings.ts";

const mostColumns = 100;
const mostRows = 5;

/** The first cell's column is text, the others are figures. */
function table(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  style: Style,
  most = mostRows,
): string[] {
  if (rows.length === 0) return [];
  const columns = header.map((_, i) => (i === 0 ? {} : ({ align: "right" } as const)));
  const quiet = header.map((text) => style.paint("quiet", text));
  return alignColumns(
    [quiet, ...rows.slice(0, most).map((row) => row.map(printable))],
    columns,
  ).map((line) => `  ${line}`);
}

type Sections = {
  readonly [Id in AnalysisId]: (
    data: AnalysisData[Id],
    style: Style,
  ) => readonly (readonly string[])[];
};

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

function portionsTable(what: string, rows: readonly NamedPortion[], style: Style): string[] {
  const cells = rows.map((row) => [row.name, formatBytes(row.bytes), formatCount(row.regions)]);
  return table([what, "bytes", "regions"], cells, style);
}

const sections: Sections = {
  "growth-ledger": (data, style) => [
    growthTable("call", data.byCall.rows, style),
    growthTable("process", data.byProcess.rows, style),
    growthTable("thread", data.byThread.rows, style),
    growthTable("site", data.bySite.rows, style),
    growthTable("mapping", data.byLineage.rows, style),
  ],
  blockers: (data, style) => [
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
  "what-if": ({ recorded, policies }, style) => [
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
  "move-cost": (data, style) => [
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
  "stale-ranges": (data, style) => [
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
  lives: (data, style) => [
    livesTable("never unmapped", data.keepers.rows, style),
    livesTable("mapped again", data.churners.rows, style),
  ],
  "map-budget": (data, style) => [
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
  fragmentation: (data, style) => [
    table(
      ["process", "gaps", "free", "largest", "mapped of the span"],
      data.processes.map((one) => [
        one.name,
        formatCount(one.gaps),
        formatBytes(one.gapBytes),
        formatBytes(one.largestGapBytes),
        formatShare(one.mappedBytes, one.mappedBytes + one.gapBytes),
      ]),
      style,
    ),
  ],
  timeline: (data, style) => [
    portionsTable("peak of the largest", data.processes[0]?.madeOf ?? [], style),
  ],
  hardening: (data, style) => [
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
};

/** Lines without a closing newline: a section for each analysis that was made. */
export function analysesText(analyses: Analyses, style: Style): string {
  const section = <Id extends AnalysisId>(id: Id): string[] => {
    const result = analyses.of(id);
    if (result === undefined) return [];
    const lines = [
      `${style.paint("strong", result.title)}  ${style.paint("quiet", result.question)}`,
    ];
    if (result.failure !== undefined) {
      lines.push(`  ${style.paint("bad", `no result: ${result.failure}`)}`);
    }
    for (const finding of result.findings) {
      lines.push(...findingLines(finding, style, mostColumns - 2).map((line) => `  ${line}`));
    }
    const tables = sections[id](result.data, style).filter((rows) => rows.length > 0);
    lines.push(...tables.flatMap((rows, i) => (i === 0 ? rows : ["", ...rows])));
    if (lines.length === 1) lines.push(`  ${style.paint("quiet", "nothing to tell")}`);
    return [lines.join("\n")];
  };
  return analyses.results.flatMap(({ id }) => (isId(id) ? section(id) : [])).join("\n\n");
}

function isId(id: string): id is AnalysisId {
  return id in sections;
}
