/** `maptrail stats --full`: every analysis with its question, findings and figures. */
import type { AnalysisResult } from "../../analyses/analysis.ts";
import type { Analyses } from "../../analyses/answers.ts";
import type { Style } from "../../base/style.ts";
import { findingLines } from "../findings.ts";
import { sectionOf } from "./sections.ts";

const mostColumns = 100;

/** Lines without a closing newline: a section for each analysis that was run. */
export function analysesText({ results }: Pick<Analyses, "results">, style: Style): string {
  return results.map((result) => sectionText(result, style)).join("\n\n");
}

function sectionText(result: AnalysisResult, style: Style): string {
  const { title, question, failure, findings, data } = result;
  const lines = [`${style.paint("strong", title)}  ${style.paint("quiet", question)}`];
  if (failure !== undefined) lines.push(`  ${style.paint("bad", `no result: ${failure}`)}`);
  for (const finding of findings) {
    lines.push(...findingLines(finding, style, mostColumns - 2).map((line) => `  ${line}`));
  }
  const tables = sectionOf(result.id)?.tables(data, style) ?? [];
  const shown = tables.filter((rows) => rows.length > 0);
  lines.push(...shown.flatMap((rows, i) => (i === 0 ? rows : ["", ...rows])));
  if (lines.length === 1) lines.push(`  ${style.paint("quiet", "nothing to tell")}`);
  return lines.join("\n");
}
