/** `maptrail stats` for people: the sentence, the trust line, then tables; one screen. */

import type { StatsResult } from "../analyses/stats.ts";
import { alignColumns } from "../base/columns.ts";
import type { Style } from "../base/style.ts";
import { countOf, formatBytes, formatCount } from "../base/units.ts";
import { outcomes, outcomeWords } from "./outcomes.ts";
import { processLines } from "./processes.ts";
import { growthSentence, trustLine } from "./sentence.ts";
import { commandText, exitText } from "./words.ts";

const right = { align: "right" } as const;

/** Rows that the three tables share, so that all of it and a prompt fit 24 lines. */
const tableRows = 13;
const mostProcesses = 3;

/** Lines without a closing newline. */
export function statsText(
  result: StatsResult,
  style: Style,
  sentence = growthSentence(result, style),
): string {
  const growth = growthLines(result, style);
  const processes = processLines(result.processes, style, { most: mostProcesses });
  const headers = Math.min(1, growth.length) + Math.min(1, processes.length);
  const callRows = tableRows - (growth.length + processes.length - headers);
  const blocks = [
    [sentence, trustLine(result, style)],
    [recordingLine(result, style)],
    callLines(result, style, callRows),
    growth,
    processes,
  ];
  return blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n");
}

/** `recording 3   python3 grow.py   1.84 s   12,431 events   exit 0   peak 231 MiB in 412 regions` */
export function recordingLine(result: StatsResult, style: Style): string {
  const { recording } = result;
  const parts = [
    style.paint("strong", `recording ${recording.id}`),
    commandText(recording.command, 40),
    recording.durationNanos === null ? "" : style.duration(recording.durationNanos),
    countOf(recording.eventCount, "event"),
    exitText(recording.exit),
    peakText(result),
  ];
  return parts.filter((part) => part !== "").join("   ");
}

export function peakText({ peakMappedBytes, peakRegions }: StatsResult): string {
  if (peakMappedBytes === undefined) return "";
  const regions = peakRegions === undefined ? "" : ` in ${countOf(peakRegions, "region")}`;
  return `peak ${formatBytes(peakMappedBytes)}${regions}`;
}

/** The calls made most often; the last of at most `most` rows sums up the others. */
function callLines(result: StatsResult, style: Style, most: number): string[] {
  const calls = Object.entries(result.calls).sort(([, a], [, b]) => b.count - a.count);
  if (calls.length === 0) return [];
  const shown = calls.length > most ? calls.slice(0, most - 1) : calls;
  const rest = calls.slice(shown.length).map(([, figures]) => figures);
  const rows = shown.map(([name, figures]) => callRow(name, figures, style));
  if (rest.length > 0) {
    const sum = (key: "count" | "failed" | "nanos"): number =>
      rest.reduce((total, figures) => total + figures[key], 0);
    const figures = { count: sum("count"), failed: sum("failed"), nanos: sum("nanos") };
    rows.push(callRow(countOf(rest.length, "other call"), figures, style));
  }
  const header = ["calls", "count", "failed", "time", "each"].map((t) => style.paint("quiet", t));
  return alignColumns([header, ...rows], [{}, right, right, right, right]);
}

function callRow(
  name: string,
  { count, failed, nanos }: { count: number; failed: number; nanos: number },
  style: Style,
): string[] {
  return [
    name,
    formatCount(count),
    failed === 0 ? "" : style.paint("bad", formatCount(failed)),
    nanos === 0 ? "" : style.duration(nanos),
    nanos === 0 ? "" : style.duration(nanos / count),
  ];
}

function growthLines(result: StatsResult, style: Style): string[] {
  const rows = outcomes
    .filter((outcome) => result.growth[outcome].count > 0)
    .map((outcome) => {
      const { count, bytes, nanos } = result.growth[outcome];
      return [
        `${style.sign(outcome)} ${outcomeWords[outcome]}`,
        formatCount(count),
        bytes === 0 ? "" : formatBytes(bytes),
        style.duration(nanos),
        style.duration(nanos / count),
      ];
    });
  if (rows.length === 0) return [];
  const header = ["growth", "count", "by", "time", "each"].map((t) => style.paint("quiet", t));
  return alignColumns([header, ...rows], [{}, right, right, right, right]);
}
