/** The findings, by the question that each answers, with a small picture beside those that have one. */

import type { AnalysisResult, Finding, Severity } from "../../analyses/analysis.ts";
import { formatCount } from "../../base/units.ts";
import { severitySigns } from "../findings.ts";
import type { ReportResult } from "../report.ts";
import { html, type Markup, nothing } from "./markup.ts";
import { plotOf } from "./plots.ts";

const ranks: Readonly<Record<Severity, number>> = { bad: 0, attention: 1, note: 2, good: 3 };
const shownEvents = 6;

export function findingsSection(report: ReportResult): Markup {
  const told = report.analyses
    .map((analysis, i) => ({ analysis, i, plot: plotOf(analysis, report) }))
    .filter(
      ({ analysis, plot }) =>
        analysis.findings.length > 0 || plot !== undefined || analysis.failure !== undefined,
    )
    .sort((a, b) => rankOf(a.analysis) - rankOf(b.analysis) || a.i - b.i);
  if (told.length === 0) return nothing;
  return html`<section><h2>What stands out</h2>${told.map(({ analysis, plot }) => block(analysis, plot))}</section>`;
}

function rankOf({ findings }: AnalysisResult): number {
  return Math.min(4, ...findings.map(({ severity }) => ranks[severity]));
}

function block(analysis: AnalysisResult, plot: Markup | undefined): Markup {
  const { question, findings, basis, failure } = analysis;
  const failed = failure === undefined ? nothing : html`<p class="bad">No result: ${failure}</p>`;
  return html`<article class="finding"><div><p class="question">${question}</p>
${failed}<ul>${findings.map(findingItem)}</ul><p class="basis">Rests on ${basis.join(", ")}.</p></div>
${plot === undefined ? nothing : html`<figure>${plot}</figure>`}</article>`;
}

function findingItem({ sentence, advice, severity, events }: Finding): Markup {
  const more = events.length - shownEvents;
  const shown = events
    .slice(0, shownEvents)
    .map((seq) => `@${seq}`)
    .join(" ");
  const rest = more > 0 ? ` and ${formatCount(more)} more` : "";
  const advised = advice === undefined ? nothing : html`<p class="advice">${advice}.</p>`;
  const list = events.length === 0 ? nothing : html`<p class="events">${shown}${rest}</p>`;
  return html`<li><span class="sign ${severity === "note" ? "quiet" : severity}" aria-hidden="true">${severitySigns[severity]}</span><h3>${sentence}</h3>${advised}${list}</li>`;
}
