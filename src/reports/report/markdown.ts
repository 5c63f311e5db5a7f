/** The report for pull requests, in GitHub's Markdown: findings first, tables collapsed. */

import type { Finding } from "../../analyses/analysis.ts";
import { commandText } from "../../base/program.ts";
import { plainStyle } from "../../base/style.ts";
import {
  countOf,
  formatBytes,
  formatCount,
  formatDuration,
  formatShare,
} from "../../base/units.ts";
import { severitySigns } from "../findings.ts";
import { mdCode, mdTable, mdText } from "../markdown-text.ts";
import { outcomes, outcomeWords } from "../outcomes.ts";
import { trustLine } from "../sentence.ts";
import { peakText } from "../stats.ts";
import { verifyLine } from "../verify.ts";
import { exitText, programOf } from "../words.ts";
import type { ReportResult } from "./report.ts";
import { reportSentence } from "./report-sentence.ts";
import { blockerPlotLines, growthPlotLines } from "./text-sections.ts";

/** A comment must stay short; the page has the rest. */
const mostFindings = 12;
const mostProcesses = 30;

/** Ends with a newline. */
export function markdownReport(report: ReportResult): string {
  const blocks = [
    headLines(report),
    findingLines(report.analyses.findings),
    plotLines(report),
    folded("Growths", growthTable(report)),
    folded("Calls", callTable(report)),
    folded("Processes", processTable(report)),
    [`<sub>maptrail ${mdText(report.toolVersion)}, recording ${report.stats.recording.id}</sub>`],
  ];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

function headLines(report: ReportResult): string[] {
  const { stats, verify, damage } = report;
  const { recording } = stats;
  const facts = [
    mdCode(commandText(recording.command, 200)),
    exitText(recording.exit),
    recording.durationNanos === null ? "" : formatDuration(recording.durationNanos),
    countOf(recording.eventCount, "event"),
    peakText(stats),
  ].filter((fact) => fact !== "");
  const trust = [verifyLine(verify, plainStyle), trustLine(stats, plainStyle), ...damage];
  return [
    `## ${mdText(reportSentence(report, plainStyle))}`,
    "",
    facts.join(", "),
    "",
    ...trust.map((line) => `> ${mdText(line)}  `),
  ];
}

function findingLines(findings: readonly Finding[]): string[] {
  if (findings.length === 0) return [];
  const shown = findings.slice(0, mostFindings).map(({ sentence, advice, severity, events }) => {
    const advised = advice === undefined ? "" : ` ${mdText(advice)}.`;
    const first = events[0] === undefined ? "" : ` ${mdCode(`@${events[0]}`)}`;
    return `- ${mdCode(severitySigns[severity].unicode)} **${mdText(sentence)}.**${advised}${first}`;
  });
  const more = findings.length - shown.length;
  const rest = more > 0 ? [`- and ${countOf(more, "more finding")} in the page`] : [];
  return ["### What stands out", "", ...shown, ...rest];
}

function plotLines(report: ReportResult): string[] {
  const parts = [growthPlotLines(report), blockerPlotLines(report)].filter(
    (part) => part.length > 0,
  );
  if (parts.length === 0) return [];
  const lines = parts.map((part) => part.join("\n")).join("\n\n");
  // A name with backticks in it must not end the block.
  const longest = Math.max(2, ...(lines.match(/`+/g) ?? []).map(({ length }) => length));
  const fence = "`".repeat(longest + 1);
  return [`${fence}text`, lines, fence];
}

function folded(title: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  return [`<details><summary>${title}</summary>`, "", ...lines, "", "</details>"];
}

const number = { isNumber: true } as const;

function growthTable({ stats: { growth } }: ReportResult): string[] {
  const { inPlace, moved, relocated, refused } = growth;
  const asked = inPlace.count + moved.count + relocated.count + refused.count;
  const rows = outcomes
    .filter((outcome) => growth[outcome].count > 0)
    .map((outcome) => {
      const { count, bytes, nanos } = growth[outcome];
      const isAsked = asked > 0 && !["shrunk", "unchanged", "duplicated"].includes(outcome);
      return [
        outcomeWords[outcome],
        formatCount(count),
        isAsked ? formatShare(count, asked) : "",
        formatBytes(bytes),
        formatDuration(nanos),
      ];
    });
  if (rows.length === 0) return [];
  const columns = [
    { name: "outcome" },
    { name: "count", ...number },
    { name: "share", ...number },
    { name: "by", ...number },
    { name: "time", ...number },
  ];
  return mdTable(columns, rows);
}

function callTable({ stats }: ReportResult): string[] {
  const rows = Object.entries(stats.calls)
    .sort(([, a], [, b]) => b.count - a.count)
    .map(([name, { count, failed, nanos }]) => [
      mdCode(name),
      formatCount(count),
      failed === 0 ? "" : formatCount(failed),
      formatDuration(nanos),
    ]);
  if (rows.length === 0) return [];
  const columns = [
    { name: "call" },
    { name: "count", ...number },
    { name: "failed", ...number },
    { name: "time", ...number },
  ];
  return mdTable(columns, rows);
}

function processTable({ stats, verify }: ReportResult): string[] {
  const verdicts = new Map(verify.processes.map(({ process, status }) => [process, status]));
  const busiest = [...stats.processes].sort((a, b) => b.calls - a.calls);
  const rows = busiest
    .slice(0, mostProcesses)
    .map((process) => [
      String(process.pid),
      mdCode(programOf(process)),
      formatCount(process.calls),
      formatCount(process.moved),
      `${process.coverage.status}, ${verdicts.get(process.process) ?? "not replayed"}`,
    ]);
  if (rows.length === 0) return [];
  const columns = [
    { name: "pid", ...number },
    { name: "program" },
    { name: "calls", ...number },
    { name: "moved", ...number },
    { name: "covered, verified" },
  ];
  const more = stats.processes.length - rows.length;
  const rest = more > 0 ? ["", `and ${countOf(more, "more process", "more processes")}`] : [];
  return [...mdTable(columns, rows), ...rest];
}
