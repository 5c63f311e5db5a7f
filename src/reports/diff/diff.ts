/**
 * `maptrail diff` for a terminal: the sentence, both sides, figures, sites, growths, conditions.
 */

import type { DiffResult } from "../../analyses/diff/diff.ts";
import type { SiteChange } from "../../analyses/diff/diff-sites.ts";
import type { MetricChange } from "../../analyses/diff/metrics.ts";
import { alignColumns, cutLine } from "../../base/columns.ts";
import { printable } from "../../base/printable.ts";
import type { Role, Style } from "../../base/style.ts";
import { formatCount } from "../../base/units.ts";
import {
  changeText,
  classText,
  conditionFigures,
  conditionWords,
  diffSentence,
  figureText,
  pairingText,
  percentChangeText,
  shownMetrics,
  sideText,
  siteFiguresText,
  siteText,
  turnTexts,
} from "./diff-words.ts";

const right = { align: "right" } as const;
const mostSites = 12;
const mostGrowths = 8;

/** Lines without a closing newline. */
export function diffText(result: DiffResult, style: Style): string {
  const blocks = [
    [style.paint("strong", diffSentence(result, style)), ...sideLines(result, style)],
    metricLines(result, style),
    siteLines(result, style),
    growthLines(result, style),
    conditionLines(result, style),
  ];
  return blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map((line) => cut(line, style)).join("\n"))
    .join("\n\n");
}

function cut(line: string, style: Style): string {
  return style.width === undefined ? line : cutLine(line, style.width, style.pick("…", "..."));
}

function sideLines(result: DiffResult, style: Style): string[] {
  const lines = (["a", "b"] as const).map(
    (side) => `${side.toUpperCase()}  ${sideText(result[side], style)}`,
  );
  for (const caution of result.cautions) {
    lines.push(style.paint("attention", `caution: ${printable(caution)}`));
  }
  return lines;
}

/** Metrics of which more is worse; the others are neutral. */
const worseWhenMore = new Set(["moved", "moved-share", "refused", "failed", "peak", "regions"]);

function roleOf({ name, change }: MetricChange): Role {
  if (!worseWhenMore.has(name) || change === null || change === 0) return "quiet";
  return change > 0 ? "attention" : "good";
}

function metricLines(result: DiffResult, style: Style): string[] {
  const header = ["", "A", "B", "change", ""].map((text) => style.paint("quiet", text));
  const rows = shownMetrics(result).map((metric) => [
    metric.name,
    figureText(metric.a, metric.unit, style),
    figureText(metric.b, metric.unit, style),
    style.paint(roleOf(metric), changeText(metric, style)),
    style.paint("quiet", percentChangeText(metric, style)),
  ]);
  if (rows.length === 0) return [];
  return alignColumns([header, ...rows], [{}, right, right, right, right]);
}

function siteLines({ sites, matchedBy }: DiffResult, style: Style): string[] {
  const differing = sites.filter(({ status }) => status !== "same");
  const count = (status: SiteChange["status"]): string =>
    formatCount(sites.filter((site) => site.status === status).length);
  const what = matchedBy === "name" ? "sites" : "calls by program";
  const head =
    `${what}: ${count("new")} new, ${count("gone")} gone, ` +
    `${count("changed")} changed, ${count("same")} the same`;
  const rows = differing.slice(0, mostSites).map((change) => {
    const mark = { new: "born", gone: "gone", changed: "unchanged", same: "unchanged" } as const;
    const sign = change.status === "changed" ? " " : style.sign(mark[change.status]);
    return [`  ${sign} ${change.status}`, siteText(change), siteFiguresText(change, style)];
  });
  const lines = [head, ...alignColumns(rows, [{}, {}, {}])];
  if (differing.length > mostSites) {
    lines.push(`  and ${formatCount(differing.length - mostSites)} more: see --json`);
  }
  return lines;
}

function growthLines({ growths }: DiffResult, style: Style): string[] {
  if (growths.length === 0) return [];
  const turned = growths.filter(({ turns }) => turns.length > 0);
  const rows = turned.flatMap((one) =>
    turnTexts(one, style).map((text) => [`  ${siteText(one)}`, classText(one), text]),
  );
  const lines = [pairingText(growths), ...alignColumns(rows.slice(0, mostGrowths), [{}, {}, {}])];
  if (rows.length > mostGrowths) {
    lines.push(`  and ${formatCount(rows.length - mostGrowths)} more: see --json`);
  }
  return lines;
}

const conditionRoles = { clear: "good", met: "bad", unknown: "bad" } as const;

function conditionLines({ conditions }: DiffResult, style: Style): string[] {
  const rows = conditions.map((verdict) => [
    style.paint(conditionRoles[verdict.status], conditionWords[verdict.status]),
    verdict.condition,
    conditionFigures(verdict, style),
  ]);
  return alignColumns(rows, [{}, {}, {}]);
}
