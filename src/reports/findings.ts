/** Findings as text: a sign and the sentence, with the advice below. */
import type { Finding, Severity } from "../analyses/analysis.ts";
import { wrap } from "../base/columns.ts";
import { printable } from "../base/printable.ts";
import type { Role, Style } from "../base/style.ts";

export const severitySigns: Readonly<
  Record<Severity, { unicode: string; ascii: string; role: Role }>
> = {
  bad: { unicode: "×", ascii: "x", role: "bad" },
  attention: { unicode: "▲", ascii: "^", role: "attention" },
  note: { unicode: "·", ascii: "-", role: "quiet" },
  good: { unicode: "+", ascii: "+", role: "good" },
};

const mostEvents = 3;

/** Lines of one finding, none wider than `width`. */
export function findingLines(finding: Finding, style: Style, width: number): string[] {
  const { unicode, ascii, role } = severitySigns[finding.severity];
  const sign = style.paint(role, style.pick(unicode, ascii));
  const sentence = wrap(printable(finding.sentence), width - 2);
  const below = [printable(finding.advice ?? ""), eventsText(finding)].filter(
    (text) => text !== "",
  );
  const advice = below.length === 0 ? [] : wrap(below.join(" "), width - 4);
  return [
    ...sentence.map((line, i) => (i === 0 ? `${sign} ${line}` : `  ${line}`)),
    ...advice.map((line) => `    ${style.paint("quiet", line)}`),
  ];
}

/** `@8123 @9001 ...` */
function eventsText({ events }: Finding): string {
  if (events.length === 0) return "";
  const shown = events.slice(0, mostEvents).map((seq) => `@${seq}`);
  return [...shown, ...(events.length > mostEvents ? ["..."] : [])].join(" ");
}

/** As many whole findings as fit into `room` lines. */
export function topFindings(
  findings: readonly Finding[],
  style: Style,
  width: number,
  room: number,
): string[] {
  const lines: string[] = [];
  for (const finding of findings) {
    const more = findingLines(finding, style, width);
    if (lines.length + more.length > room) break;
    lines.push(...more);
  }
  return lines;
}
