/**
 * The report as one self-contained page: no network, no second file, readable without its script.
 */

import { commandText } from "../../base/program.ts";
import { plainStyle } from "../../base/style.ts";
import { html, jsonBlock, Markup } from "../markup.ts";
import type { ReportResult } from "../report/report.ts";
import { reportSentence } from "../report/report-sentence.ts";
import { clientScript } from "./client.gen.ts";
import { findingsSection } from "./findings-section.ts";
import { packPicture } from "./pack.ts";
import { pictureSection, processLabel } from "./picture-section.ts";
import { styleSheet } from "./styles.ts";
import { summarySection } from "./summary-section.ts";
import { tablesSection } from "./tables-section.ts";

/** Functions that the page needs from outside, as this room does no I/O. */
export interface PageTools {
  /** SHA-256 in base64, the form that Content-Security-Policy uses. */
  sha256(text: string): string;
  gzip(bytes: Uint8Array): Uint8Array;
}

/**
 * The whole file. Its policy allows only its own script and style sheet, by their hashes; no name
 * in a recording can become markup or code.
 */
export function reportPage(report: ReportResult, tools: PageTools): string {
  const policy = [
    "default-src 'none'",
    `script-src 'sha256-${tools.sha256(clientScript)}'`,
    `style-src 'sha256-${tools.sha256(styleSheet)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  const title = `${commandText(report.stats.recording.command, 60)}: ${reportSentence(report, plainStyle)}`;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Markup(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${new Markup(styleSheet)}</style>
</head>
<body>
<main>
${summarySection(report)}
${pictureSection(report)}
${findingsSection(report)}
${tablesSection(report)}
${footer(report)}
</main>
${dataBlocks(report, tools)}
<script>${new Markup(clientScript)}</script>
</body>
</html>
`;
  return page.text;
}

function footer({ stats, toolVersion }: ReportResult): Markup {
  const { recording } = stats;
  const source = recording.source === "native" ? "" : `, imported from ${recording.source}`;
  return html`<footer>maptrail ${toolVersion}, recording ${recording.id}${source}, in <code>${recording.cwd}</code>. Moved pages are not copied: the kernel moves their page tables.</footer>`;
}

function dataBlocks({ picture }: ReportResult, tools: PageTools): Markup {
  if (picture.processes.length === 0) return new Markup("");
  const { facts, bytes } = packPicture(picture, processLabel);
  const packed = tools.gzip(bytes);
  const base64 = Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength).toString(
    "base64",
  );
  return html`<script type="application/json" id="picture-facts">${jsonBlock(facts)}</script>
<script type="application/octet-stream" id="picture-data">${new Markup(base64)}</script>`;
}
