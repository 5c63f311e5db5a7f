/** `maptrail diff --format html`: a self-contained page without scripts. */

import type { DiffResult } from "../../analyses/diff/diff.ts";
import { plainStyle } from "../../base/style.ts";
import { html, Markup, nothing } from "../markup.ts";
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

const css = `:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.3rem;line-height:1.35}h2{font-size:1rem;margin-top:2rem}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th,td{text-align:left;padding:.25rem .75rem .25rem 0;border-bottom:1px solid #8884;vertical-align:top}
th{font-weight:400;opacity:.7}.n{text-align:right}code{font:.9em ui-monospace,monospace;overflow-wrap:anywhere}
.met{font-weight:700}.met::before{content:"\\00d7\\00a0"}.caution{border-left:3px solid #d55e00;padding-left:.75rem}
@media print{body{max-width:none;margin:0}}`;

/**
 * With a closing newline. `sha256` returns base64; the policy allows this one style sheet by its
 * hash.
 */
export function diffHtml(result: DiffResult, sha256: (text: string) => string): string {
  const policy = [
    "default-src 'none'",
    `style-src 'sha256-${sha256(css)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Markup(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>maptrail diff</title>
<style>${new Markup(css)}</style>
</head>
<body>
<h1>${diffSentence(result, plainStyle)}</h1>
${[sides(result), conditions(result), figures(result), sites(result), growths(result)]}
</body>
</html>
`.text;
}

function sides({ a, b, cautions }: DiffResult): Markup {
  return html`<p>A: <code>${sideText(a, plainStyle)}</code></p>
<p>B: <code>${sideText(b, plainStyle)}</code></p>
${cautions.map((caution) => html`<p class="caution">${caution}</p>\n`)}`;
}

interface Cell {
  readonly text: string;
  readonly kind?: "n" | "met";
  readonly code?: boolean;
}

function table(
  title: string,
  header: readonly string[],
  rows: readonly (readonly Cell[])[],
): Markup {
  if (rows.length === 0) return nothing;
  const classOf = (kind: Cell["kind"]): Markup =>
    kind === undefined ? nothing : html` class="${kind}"`;
  const cell = ({ text, kind, code }: Cell): Markup =>
    html`<td${classOf(kind)}>${code === true ? html`<code>${text}</code>` : text}</td>`;
  const head = header.map((text, i) => {
    const isNumber = rows[0]?.[i]?.kind === "n";
    return html`<th scope="col"${classOf(isNumber ? "n" : undefined)}>${text}</th>`;
  });
  return html`<h2>${title}</h2>
<table><thead><tr>${head}</tr></thead><tbody>
${rows.map((row) => html`<tr>${row.map(cell)}</tr>\n`)}</tbody></table>
`;
}

function conditions(result: DiffResult): Markup {
  const rows = result.conditions.map((verdict): Cell[] => [
    verdict.status === "clear"
      ? { text: conditionWords.clear }
      : { text: conditionWords[verdict.status], kind: "met" },
    { text: verdict.condition, code: true },
    { text: conditionFigures(verdict, plainStyle) },
  ]);
  return table("Conditions", ["", "fails on", "figures"], rows);
}

function figures(result: DiffResult): Markup {
  const rows = shownMetrics(result).map((metric): Cell[] => [
    { text: metric.name },
    { text: figureText(metric.a, metric.unit, plainStyle), kind: "n" },
    { text: figureText(metric.b, metric.unit, plainStyle), kind: "n" },
    { text: changeText(metric, plainStyle), kind: "n" },
    { text: percentChangeText(metric, plainStyle), kind: "n" },
  ]);
  return table("Figures", ["", "A", "B", "change", ""], rows);
}

function sites({ sites: all }: DiffResult): Markup {
  const rows = all
    .filter(({ status }) => status !== "same")
    .map((change): Cell[] => [
      { text: change.status },
      { text: siteText(change), code: true },
      { text: siteFiguresText(change, plainStyle) },
    ]);
  return table("Sites that differ", ["", "site", "calls"], rows);
}

function growths({ growths: all }: DiffResult): Markup {
  const rows = all.flatMap((one) =>
    turnTexts(one, plainStyle).map((text): Cell[] => [
      { text: siteText(one), code: true },
      { text: classText(one) },
      { text },
    ]),
  );
  return all.length === 0 ? nothing : table(pairingText(all), ["site", "size", "outcome"], rows);
}
