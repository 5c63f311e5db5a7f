/** The findings: what happened, what to do, and the events behind it. */
import type { Finding } from "../../analyses/analysis.ts";
import type { FindingsAnswer } from "../../app/explore/findings.ts";
import { wrap } from "../../base/columns.ts";
import { printable } from "../../base/printable.ts";
import type { Role } from "../../base/style.ts";
import { countOf } from "../../base/units.ts";
import { drawList, type Entry, type Piece } from "./list.ts";
import type { Palette } from "./palette.ts";

export interface FindingsState {
  readonly answer: FindingsAnswer | undefined;
  readonly isAsking: boolean;
  readonly error: string | undefined;
}

const severityRoles: Readonly<Record<Finding["severity"], Role>> = {
  bad: "bad",
  attention: "attention",
  note: "accent",
  good: "good",
};

const severitySigns: Readonly<Record<Finding["severity"], readonly [string, string]>> = {
  bad: ["×", "x"],
  attention: ["→", ">"],
  note: ["·", "."],
  good: ["+", "+"],
};

export function drawFindings(
  { answer, isAsking, error }: FindingsState,
  chosen: number,
  width: number,
  height: number,
  palette: Palette,
): string[] {
  const quiet = palette.role("quiet");
  const say = (text: string, look = quiet): Entry => ({ rows: [[[text, look]]], isChosen: false });
  const entries: Entry[] = [];
  if (error !== undefined) entries.push(say(`no findings: ${error}`, palette.role("bad")));
  if (answer === undefined && isAsking)
    entries.push(say("every event is read for this; keys work meanwhile"));
  for (const [i, finding] of (answer?.findings ?? []).entries()) {
    entries.push({ rows: findingRows(finding, width - 4, palette), isChosen: i === chosen });
  }
  if (answer?.findings.length === 0) entries.push(say("nothing stands out in this recording"));
  for (const failure of answer?.failures ?? []) {
    entries.push(say(`no answer: ${failure}`, palette.role("bad")));
  }
  return drawList(entries, width, height, palette);
}

function findingRows(finding: Finding, width: number, palette: Palette): Piece[][] {
  const { severity, sentence, advice, events } = finding;
  const look = palette.role(severityRoles[severity]);
  const [unicode, ascii] = severitySigns[severity];
  const strong = palette.role("strong");
  const rows: Piece[][] = wrap(printable(sentence), width - 2).map((text, i) => [
    [i === 0 ? `${palette.pick(unicode, ascii)} ` : "  ", look],
    [text, strong],
  ]);
  const advised = advice === undefined ? [] : wrap(printable(advice), width - 2);
  for (const text of advised) rows.push([[`  ${text}`, ""]]);
  const [first] = events;
  if (first !== undefined) {
    const rest = events.length > 1 ? ` and ${countOf(events.length - 1, "event")} more` : "";
    rows.push([[`  @${first}${rest}`, palette.role("quiet")]]);
  }
  rows.push([]);
  return rows;
}
