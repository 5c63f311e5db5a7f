/**
 * The findings, by the question that each answers, with a small plot beside those that have one.
 */

import type { AnalysisResult, Finding, Severity } from "../../analyses/analysis.ts";
import { formatCount } from "../../base/units.ts";
import { severitySigns } from "../findings.ts";
import { html, type Markup, nothing, unbroken } from "../markup.ts";
import type { ReportResult } from "../report/report.ts";
import { plotOf } from "../sections/plots.ts";

const ranks: Readonly<Record<Severity, number>> = { bad: 0, attention: 1, note: 2, good: 3 };
const shownEvents = 6;

export function findingsSection(report: ReportResult): Markup {
  const { analyses, growthPoints, picture } = report;
  const facts = { growthPoints, durationNanos: picture.durationNanos };
  const all = analyses.results
    .map((analysis, i) => ({ analysis, i, plot: plotOf(analysis, facts) }))
    .sort((a, b) => rankOf(a.analysis) - rankOf(b.analysis) || a.i - b.i);
  const notable = all.filter(({ analysis }) => isNotable(analysis));
  const others = all.filter(({ analysis, plot }) => !isNotable(analysis) && plot !== undefined);
  const main = html`<section><h2>What stands out</h2>${notable.map(({ analysis, plot }) => block(analysis, plot))}</section>`;
  const rest = html`<section><h2>Nothing stands out here</h2><div class="plots">${others.map(({ analysis, plot }) => small(analysis, plot))}</div></section>`;
  return html`${notable.length === 0 ? nothing : main}${others.length === 0 ? nothing : rest}`;
}

function isNotable({ findings, failure }: AnalysisResult): boolean {
  return findings.length > 0 || failure !== undefined;
}

/** The plot of an analysis that found nothing, for readers who want to see for themselves. */
function small({ question }: AnalysisResult, plot: Markup | undefined): Markup {
  return html`<figure><p class="question">${question}</p>${plot ?? nothing}</figure>`;
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
  return html`<li><span class="sign ${severity === "note" ? "quiet" : severity}" aria-hidden="true">${severitySigns[severity].unicode}</span><h3>${unbroken(sentence)}</h3>${advised}${list}</li>`;
}
