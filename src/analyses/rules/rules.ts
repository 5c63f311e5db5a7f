/**
 * Rules on one recording, as `maptrail check` takes them: from options, or from a JSON file with
 * the same names. Defines the rules and their values, and parses both forms.
 */

import { UserError } from "../../base/errors.ts";
import { parseBytes } from "../../base/units.ts";

/** The rules that are set; a rule that is absent is not checked. */
export interface Rules {
  /** Maximum number of growths that the kernel moved. */
  readonly "max-moved"?: number;
  /** Maximum share of moved growths among all, in percent: 0 to 100. */
  readonly "max-moved-share"?: number;
  /** Maximum number of regions that one process has at once. */
  readonly "max-regions"?: number;
  /** Maximum number of bytes that one process has mapped at once. */
  readonly "max-peak"?: number;
  /** No growth is refused. */
  readonly "no-refused"?: boolean;
  /** No memory is writable and executable at once. */
  readonly "no-wx"?: boolean;
  /** Maximum number of bytes that one site leaves mapped at its process's end. */
  readonly "no-leaks-over"?: number;
  /** The recording is complete, covers every call, and agrees with the kernel's maps. */
  readonly "require-exact"?: boolean;
}

export type RuleName = keyof Rules;

export type RuleKind = "count" | "percent" | "size" | "flag";

export const ruleKinds: Readonly<Record<RuleName, RuleKind>> = {
  "max-moved": "count",
  "max-moved-share": "percent",
  "max-regions": "count",
  "max-peak": "size",
  "no-refused": "flag",
  "no-wx": "flag",
  "no-leaks-over": "size",
  "require-exact": "flag",
};

export const ruleNames = Object.keys(ruleKinds) as readonly RuleName[];

const wanted: Readonly<Record<RuleKind, string>> = {
  count: "a whole number from 0 on",
  percent: "a percentage from 0 to 100, as in 20 or 20%",
  size: "a size, as in 4096, 64KiB or 1.5GiB",
  flag: "true or false",
};

/**
 * Parses a rule's limit; `where` begins the error message, as in `--max-moved`. Throws a UserError.
 */
export function parseLimit(name: RuleName, text: string, where: string): number {
  const kind = ruleKinds[name];
  const value = limitOf(kind, text.trim());
  if (value === undefined) throw new UserError(`${where} takes ${wanted[kind]}, not "${text}"`);
  return value;
}

function limitOf(kind: RuleKind, text: string): number | undefined {
  switch (kind) {
    case "count":
      return /^\d+$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : undefined;
    case "percent": {
      const match = /^(\d+(?:\.\d+)?)\s*%?$/.exec(text);
      return match !== null && Number(match[1]) <= 100 ? Number(match[1]) : undefined;
    }
    case "size":
      return parseBytes(text);
    case "flag":
      return undefined;
  }
}

/**
 * Parses a rules file: one JSON object whose keys are the options without their dashes.
 *
 *     { "max-moved-share": "20%", "max-peak": "256MiB", "no-wx": true }
 *
 * Numbers may be JSON numbers or strings; sizes and percentages are written as on the command line.
 * A flag that is false sets no rule. Throws a UserError that names the file and quotes the
 * offending part.
 */
export function parseRules(json: string, file: string): Rules {
  const value = parseJson(json, file);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new UserError(`${file} is not an object of rules`, {
      hint: 'Write it as in { "max-moved": 10, "max-peak": "64MiB", "no-wx": true }.',
    });
  }
  const rules: Record<string, number | boolean> = {};
  for (const [key, setting] of Object.entries(value)) {
    const name = ruleNames.find((known) => known === key);
    if (name === undefined) {
      throw new UserError(`${file} has "${key}", which is no rule`, {
        hint: `Rules are ${ruleNames.join(", ")}.`,
      });
    }
    rules[name] = settingOf(name, setting, file);
  }
  return rules;
}

function parseJson(json: string, file: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UserError(`${file} is not JSON: ${reason}`, { cause });
  }
}

function settingOf(name: RuleName, setting: unknown, file: string): number | boolean {
  const kind = ruleKinds[name];
  const where = `${name} in ${file}`;
  if (kind === "flag") {
    if (typeof setting === "boolean") return setting;
  } else if (typeof setting === "number" || typeof setting === "string") {
    return parseLimit(name, String(setting), where);
  }
  throw new UserError(`${where} takes ${wanted[kind]}, not ${JSON.stringify(setting)}`);
}

/** Names of the rules that are set, in the order of `ruleNames`. */
export function rulesSet(rules: Rules): RuleName[] {
  return ruleNames.filter((name) => rules[name] !== undefined && rules[name] !== false);
}
