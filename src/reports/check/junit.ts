/** A check as JUnit XML, for CI services: a test case for each rule. */

import type { CheckResult, RuleVerdict } from "../../analyses/rules/judge.ts";
import { commandText } from "../../base/program.ts";
import { plainStyle } from "../../base/style.ts";
import { xmlText } from "../xml-text.ts";
import { placeText, ruleText, verdictText } from "./check.ts";

/** With a closing newline. A rule that is broken or unknown is a failure. */
export function junitXml(result: CheckResult): string {
  const { rules, recording, doubts } = result;
  const failures = rules.filter(({ status }) => status !== "kept").length;
  const seconds = ((recording.durationNanos ?? 0) / 1e9).toFixed(3);
  const counts = `tests="${rules.length}" failures="${failures}" errors="0"`;
  const program = xmlText(commandText(recording.command));
  const cases = rules.map((verdict) => testCase(verdict, `maptrail.${program}`));
  const notes =
    doubts.length === 0 ? [] : [`<system-err>${doubts.map(xmlText).join("\n")}</system-err>`];
  const began = recording.startedAt.replace(/\.\d+Z$/, "");
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="maptrail check" ${counts} time="${seconds}">`,
    `<testsuite name="recording ${recording.id}: ${program}" ${counts} skipped="0" time="${seconds}" timestamp="${began}">`,
    ...cases,
    ...notes,
    "</testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}

function testCase(verdict: RuleVerdict, className: string): string {
  const name = `name="${xmlText(ruleText(verdict))}" classname="${className}" time="0"`;
  const text = xmlText(verdictText(verdict, plainStyle));
  if (verdict.status === "kept") {
    return `<testcase ${name}><system-out>${text}</system-out></testcase>`;
  }
  const places = verdict.where.map((place) => placeText(verdict.rule, place, plainStyle));
  const more = [...verdict.reasons, ...places].map(xmlText).join("\n");
  return `<testcase ${name}><failure message="${text}" type="${verdict.status}">${more}</failure></testcase>`;
}
