/** Findings as text: a sign for how much each matters, the sentence, and what to do. */

import type { Finding, Severity } from "../analyses/analysis.ts";
import { printable } from "../base/printable.ts";
import type { Role, Style } from "../base/style.ts";

export const severitySigns: Readonly<Record<Severity, string>> = {
  good: "+",
  note: "·",
  attention: "→",
  bad: "×",
};

const asciiSigns: Readonly<Record<Severity, string>> = {
  good: "+",
  note: "-",
  attention: ">",
  bad: "x",
};

const roles: Readonly<Record<Severity, Role>> = {
  good: "good",
  note: "quiet",
  attention: "attention",
  bad: "bad",
};

/** A line each, the advice beneath. */
export function findingLines(findings: readonly Finding[], style: Style): string[] {
  return findings.flatMap(({ sentence, advice, severity }) => {
    const sign = style.paint(
      roles[severity],
      style.pick(severitySigns[severity], asciiSigns[severity]),
    );
    const line = `${sign} ${printable(sentence)}`;
    return advice === undefined
      ? [line]
      : [line, `  ${style.paint("quiet", `${printable(advice)}.`)}`];
  });
}
