/** The text at the end of a recording: what happened, whether to trust it, what to run next. */

import type { BlockersData } from "../analyses/blockers.ts";
import type { StatsResult } from "../analyses/stats.ts";
import type { VerifyResult } from "../analyses/verify.ts";
import { shortenPath } from "../base/columns.ts";
import { commandText, quoteWord } from "../base/program.ts";
import type { Style } from "../base/style.ts";
import { countOf, formatCount } from "../base/units.ts";
import { outcomes, outcomeWords } from "./outcomes.ts";
import { processLines } from "./processes.ts";
import { growthSentence, trustLine } from "./sentence.ts";
import { peakText } from "./stats.ts";
import { verifyLine } from "./verify.ts";
import { exitText } from "./words.ts";

export interface SummaryResult {
  readonly stats: StatsResult;
  readonly verify: VerifyResult;
  readonly blockers?: BlockersData | undefined;
  /** Path of the database, as the user would write it. */
  readonly database: string;
  /**
   * The option that names the database in a further command; empty if maptrail finds it by default.
   */
  readonly databaseOption: "" | "-o";
}

const mostProcesses = 8;

/** Lines without a closing newline. */
export function summaryText(summary: SummaryResult, style: Style): string {
  const { stats } = summary;
  const lines = [
    `${style.paint("strong", "maptrail")}  ${growthSentence(stats, style, summary.blockers)}`,
    `          ${trustLine(stats, style)}`,
    `          ${verifyLine(summary.verify, style)}`,
    "",
    `  ${programLine(stats, style)}`,
  ];
  const growth = growthLine(stats, style);
  if (growth !== "") lines.push(`  ${growth}`);
  const processes = processLines(stats.processes, style, { most: mostProcesses });
  if (stats.processes.length > 1 || stats.coverage.status !== "full") {
    lines.push("", ...processes.map((line) => `  ${line}`));
  }
  const path = shortenPath(summary.database, 60, style.pick("…", "..."));
  lines.push("", `  recording ${stats.recording.id} in ${path}`, `  next: ${next(summary, style)}`);
  return lines.join("\n");
}

/** `python3 grow.py   exit 0   1.84 s   12,431 calls   peak 231 MiB in 412 regions` */
function programLine(stats: StatsResult, style: Style): string {
  const { recording } = stats;
  const calls = Object.values(stats.calls).reduce((sum, { count }) => sum + count, 0);
  const parts = [
    commandText(recording.command, 40),
    exitText(recording.exit),
    recording.durationNanos === null ? "" : style.duration(recording.durationNanos),
    countOf(calls, "call"),
    peakText(stats),
  ];
  return parts.filter((part) => part !== "").join("   ");
}

/** `+ 80 in place   → 430 moved   × 2 refused` */
function growthLine(stats: StatsResult, style: Style): string {
  return outcomes
    .filter((outcome) => outcome !== "unchanged" && stats.growth[outcome].count > 0)
    .map((outcome) => {
      const count = formatCount(stats.growth[outcome].count);
      return `${style.sign(outcome)} ${count} ${outcomeWords[outcome]}`;
    })
    .join("   ");
}

function next({ stats, database, databaseOption }: SummaryResult, style: Style): string {
  const where = databaseOption === "" ? "" : ` ${databaseOption} ${quoteWord(database)}`;
  const { moved, refused } = stats.growth;
  const filter = moved.count > 0 ? " moved" : refused.count > 0 ? " refused" : "";
  const commands = [`maptrail stats${where}`, `maptrail events${where}${filter}`];
  return commands.map((command) => style.paint("strong", command)).join("   ");
}
