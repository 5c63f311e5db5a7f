/** `maptrail diff --format html`: one page, whole in itself, that loads and runs nothing. */

import type { DiffResult } from "../analyses/diff/diff.ts";
import { plainStyle } from "../base/style.ts";
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
import { markupText } from "./html-text.ts";

const css = `:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.3rem;line-height:1.35}h2{font-size:1rem;margin-top:2rem}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th,td{text-align:left;padding:.25rem .75rem .25rem 0;border-bottom:1px solid #8884;vertical-align:top}
th{font-weight:400;opacity:.7}.n{text-align:right}code{font:.9em ui-monospace,monospace;overflow-wrap:anywhere}
.met{font-weight:700}.met::before{content:"\\00d7\\00a0"}.caution{border-left:3px solid #d55e00;padding-left:.75rem}
@media print{body{max-width:none;margin:0}}`;

/** The policy allows this sheet by its hash and nothing else; a test holds the two together. */
const cssHash = "sha256-q7ONNQXZQpQbgCNfDeeGQ8jc9VzZ4rRVsYway9RrJuY=";

/** With a closing newline. */
export function diffHtml(result: DiffResult): string {
  const sentence = markupText(diffSentence(result, plainStyle));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src '${cssHash}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>maptrail diff</title>
<style>${css}</style>
</head>
<body>
<h1>${sentence}</h1>
${[sides(result), conditions(result), figures(result), sites(result), growths(result)].join("\n")}
</body>
</html>
`;
}

function sides({ a, b, cautions }: DiffResult): string {
  const side = (letter: string, facts: DiffResult["a"]): string =>
    `<p>${letter}: <code>${markupText(sideText(facts, plainStyle))}</code></p>`;
  const doubts = cautions.map((caution) => `<p class="caution">${markupText(caution)}</p>`);
  return [side("A", a), side("B", b), ...doubts].join("\n");
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
): string {
  if (rows.length === 0) return "";
  const cell = ({ text, kind, code }: Cell): string => {
    const inner = code === true ? `<code>${markupText(text)}</code>` : markupText(text);
    return `<td${kind === undefined ? "" : ` class="${kind}"`}>${inner}</td>`;
  };
  const head = header.map((text, i) => {
    const isNumber = rows[0]?.[i]?.kind === "n";
    return `<th scope="col"${isNumber ? ' class="n"' : ""}>${markupText(text)}</th>`;
  });
  const body = rows.map((row) => `<tr>${row.map(cell).join("")}</tr>`).join("\n");
  return `<h2>${markupText(title)}</h2>
<table><thead><tr>${head.join("")}</tr></thead><tbody>
${body}
</tbody></table>`;
}

function conditions(result: DiffResult): string {
  const rows = result.conditions.map((verdict): Cell[] => [
    verdict.status === "clear"
      ? { text: conditionWords.clear }
      : { text: conditionWords[verdict.status], kind: "met" },
    { text: verdict.condition, code: true },
    { text: conditionFigures(verdict, plainStyle) },
  ]);
  return table("Conditions", ["", "fails on", "figures"], rows);
}

function figures(result: DiffResult): string {
  const rows = shownMetrics(result).map((metric): Cell[] => [
    { text: metric.name },
    { text: figureText(metric.a, metric.unit, plainStyle), kind: "n" },
    { text: figureText(metric.b, metric.unit, plainStyle), kind: "n" },
    { text: changeText(metric, plainStyle), kind: "n" },
    { text: percentChangeText(metric, plainStyle), kind: "n" },
  ]);
  return table("Figures", ["", "A", "B", "change", ""], rows);
}

function sites({ sites: all }: DiffResult): string {
  const rows = all
    .filter(({ status }) => status !== "same")
    .map((change): Cell[] => [
      { text: change.status },
      { text: siteText(change), code: true },
      { text: siteFiguresText(change, plainStyle) },
    ]);
  return table("Sites that differ", ["", "site", "calls"], rows);
}

function growths({ growths: all }: DiffResult): string {
  const rows = all.flatMap((one) =>
    turnTexts(one, plainStyle).map((text): Cell[] => [
      { text: siteText(one), code: true },
      { text: classText(one) },
      { text },
    ]),
  );
  return all.length === 0 ? "" : table(pairingText(all), ["site", "size", "outcome"], rows);
}
