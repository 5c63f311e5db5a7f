/** Phrases that the text, Markdown and HTML of a diff share, so that they agree. */

import type { ConditionVerdict } from "../../analyses/diff/conditions.ts";
import type { DiffResult, SideFacts } from "../../analyses/diff/diff.ts";
import type { SiteChange, SiteFigures } from "../../analyses/diff/diff-sites.ts";
import type { MetricChange, Unit } from "../../analyses/diff/metrics.ts";
import type { GrowthPairs } from "../../analyses/diff/pair-growths.ts";
import { printable } from "../../base/printable.ts";
import { commandText } from "../../base/program.ts";
import type { Style } from "../../base/style.ts";
import { countOf, formatBytes, formatCount } from "../../base/units.ts";
import { outcomeWords } from "../outcomes.ts";
import { exitText } from "../words.ts";

/** One value in its metric's unit. */
export function figureText(value: number | null, unit: Unit, style: Style): string {
  if (value === null) return "not known";
  switch (unit) {
    case "bytes":
      return formatBytes(value);
    case "nanos":
      return style.duration(value);
    case "share":
      return `${percentText(value)} %`;
    case "count":
      return formatCount(value);
  }
}

/** One decimal below ten, none above. */
function percentText(value: number): string {
  const size = Math.abs(value);
  return size < 10 ? String(Number(value.toFixed(1))) : formatCount(Math.round(value));
}

function signed(text: string, value: number, style: Style): string {
  if (value === 0) return text;
  return value > 0 ? `+${text}` : `${style.pick("−", "-")}${text}`;
}

/** `+418`, `−12 MiB`, `+5 points`; empty if nothing changed. */
export function changeText({ change, unit }: MetricChange, style: Style): string {
  if (change === null || change === 0) return "";
  const size = Math.abs(change);
  const text =
    unit === "share"
      ? `${percentText(size)} ${percentText(size) === "1" ? "point" : "points"}`
      : figureText(size, unit, style);
  return signed(text, change, style);
}

/** `+10 %`; `from nothing` if there is no percentage; empty if nothing changed. */
export function percentChangeText({ change, changePercent }: MetricChange, style: Style): string {
  if (change === null || change === 0) return "";
  if (changePercent === null) return "from nothing";
  return signed(`${percentText(Math.abs(changePercent))} %`, changePercent, style);
}

/** `moved growths 12 → 430 (of 512 in both)` and so on: the first line of every format. */
export function diffSentence(result: DiffResult, style: Style): string {
  const of = (name: string): MetricChange => result.metrics.find((one) => one.name === name)!;
  const arrow = style.pick("→", "->");
  const fromTo = (change: MetricChange): string => {
    const [a, b] = [change.a, change.b].map((value) => figureText(value, change.unit, style));
    return a === b ? `${a} in both` : `${a} ${arrow} ${b}`;
  };
  const moved = `moved growths ${fromTo(of("moved"))} (of ${fromTo(of("growths"))})`;
  return `${moved}; mremap ${fromTo(of("mremap-time"))}; peak ${fromTo(of("peak"))}`;
}

/** `recording 3 in maptrail.db   sort big.txt   exit 0   1.84 s   exact`. */
export function sideText({ database, recording, verify }: SideFacts, style: Style): string {
  const parts = [
    `recording ${recording.id} in ${printable(database)}`,
    commandText(recording.command, 40),
    exitText(recording.exit),
    recording.durationNanos === null ? "" : style.duration(recording.durationNanos),
    verify,
  ];
  return parts.filter((part) => part !== "").join("   ");
}

/** `list_resize (listobject.c:76) in python3`, or the program alone if the site is unknown. */
export function siteText({ site, program }: { site: string; program: string }): string {
  const name = printable(program) || "unknown program";
  return site === "unknown" ? name : `${printable(site)} in ${name}`;
}

/** `mremap 412, moved 12 → 400`: both values where they differ. */
export function siteFiguresText({ call, a, b }: SiteChange, style: Style): string {
  const arrow = style.pick("→", "->");
  const of = (read: (figures: SiteFigures) => number): string => {
    const [before, after] = [a === null ? null : read(a), b === null ? null : read(b)];
    if (before === null || after === null || before === after) {
      return formatCount(after ?? before ?? 0);
    }
    return `${formatCount(before)} ${arrow} ${formatCount(after)}`;
  };
  const has = (read: (figures: SiteFigures) => number): boolean =>
    (a !== null && read(a) > 0) || (b !== null && read(b) > 0);
  const parts = [`${call} ${of(({ count }) => count)}`];
  for (const key of ["moved", "refused", "failed"] as const) {
    if (key === "failed" && has(({ refused }) => refused)) continue;
    if (has((figures) => figures[key])) parts.push(`${key} ${of((figures) => figures[key])}`);
  }
  return parts.join(", ");
}

/** `in place, now moved`: one line for each pair of differing outcomes. */
export function turnTexts({ turns }: GrowthPairs, style: Style): string[] {
  return turns.map(({ from, to, count, firstSeqA, firstSeqB }) => {
    const signs = `${style.sign(from)} ${style.pick("⇢", "to")} ${style.sign(to)}`;
    const words = `${outcomeWords[from]}, now ${outcomeWords[to]}`;
    return `${formatCount(count)} ${signs} ${words}; first @${firstSeqA} in A, @${firstSeqB} in B`;
  });
}

/** `mremap of 64 to 128 KiB`: the size class, from a power of two to the next. */
export function classText({ call, sizeClassBytes }: GrowthPairs): string {
  if (sizeClassBytes === 0) return call;
  return `${call} of ${formatBytes(sizeClassBytes)} to ${formatBytes(2 * sizeClassBytes)}`;
}

/** How many growths were paired, and how many pairs have the same outcome. */
export function pairingText(growths: readonly GrowthPairs[]): string {
  const sum = (key: "pairs" | "same" | "onlyA" | "onlyB"): number =>
    growths.reduce((total, one) => total + one[key], 0);
  const rest = [
    sum("onlyA") > 0 ? `${formatCount(sum("onlyA"))} only in A` : "",
    sum("onlyB") > 0 ? `${formatCount(sum("onlyB"))} only in B` : "",
  ].filter((text) => text !== "");
  const head = `${countOf(sum("pairs"), "growth")} paired by site, size and order`;
  return [`${head}, ${formatCount(sum("same"))} with the same outcome`, ...rest].join("; ");
}

/** `12 → 430 (+418, +3,483 %)` */
export function conditionFigures(verdict: ConditionVerdict, style: Style): string {
  const { a, b, unit, status } = verdict;
  if (status === "unknown") return "cannot be told: a figure is missing in one of the two";
  const values = [a, b].map((value) => figureText(value, unit, style));
  const change: MetricChange = { name: verdict.metric, ...verdict };
  const changes = [changeText(change, style), percentChangeText(change, style)];
  const text = changes.filter((part) => part !== "").join(", ");
  return `${values.join(` ${style.pick("→", "->")} `)} (${text === "" ? "no change" : text})`;
}

export const conditionWords = { clear: "clear", met: "met", unknown: "unknown" } as const;

/** Metrics worth a row: those that are not 0 in both. */
export function shownMetrics({ metrics }: DiffResult): readonly MetricChange[] {
  return metrics.filter(({ a, b }) => (a ?? 0) !== 0 || (b ?? 0) !== 0);
}
