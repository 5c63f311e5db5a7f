/** The address-time picture with its legend: static at first, interactive once the script runs. */

import type { Picture, ProcessPicture } from "../../analyses/picture/picture.ts";
import { kindLooks, type MemoryKind } from "../../base/kinds.ts";
import { countOf, formatBytes, formatCount } from "../../base/units.ts";
import { html, type Markup, nothing } from "../markup.ts";
import type { ReportResult } from "../report/report.ts";
import { hatchPattern, stillPicture } from "./still.ts";

export function pictureSection({ picture }: ReportResult): Markup {
  const [first] = picture.processes;
  if (first === undefined) {
    return html`<section class="picture"><h2>Address space over time</h2>
<p class="lead">No address space could be replayed: the recording holds no maps of any process.</p></section>`;
  }
  return html`<section class="picture" aria-labelledby="picture-title">
<div class="picture-head"><h2 id="picture-title">Address space over time</h2>
${processChoice(picture)}<span class="buttons" id="picture-buttons">
${picture.moveCount > 0 ? moveButtons : nothing}<button type="button" data-key="-" aria-label="show more">−</button>
<button type="button" data-key="+" aria-label="show less, larger">+</button>
<button type="button" data-key="0">all</button></span></div>
${hatchPattern}<div id="picture"><canvas id="picture-canvas" tabindex="0" role="application" aria-label="Address space over time. Arrow keys pan, plus and minus zoom, 0 shows all, m and shift m go from move to move."></canvas>
<div id="picture-tooltip" hidden></div>
<div class="still">${stillPicture(picture, first)}</div></div>
<p id="picture-spoken" class="unseen" aria-live="polite"></p>
${legend(picture)}
<p class="note" id="picture-note">${noteText(picture, first)} <span class="live-only">Point at one for its call, size and origin. Click, then the wheel zooms; drag to pan.</span></p></section>`;
}

const moveButtons = html`<button type="button" data-key="M" aria-label="previous move">← move</button>
<button type="button" data-key="m" aria-label="next move">move →</button>
`;

export function processLabel({ pid, program, moveCount, rangeCount }: ProcessPicture): string {
  const moves = moveCount === 0 ? "" : `, ${countOf(moveCount, "move")}`;
  return `${pid} ${program}: ${countOf(rangeCount, "range")}${moves}`;
}

function processChoice({ processes }: Picture): Markup {
  if (processes.length < 2) return nothing;
  const options = processes.map((one) => html`<option>${processLabel(one)}</option>`);
  return html`<label class="process-choice"><span class="unseen">Process</span><select id="picture-process">${options}</select></label>`;
}

/** Lists only kinds that occur in the picture. */
function legend({ ranges, kinds, moveCount }: Picture): Markup {
  const seen = new Set(ranges.kind);
  const items = kinds.flatMap((kind, i) => (seen.has(i) ? [legendItem(kind)] : []));
  const arrow = html`<li><svg viewBox="0 0 14 14" aria-hidden="true"><path d="M7 13V2m-4 5l4-5l4 5" stroke="currentColor" stroke-width="1.3" fill="none"/></svg>moved to another address</li>`;
  return html`<ul class="legend">${items}${moveCount > 0 ? arrow : nothing}</ul>`;
}

function legendItem(kind: MemoryKind): Markup {
  return html`<li><svg viewBox="0 0 14 14" aria-hidden="true"><rect class="kind-${kind}" width="14" height="14"/></svg>${kindLooks[kind].word}</li>`;
}

function noteText(picture: Picture, first: ProcessPicture): string {
  const { ranges, rangeCount } = picture;
  const what = picture.processes.length > 1 ? `It begins with ${first.pid} ${first.program}. ` : "";
  const how =
    "Each rectangle is a range that a mapping lived in: time across, addresses up, empty spans folded.";
  if (rangeCount <= ranges.length) return what + how;
  const least = ranges.end.reduce(
    (smallest, end, i) => Math.min(smallest, end - ranges.start[i]!),
    Number.POSITIVE_INFINITY,
  );
  const thinned =
    `Of ${formatCount(rangeCount)} ranges the ${formatCount(ranges.length)} largest are drawn, ` +
    `down to ${formatBytes(least)}. `;
  return what + thinned + how;
}
