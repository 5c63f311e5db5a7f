/** `verify --json`: one object. Addresses are hexadecimal text, times nanoseconds. */

import type { ProcessVerdict, VerifiedRange, VerifyResult } from "../../analyses/verify.ts";
import { formatHex } from "../../base/units.ts";
import type { RangeFacts } from "../../space/compare.ts";

export function verifyJson(result: VerifyResult): string {
  return JSON.stringify({ ...result, processes: result.processes.map(processObject) });
}

function processObject(verdict: ProcessVerdict): object {
  return {
    ...verdict,
    divergences: verdict.divergences.map(rangeObject),
    harmless: verdict.harmless.map(rangeObject),
    contradictions: verdict.contradictions.map((one) => ({
      ...one,
      start: formatHex(one.start),
      end: formatHex(one.end),
    })),
  };
}

function rangeObject(range: VerifiedRange): object {
  return {
    ...range,
    atNanos: Math.round(range.atNanos),
    start: formatHex(range.start),
    end: formatHex(range.end),
    expected: range.expected && factsObject(range.expected),
    actual: range.actual && factsObject(range.actual),
  };
}

function factsObject(facts: RangeFacts): object {
  return { ...facts, offset: formatHex(facts.offset) };
}
