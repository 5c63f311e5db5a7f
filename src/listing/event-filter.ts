/** Parses the filter language of `events` into terms; event-predicate.ts evaluates them. */

import type { GrowthOutcome } from "../analyses/recorders/growth.ts";
import { UserError } from "../base/errors.ts";
import { parseBytes, parseDuration } from "../base/units.ts";
import { errnoName, errnoNumber } from "../events/errno.ts";
import { kindCodes, memoryCalls, observations, processCalls } from "../events/kinds.ts";
import { type InstantSpec, parseInstant } from "../replay/instant.ts";

/** Both ends belong to it. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

export type Test =
  | { readonly key: "kind"; readonly codes: readonly number[] }
  | { readonly key: "outcome"; readonly outcomes: readonly GrowthOutcome[] }
  | { readonly key: "pid" | "tid" | "process" | "seq"; readonly numbers: readonly Interval[] }
  | { readonly key: "errno"; readonly numbers: readonly number[] }
  | { readonly key: "end"; readonly how: "failed" | "ok" | "unfinished" }
  | { readonly key: "addr" | "size" | "took"; readonly ranges: readonly Interval[] }
  | { readonly key: "path"; readonly part: string }
  | { readonly key: "from" | "to"; readonly instant: InstantSpec };

export interface Term {
  readonly not: boolean;
  readonly test: Test;
}

const outcomeWords = dictionary<readonly GrowthOutcome[]>({
  "in-place": ["inPlace"],
  inplace: ["inPlace"],
  moved: ["moved"],
  relocated: ["relocated"],
  refused: ["refused"],
  shrunk: ["shrunk"],
  shrank: ["shrunk"],
  unchanged: ["unchanged"],
  duplicated: ["duplicated"],
  grew: ["inPlace", "moved"],
  growth: ["inPlace", "moved", "relocated", "refused"],
});

const eventKinds = dictionary<number>(kindCodes);

const kindGroups = dictionary<readonly number[]>({
  memory: Object.values(memoryCalls),
  process: Object.values(processCalls),
  observation: Object.values(observations),
});

const keyAliases = dictionary<string>({
  address: "addr",
  call: "kind",
  after: "from",
  since: "from",
  before: "to",
  until: "to",
  file: "path",
});

/** Users' words are looked up in Maps, so that `constructor` is not one. */
function dictionary<Value>(entries: Readonly<Record<string, Value>>): ReadonlyMap<string, Value> {
  return new Map(Object.entries(entries));
}

export const filterHint =
  "Words: a call (mremap), moved, in-place, relocated, refused, shrunk, failed, >1M, pid:1, tid:1, " +
  "errno:ENOMEM, addr:0x7f.., path:libc, took:>10us, from:1s, to:50%; ! before a word negates it.";

function wrong(word: string, why: string): UserError {
  return new UserError(`the filter has "${word}": ${why}`, { hint: filterHint });
}

/** Terms of a whole filter; all of them must hold. Throws a UserError that quotes the word. */
export function parseFilter(text: string): Term[] {
  return text.split(/\s+/).filter(Boolean).map(parseTerm);
}

function parseTerm(word: string): Term {
  const not = word.startsWith("!");
  const bare = not ? word.slice(1) : word;
  const pair = /^([a-z]+):(.*)$/.exec(bare);
  return { not, test: pair === null ? bareTest(bare, word) : keyTest(pair[1]!, pair[2]!, word) };
}

/** A test given as an option of its own: `--pid 12` is `pid:12`. */
export function optionTerm(key: string, value: string): Term {
  return { not: false, test: keyTest(key, value.replace(/\s+/g, ""), `${key}:${value}`) };
}

