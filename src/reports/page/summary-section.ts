/** The top of the page: the program, the sentence, whether to trust it, and three figures. */

import { commandText } from "../../base/program.ts";
import { plainStyle } from "../../base/style.ts";
import {
  countOf,
  formatBytes,
  formatCount,
  formatDuration,
  formatShare,
} from "../../base/units.ts";
import { html, type Markup, nothing, unbroken } from "../markup.ts";
import type { ReportResult } from "../report/report.ts";
import { reportSentence } from "../report/report-sentence.ts";
import { trustLine } from "../sentence.ts";
import { verifyLine } from "../verify.ts";
import { exitText } from "../words.ts";

export function summarySection(report: ReportResult): Markup {
  const sentence = reportSentence(report, plainStyle);
  return html`<header><p class="what">${whatText(report)}</p>
<h1>${unbroken(sentence)}</h1>
${trustLines(report)}
<dl class="figures">${figuresOf(report)}</dl></header>`;
}

function whatText({ stats }: ReportResult): Markup {
  const { recording } = stats;
  const duration = recording.durationNanos === null ? "" : formatDuration(recording.durationNanos);
  const parts = [
    exitText(recording.exit),
    duration,
    countOf(recording.eventCount, "event"),
    `recorded ${recording.startedAt.slice(0, 16).replace("T", " ")} UTC`,
  ].filter((part) => part !== "");
  const command = commandText(recording.command);
  return html`<code>${command}</code>&ensp;${parts.join(", ")}`;
}

const lineRoles = { good: "good", attention: "attention", bad: "bad" } as const;

/** The same lines as in the terminal, with the same roles as classes. */
function trustLines({ stats, verify, damage }: ReportResult): Markup {
  const lines = [
    { text: verifyLine(verify, plainStyle), role: roleOfVerify(verify) },
    {
      text: trustLine(stats, plainStyle),
      role: trustLine(stats, plainStyle).startsWith("covered") ? "good" : "attention",
    },
    ...damage.map((text) => ({ text, role: "bad" as const })),
  ] as const;
  return html`${lines.map(
    ({ text, role }) => html`<p class="trust ${lineRoles[role]}">${text}</p>`,
  )}`;
}

function roleOfVerify(verify: ReportResult["verify"]): "good" | "attention" | "bad" {
  if (verify.diverged > 0) return "bad";
  return verify.unverifiable > 0 || verify.processes.length === 0 ? "attention" : "good";
}

function figuresOf({ stats }: ReportResult): readonly Markup[] {
  const { inPlace, moved, relocated, refused } = stats.growth;
  const asked = inPlace.count + moved.count + relocated.count + refused.count;
  const mremap = stats.calls["mremap"];
  const { durationNanos } = stats.recording;
  const ofRun =
    mremap === undefined || durationNanos === null || durationNanos === 0
      ? ""
      : `${formatShare(mremap.nanos, durationNanos)} of ${formatDuration(durationNanos)}`;
  const regions =
    stats.peakRegions === undefined ? "" : `in ${countOf(stats.peakRegions, "region")}`;
  return [
    figure(
      "Growths that moved",
      asked === 0 ? "none" : formatShare(moved.count, asked),
      asked === 0
        ? "nothing asked for more"
        : `${formatCount(moved.count)} of ${formatCount(asked)}`,
    ),
    figure("Time in mremap", mremap === undefined ? "none" : formatDuration(mremap.nanos), ofRun),
    figure(
      "Peak mapped",
      stats.peakMappedBytes === undefined ? "unknown" : formatBytes(stats.peakMappedBytes),
      regions,
    ),
  ];
}

function figure(term: string, value: string, note: string): Markup {
  const line = note === "" ? nothing : html`<dd class="note">${note}</dd>`;
  return html`<div><dt>${term}</dt><dd class="value">${value}</dd>${line}</div>`;
}
