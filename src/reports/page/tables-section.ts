/** The figures of a recording as tables: growths, calls, processes. */

import type { StatsResult } from "../../analyses/stats.ts";
import { commandText } from "../../base/program.ts";
import { countOf, formatBytes, formatCount, formatDuration } from "../../base/units.ts";
import { html, type Markup, nothing } from "../markup.ts";
import { outcomes, outcomeWords } from "../outcomes.ts";
import type { ReportResult } from "../report/report.ts";
import { exitText, programOf } from "../words.ts";
import { type Cell, numberCell, table } from "./table.ts";

const number = true;

export function tablesSection({ stats, verify, analyses }: ReportResult): Markup {
  const verdicts = new Map(verify.processes.map(({ process, status }) => [process, status]));
  return html`${growthTable(stats)}${siteTable(analyses)}${callTable(stats)}${processTable(stats, verdicts)}`;
}

function section(title: string, body: Markup): Markup {
  return html`<section><h2>${title}</h2>${body}</section>`;
}

function growthTable({ growth }: StatsResult): Markup {
  const rows = outcomes
    .filter((outcome) => growth[outcome].count > 0)
    .map((outcome): Cell[] => {
      const { count, bytes, nanos } = growth[outcome];
      return [
        { text: outcomeWords[outcome] },
        numberCell(count, formatCount),
        numberCell(bytes, formatBytes),
        numberCell(nanos, formatDuration),
        numberCell(count === 0 ? 0 : nanos / count, formatDuration),
      ];
    });
  if (rows.length === 0) return nothing;
  const columns = [
    { name: "outcome" },
    { name: "count", isNumber: number },
    { name: "by", isNumber: number },
    { name: "time", isNumber: number },
    { name: "each", isNumber: number },
  ];
  return section("Growths", table("What became of calls that asked for more", columns, rows));
}

/** Sites of growths from the growth ledger, the most moves first. */
function siteTable(analyses: ReportResult["analyses"]): Markup {
  const ledger = analyses.of("growth-ledger")?.data.bySite;
  const { rows: sites, more } = ledger ?? { rows: [], more: 0 };
  if (sites.length === 0) return nothing;
  const rows = sites.map(({ name, growths, outcomes: counts, askedBytes, time }): Cell[] => [
    { text: name },
    numberCell(growths, formatCount),
    numberCell(counts.inPlace, formatCount),
    numberCell(counts.moved, formatCount),
    numberCell(counts.refused, formatCount),
    numberCell(askedBytes, formatBytes),
    numberCell(time.medianNanos, formatDuration),
    numberCell(time.p99Nanos, formatDuration),
  ]);
  const columns = [
    { name: "site" },
    { name: "growths", isNumber: number },
    { name: "in place", isNumber: number },
    { name: "moved", isNumber: number },
    { name: "refused", isNumber: number },
    { name: "asked for", isNumber: number },
    { name: "median", isNumber: number },
    { name: "p99", isNumber: number },
  ];
  const note = more > 0 ? html`<p class="note">and ${formatCount(more)} more</p>` : nothing;
  return section("Who asked", html`${table("Growths by site", columns, rows)}${note}`);
}

function callTable({ calls }: StatsResult): Markup {
  const rows = Object.entries(calls)
    .sort(([, a], [, b]) => b.count - a.count)
    .map(([name, { count, failed, nanos }]): Cell[] => [
      { text: name },
      numberCell(count, formatCount),
      numberCell(failed, formatCount),
      numberCell(nanos, formatDuration),
      numberCell(count === 0 ? 0 : nanos / count, formatDuration),
    ]);
  if (rows.length === 0) return nothing;
  const columns = [
    { name: "call" },
    { name: "count", isNumber: number },
    { name: "failed", isNumber: number },
    { name: "time", isNumber: number },
    { name: "each", isNumber: number },
  ];
  return section("Calls", table("Calls by name", columns, rows));
}

/** A longer list would make the page slow to open; the counts above include all processes. */
const mostProcesses = 1000;
/** Longer lists are collapsed at first. */
const mostOpen = 20;

function processTable(stats: StatsResult, verdicts: ReadonlyMap<number, string>): Markup {
  const busiest = [...stats.processes].sort((a, b) => b.calls - a.calls);
  const shown = busiest.slice(0, mostProcesses);
  const rows = shown.map((process): Cell[] => [
    { text: String(process.pid), value: process.pid },
    { text: programOf(process) },
    { text: commandText(process.argv, 80) },
    numberCell(process.calls, formatCount),
    numberCell(process.moved, formatCount),
    numberCell(process.failed, formatCount),
    { text: endOf(process.end) },
    { text: `${process.coverage.status}, ${verdicts.get(process.process) ?? "not replayed"}` },
  ]);
  if (rows.length === 0) return nothing;
  const columns = [
    { name: "pid", isNumber: number },
    { name: "program" },
    { name: "command" },
    { name: "calls", isNumber: number },
    { name: "moved", isNumber: number },
    { name: "failed", isNumber: number },
    { name: "end" },
    { name: "covered, verified" },
  ];
  const more = stats.processes.length - shown.length;
  const note = more > 0 ? html`<p class="note">and ${formatCount(more)} more</p>` : nothing;
  const list = html`${table("Processes", columns, rows)}${note}`;
  if (rows.length <= mostOpen) return section("Processes", list);
  const all = countOf(stats.processes.length, "process", "processes");
  return section(
    "Processes",
    html`<details><summary>${all}, the busiest first</summary>${list}</details>`,
  );
}

function endOf(end: StatsResult["processes"][number]["end"]): string {
  if (end === null) return "not seen";
  if (end.how === "exec") return "exec";
  if (end.how === "running") return "still running";
  const exit = {
    ...(end.status === undefined ? {} : { code: end.status }),
    ...(end.signal === undefined ? {} : { signal: end.signal }),
  };
  return exitText(exit) || end.how;
}
