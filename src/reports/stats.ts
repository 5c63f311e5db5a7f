/** `maptrail stats` as text: the sentence, the trust line, findings and figures; one screen. */

import type { Finding } from "../analyses/analysis.ts";
import type { BlockersData } from "../analyses/blockers.ts";
import type { StatsResult } from "../analyses/stats.ts";
import { alignColumns, cutLine, wrap } from "../base/columns.ts";
import { commandText } from "../base/program.ts";
import type { Style } from "../base/style.ts";
import { countOf, formatBytes, formatCount } from "../base/units.ts";
import { topFindings } from "./findings.ts";
import { outcomes, outcomeWords } from "./outcomes.ts";
import { processLines } from "./processes.ts";
import { growthSentence, trustLine } from "./sentence.ts";
import { exitText } from "./words.ts";

const right = { align: "right" } as const;

/** All of it and a prompt fit into a terminal of 24 lines and 80 columns. */
const mostLines = 23;
const mostColumns = 80;
const findingRows = 7;
const mostProcesses = 3;
/** A table with fewer rows than this is left out. */
const fewestRows = 3;

export interface ShownStats {
  readonly stats: StatsResult;
  /** The most important first. */
  readonly findings?: readonly Finding[];
  readonly blockers?: BlockersData | undefined;
}

/** Lines without a closing newline. */
export function statsText({ stats, findings = [], blockers }: ShownStats, style: Style): string {
  const trust = wrap(trustLine(stats, style), mostColumns);
  const sentence = growthSentence(stats, style, blockers);
  // Findings that the sentence already has are not repeated.
  const others = findings.filter((finding) => !sentence.startsWith(finding.sentence));
  const blocks = [
    [...wrap(sentence, mostColumns), ...trust],
    [recordingLine(stats, style)],
    growthLines(stats, style),
    topFindings(others, style, mostColumns, findingRows),
  ];
  const used = blocks.reduce((sum, { length }) => sum + (length === 0 ? 0 : length + 1), 0);
  const room = mostLines - used;
  const processes = processLines(stats.processes, style, { most: mostProcesses });
  const isRoomForBoth = processes.length + 1 + fewestRows + 1 <= room;
  const callRows = room - (isRoomForBoth && processes.length > 0 ? processes.length + 1 : 0);
  blocks.push(callRows >= fewestRows ? callLines(stats, style, callRows) : []);
  blocks.push(isRoomForBoth ? processes : []);
  return blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map((line) => fitted(line, style)).join("\n"))
    .join("\n\n");
}

function fitted(line: string, style: Style): string {
  return cutLine(line, mostColumns, style.pick("…", "..."));
}

/** `recording 3   python3 grow.py   1.84 s   12,431 events   exit 0   peak 231 MiB in 412 regions` */
export function recordingLine(result: StatsResult, style: Style): string {
  const { recording } = result;
  const name = `recording ${recording.id}`;
  const facts = [
    recording.durationNanos === null ? "" : style.duration(recording.durationNanos),
    countOf(recording.eventCount, "event"),
    exitText(recording.exit),
  ].filter((part) => part !== "");
  const peak = peakText(result);
  const line = (end: readonly string[], commandWidth: number): string =>
    [name, commandText(recording.command, commandWidth), ...facts, ...end].join("   ");
  // Drops what does not fit: first the regions, then the end of the command.
  const [size = ""] = peak.split(" in ");
  const [end, width] =
    line([peak], 40).length <= mostColumns || peak === ""
      ? [peak, 40]
      : [size, Math.max(12, 40 + mostColumns - line([size], 40).length)];
  return line(end === "" ? [] : [end], width).replace(name, style.paint("strong", name));
}

export function peakText({ peakMappedBytes, peakRegions }: StatsResult): string {
  if (peakMappedBytes === undefined) return "";
  const regions = peakRegions === undefined ? "" : ` in ${countOf(peakRegions, "region")}`;
  return `peak ${formatBytes(peakMappedBytes)}${regions}`;
}

/** The most frequent calls, in at most `most` lines; the last row sums up the others. */
function callLines(result: StatsResult, style: Style, most: number): string[] {
  const calls = Object.entries(result.calls).sort(([, a], [, b]) => b.count - a.count);
  if (calls.length === 0) return [];
  const shown = calls.length > most - 1 ? calls.slice(0, most - 2) : calls;
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