function bareTest(bare: string, word: string): Test {
  if (/^[<>]/.test(bare)) return keyTest("size", bare, word);
  if (/^0x/i.test(bare)) return keyTest("addr", bare, word);
  if (/^[@#]\d/.test(bare)) return keyTest("seq", bare.slice(1), word);
  if (bare === "failed" || bare === "ok" || bare === "unfinished") return { key: "end", how: bare };
  if (outcomeWords.has(bare)) return keyTest("outcome", bare, word);
  if (eventKinds.has(bare)) return keyTest("kind", bare, word);
  if (errnoNumber(bare) !== undefined) return keyTest("errno", bare, word);
  throw wrong(word, "no call, outcome, error or size has that name");
}

function keyTest(key: string, value: string, word: string): Test {
  const known = keyAliases.get(key) ?? key;
  if (value === "") throw wrong(word, "a value is missing");
  const values = value.split(",");
  switch (known) {
    case "kind":
      return { key: "kind", codes: values.flatMap((name) => codesOf(name, word)) };
    case "outcome":
      return { key: "outcome", outcomes: values.flatMap((name) => outcomesOf(name, word)) };
    case "pid":
    case "tid":
    case "process":
    case "seq":
      return { key: known, numbers: values.map((part) => interval(part, parseCount, word)) };
    case "errno":
      return { key: "errno", numbers: values.map((name) => errnoOf(name, word)) };
    case "addr":
      return { key: "addr", ranges: values.map((part) => addressRange(part, word)) };
    case "size":
      return { key: "size", ranges: values.map((part) => interval(part, parseBytes, word)) };
    case "took":
      return { key: "took", ranges: values.map((part) => interval(part, parseDuration, word)) };
    case "path":
      return { key: "path", part: value };
    case "from":
    case "to":
      return { key: known, instant: parseInstant(value) };
    default:
      throw wrong(word, `there is nothing to filter by that is called "${key}"`);
  }
}

function codesOf(name: string, word: string): readonly number[] {
  const code = eventKinds.get(name);
  if (code !== undefined) return [code];
  const group = kindGroups.get(name);
  if (group === undefined) {
    throw wrong(word, `no call is named "${name}"; groups are memory, process and observation`);
  }
  return group;
}

function outcomesOf(name: string, word: string): readonly GrowthOutcome[] {
  const outcomes = outcomeWords.get(name) ?? outcomeWords.get(name.toLowerCase());
  if (outcomes === undefined) throw wrong(word, `no outcome is named "${name}"`);
  return outcomes;
}

function errnoOf(name: string, word: string): number {
  const number = errnoNumber(name) ?? parseCount(name);
  if (number === undefined || errnoName(number) === "0") {
    throw wrong(word, `no error is named "${name}"`);
  }
  return number;
}

function parseCount(text: string): number | undefined {
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

function parseAddress(text: string): number | undefined {
  const digits = /^(?:0x)?([0-9a-f_]+)$/i.exec(text)?.[1]?.replaceAll("_", "");
  return digits === undefined || digits === "" ? undefined : Number.parseInt(digits, 16);
}

/** `5`, `>5`, `>=5`, `<5`, `<=5`, `5..9`. */
function interval(
  text: string,
  parse: (text: string) => number | undefined,
  word: string,
): Interval {
  const range = /^(.*?)\.\.(.*)$/.exec(text);
  const relation = /^([<>]=?|=)?(.*)$/.exec(text)!;
  const low = parse(range === null ? relation[2]! : range[1]!);
  const high = range === null ? low : parse(range[2]!);
  if (low === undefined || high === undefined) throw wrong(word, `"${text}" cannot be read`);
  switch (range === null ? relation[1] : undefined) {
    case ">":
      return { low: low + 1, high: Number.POSITIVE_INFINITY };
    case ">=":
      return { low, high: Number.POSITIVE_INFINITY };
    case "<":
      return { low: Number.NEGATIVE_INFINITY, high: low - 1 };
    case "<=":
      return { low: Number.NEGATIVE_INFINITY, high: low };
    default:
      return { low, high };
  }
}

/** `0x7f00`, `0x7f00-0x7fff` (end not included), `0x7f00+64K`. */
function addressRange(text: string, word: string): Interval {
  const match = /^([^-+]+)(?:(-|\+)(.+))?$/.exec(text);
  const low = parseAddress(match?.[1] ?? "");
  if (low === undefined) throw wrong(word, `"${text}" is no address`);
  if (match?.[2] === undefined) return { low, high: low };
  const rest = match[3] ?? "";
  const end = match[2] === "+" ? parseBytes(rest) : parseAddress(rest);
  if (end === undefined) throw wrong(word, `"${text}" is no range of addresses`);
  const high = (match[2] === "+" ? low + end : end) - 1;
  if (high < low) throw wrong(word, `"${text}" is an empty range`);
  return { low, high };
}
