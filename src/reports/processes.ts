/** Processes with their coverage, grouped by program if there are many. */

import type { ProcessFigures } from "../analyses/stats.ts";
import { alignColumns, cutLine } from "../base/columns.ts";
import { printable } from "../base/printable.ts";
import { signalName } from "../base/signals.ts";
import type { Style } from "../base/style.ts";
import { countOf, formatCount } from "../base/units.ts";
import { programOf } from "./words.ts";

/** Columns by which reports may indent each line. */
const indent = 2;
const right = { align: "right" } as const;

/** At most `most` lines and a header; more processes than that are grouped, a line a program. */
export function processLines(
  processes: readonly ProcessFigures[],
  style: Style,
  { most }: { most: number },
): string[] {
  if (processes.length === 0) return [];
  const lines =
    processes.length <= most ? single(processes, style) : folded(processes, style, most);
  const room = style.width === undefined ? Number.POSITIVE_INFINITY : style.width - indent;
  return lines.map((line) => cutLine(line, room, style.pick("…", "...")));
}

function single(processes: readonly ProcessFigures[], style: Style): string[] {
  const header = ["pid", "program", "calls", "moved", "coverage", ""];
  const rows = processes.map((process) => [
    String(process.pid),
    programOf(process),
    formatCount(process.calls),
    process.moved === 0 ? "" : formatCount(process.moved),
    coverageText(process, style),
    endText(process, style),
  ]);
  const quiet = header.map((text) => style.paint("quiet", text));
  return alignColumns([quiet, ...rows], [right, {}, right, right, {}, {}]);
}

function folded(processes: readonly ProcessFigures[], style: Style, most: number): string[] {
  const groups = new Map<string, ProcessFigures[]>();
  for (const process of processes) {
    const key = `${programOf(process)}\n${process.coverage.status}\n${reasonsOf(process)}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [process]);
    else group.push(process);
  }
  // The least covered come first, so that readers do not miss them.
  const sorted = [...groups.values()].sort(
    (a, b) => rank(b) - rank(a) || sum(b, "calls") - sum(a, "calls"),
  );
  const shown = sorted.length > most ? sorted.slice(0, most - 1) : sorted;
  const rows = shown.map((group) => [
    formatCount(group.length),
    group[0] === undefined ? "" : programOf(group[0]),
    formatCount(sum(group, "calls")),
    sum(group, "moved") === 0 ? "" : formatCount(sum(group, "moved")),
    group[0] === undefined ? "" : coverageText(group[0], style),
  ]);
  const rest = sorted.slice(shown.length).flat();
  if (rest.length > 0) {
    const programs = countOf(sorted.length - shown.length, "other program");
    const short = rest.filter(({ coverage }) => coverage.status !== "full").length;
    const covered =
      short === 0
        ? style.paint("good", "full")
        : style.paint("attention", `${formatCount(short)} not full`);
    rows.push([
      formatCount(rest.length),
      programs,
      formatCount(sum(rest, "calls")),
      sum(rest, "moved") === 0 ? "" : formatCount(sum(rest, "moved")),
      covered,
    ]);
  }
  const header = ["processes", "program", "calls", "moved", "coverage"];
  const quiet = header.map((text) => style.paint("quiet", text));
  return alignColumns([quiet, ...rows], [right, {}, right, right, {}]);
}

function rank(group: readonly ProcessFigures[]): number {
  const status = group[0]?.coverage.status;
  return status === "none" ? 2 : status === "partial" ? 1 : 0;
}

function sum(group: readonly ProcessFigures[], key: "calls" | "moved"): number {
  return group.reduce((total, process) => total + process[key], 0);
}

function reasonsOf({ coverage }: ProcessFigures): string {
  return coverage.reasons.join("; ");
}

function coverageText(process: ProcessFigures, style: Style): string {
  const { status } = process.coverage;
  if (status === "full") return style.paint("good", "full");
  const words = status === "partial" ? "partly" : "not covered";
  const reasons = printable(reasonsOf(process));
  return style.paint("attention", reasons === "" ? words : `${words}: ${reasons}`);
}

/** Only an unexpected end is mentioned. */
function endText({ end }: ProcessFigures, style: Style): string {
  if (end?.how === "running") return style.paint("quiet", "still running");
  if (end?.signal !== undefined) return style.paint("bad", `killed by ${signalName(end.signal)}`);
  if (end?.status !== undefined && end.status !== 0) return `exit ${end.status}`;
  return "";
}
