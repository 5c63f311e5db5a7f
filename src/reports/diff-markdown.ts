/** `maptrail diff --format md`: a comment for a pull request. */

import type { DiffResult } from "../analyses/diff/diff.ts";
import { plainStyle } from "../base/style.ts";
import { formatCount } from "../base/units.ts";
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
import { markdownCode, markdownTable, markdownText } from "./markdown.ts";

const mostRows = 30;

/** With a closing newline. */
export function diffMarkdown(result: DiffResult): string {
  const blocks = [
    [`**${markdownText(diffSentence(result, plainStyle))}**`],
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
    `- A: ${markdownCode(sideText(result.a, plainStyle))}`,
    `- B: ${markdownCode(sideText(result.b, plainStyle))}`,
    ...result.cautions.map((caution) => `- caution: ${markdownText(caution)}`),
  ];
}

function conditionLines({ conditions }: DiffResult): string[] {
  if (conditions.length === 0) return [];
  const rows = conditions.map((verdict) => [
    verdict.status === "clear" ? conditionWords.clear : `**${conditionWords[verdict.status]}**`,
    markdownCode(verdict.condition),
    markdownText(conditionFigures(verdict, plainStyle)),
  ]);
  return markdownTable(["", "fails on", "figures"], rows, "lll");
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
  return markdownTable(["", "A", "B", "change", ""], rows, "lrrrr");
}

function siteLines({ sites }: DiffResult): string[] {
  const differing = sites.filter(({ status }) => status !== "same");
  if (differing.length === 0) return [];
  const rows = differing
    .slice(0, mostRows)
    .map((change) => [
      change.status,
      markdownCode(siteText(change)),
      markdownText(siteFiguresText(change, plainStyle)),
    ]);
  return [
    ...markdownTable(["site", "", "calls"], rows, "lll"),
    ...moreLine(differing.length - mostRows),
  ];
}

function growthLines({ growths }: DiffResult): string[] {
  if (growths.length === 0) return [];
  const rows = growths.flatMap((one) =>
    turnTexts(one, plainStyle).map((text) => [
      markdownCode(siteText(one)),
      markdownText(classText(one)),
      markdownText(text),
    ]),
  );
  const table =
    rows.length === 0
      ? []
      : ["", ...markdownTable(["site", "size", ""], rows.slice(0, mostRows), "lll")];
  return [markdownText(pairingText(growths)), ...table, ...moreLine(rows.length - mostRows)];
}

function moreLine(count: number): string[] {
  return count > 0 ? ["", `and ${formatCount(count)} more`] : [];
}
