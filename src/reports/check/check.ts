/** `maptrail check`: a line for each rule, and why the recording may not be exact. */

import type { CheckResult, Place, RuleVerdict } from "../../analyses/rules/judge.ts";
import type { RuleName } from "../../analyses/rules/rules.ts";
import { alignColumns, cutLine } from "../../base/columns.ts";
import { printable } from "../../base/printable.ts";
import type { Style } from "../../base/style.ts";
import { countOf, formatAddress, formatBytes, formatCount } from "../../base/units.ts";

const roles = { kept: "good", broken: "bad", unknown: "bad" } as const;
const mostDoubts = 5;

/** Lines without a closing newline. */
export function checkText(result: CheckResult, style: Style): string {
  const rows = result.rules.map((verdict) => [
    style.paint(roles[verdict.status], verdict.status),
    ruleText(verdict),
    verdictText(verdict, style),
  ]);
  const lines = [
    ...alignColumns(rows, [{}, {}, {}]),
    ...doubtLines(result, style),
    verdictLine(result, style),
  ];
  const { width } = style;
  if (width === undefined) return lines.join("\n");
  return lines.map((line) => cutLine(line, width, style.pick("…", "..."))).join("\n");
}

/** `max-peak 64 MiB`: the rule with its limit. */
export function ruleText({ rule, limit }: RuleVerdict): string {
  return limit === null ? rule : `${rule} ${limitText(rule, limit)}`;
}

function limitText(rule: RuleName, value: number): string {
  if (rule === "max-moved-share") return `${Number(value.toFixed(1))} %`;
  return rule === "max-peak" || rule === "no-leaks-over" ? formatBytes(value) : formatCount(value);
}

/** `11 moved: @32 mremap in 4121 sed, @33 ...` */
export function verdictText(verdict: RuleVerdict, style: Style): string {
  const { status, figure, where, reasons } = verdict;
  if (status === "unknown") return printable(`cannot be told: ${reasons.join("; ")}`);
  if (verdict.rule === "require-exact") {
    return figure === 0 ? "exact, and every call covered" : printable(reasons[0] ?? "not exact");
  }
  const places = where
    .slice(0, status === "kept" ? 1 : 3)
    .map((place) => placeText(verdict.rule, place, style));
  const found = foundText(verdict);
  return places.length === 0 || figure === 0 ? found : `${found}: ${places.join("; ")}`;
}

function foundText({ rule, figure }: RuleVerdict): string {
  const value = figure ?? 0;
  switch (rule) {
    case "max-moved":
      return `${formatCount(value)} moved`;
    case "max-moved-share":
      return `${limitText(rule, value)} of growths moved`;
    case "max-regions":
      return `${countOf(value, "region")} at the most`;
    case "max-peak":
      return `${formatBytes(value)} at the most`;
    case "no-refused":
      return value === 0 ? "none was refused" : `${formatCount(value)} refused`;
    case "no-wx":
      return value === 0
        ? "nothing can be written and executed"
        : `memory was writable and executable ${countOf(value, "time")}`;
    case "no-leaks-over":
      return value === 0 ? "nothing was left" : `${formatBytes(value)} left by one place`;
    case "require-exact":
      return "";
  }
}

/**
 * `@32 mremap +1.57 MiB, list_resize (listobject.c:76) in 4121 sed`; shows only what the rule
 * needs.
 */
export function placeText(rule: RuleName, place: Place, style: Style): string {
  const { seq, pid, program, call, site, bytes, mappings = 1, start, atNanos } = place;
  const event = seq === 0 ? "at the start" : `@${seq} ${call ?? ""}`.trimEnd();
  const isPeak = rule === "max-peak" || rule === "max-regions";
  const isRange = rule === "no-wx" || (rule === "no-leaks-over" && mappings === 1);
  const what = isPeak
    ? `, ${style.duration(atNanos)}`
    : isRange
      ? ` ${formatAddress(start)} + ${formatBytes(bytes)}`
      : mappings > 1
        ? ` and ${countOf(mappings - 1, "other")}, ${formatBytes(bytes)}`
        : ` +${formatBytes(bytes)}`;
  const from = site === null ? "" : `, ${printable(site)}`;
  return `${event}${what}${from} in ${pid} ${printable(program)}`;
}

function doubtLines({ doubts, rules }: CheckResult, style: Style): string[] {
  // The line of require-exact has only the first doubt, and each weakens the other figures.
  if (doubts.length === 0) return [];
  const isRule = rules.some(({ rule }) => rule === "require-exact");
  const lines = doubts.slice(0, mostDoubts).map((doubt) => `  ${printable(doubt)}`);
  if (doubts.length > mostDoubts)
    lines.push(`  and ${formatCount(doubts.length - mostDoubts)} more`);
  const head = isRule ? "not exact:" : "not exact, so figures are only what was seen:";
  return [style.paint("attention", head), ...lines];
}

function verdictLine({ rules, recording }: CheckResult, style: Style): string {
  const broken = rules.filter(({ status }) => status !== "kept").length;
  const what = `recording ${recording.id}`;
  if (broken === 0) {
    return style.paint("good", `${what}: ${countOf(rules.length, "rule")} kept`);
  }
  const text = `${what}: ${formatCount(broken)} of ${countOf(rules.length, "rule")} broken`;
  return style.paint("bad", text);
}
