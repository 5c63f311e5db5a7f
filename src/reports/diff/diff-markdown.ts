/** `maptrail diff --format md`: a comment for a pull request. */

import type { DiffResult } from "../../analyses/diff/diff.ts";
import { plainStyle } from "../../base/style.ts";
import { formatCount } from "../../base/units.ts";
import { mdCode, mdTable, mdText } from "../markdown-text.ts";
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

const mostRows = 30;

/** With a closing newline. */
export function diffMarkdown(result: DiffResult): string {
  const blocks = [
    [`**${mdText(diffSentence(result, plainStyle))}**`],
    sideLines(result),
    conditionLines(result),
    metricLines(result),
    siteLines(result),
    growthLines(result),
  ];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

function sideLines(result: DiffResult): string[] {
  return [
    `- A: ${mdCode(sideText(result.a, plainStyle))}`,
    `- B: ${mdCode(sideText(result.b, plainStyle))}`,
    ...result.cautions.map((caution) => `- caution: ${mdText(caution)}`),
  ];
}

function conditionLines({ conditions }: DiffResult): string[] {
  if (conditions.length === 0) return [];
  const rows = conditions.map((verdict) => [
    verdict.status === "clear" ? conditionWords.clear : `**${conditionWords[verdict.status]}**`,
    mdCode(verdict.condition),
    mdText(conditionFigures(verdict, plainStyle)),
  ]);
  return mdTable(named("", "fails on", "figures"), rows);
}

function metricLines(result: DiffResult): string[] {
  const rows = shownMetrics(result).map((metric) => [
    metric.name,
    ...[
      figureText(metric.a, metric.unit, plainStyle),
      figureText(metric.b, metric.unit, plainStyle),
    ],
    changeText(metric, plainStyle),
    percentChangeText(metric, plainStyle),
  ]);
  if (rows.length === 0) return [];
  const right = ["A", "B", "change", ""].map((name) => ({ name, isNumber: true }));
  return mdTable([{ name: "" }, ...right], rows);
}

function siteLines({ sites }: DiffResult): string[] {
  const differing = sites.filter(({ status }) => status !== "same");
  if (differing.length === 0) return [];
  const rows = differing
    .slice(0, mostRows)
    .map((change) => [
      change.status,
      mdCode(siteText(change)),
      mdText(siteFiguresText(change, plainStyle)),
    ]);
  return [...mdTable(named("", "site", "calls"), rows), ...moreLine(differing.length - mostRows)];
}

function growthLines({ growths }: DiffResult): string[] {
  if (growths.length === 0) return [];
  const rows = growths.flatMap((one) =>
    turnTexts(one, plainStyle).map((text) => [
      mdCode(siteText(one)),
      mdText(classText(one)),
      mdText(text),
    ]),
  );
  const table =
    rows.length === 0 ? [] : ["", ...mdTable(named("site", "size", ""), rows.slice(0, mostRows))];
  return [mdText(pairingText(growths)), ...table, ...moreLine(rows.length - mostRows)];
}

function named(...names: readonly string[]): { readonly name: string }[] {
  return names.map((name) => ({ name }));
}

function moreLine(count: number): string[] {
  return count > 0 ? ["", `and ${formatCount(count)} more`] : [];
}
