/** `maptrail check`: checks a recording, or a program that it records, against rules. */

import { accessSync, constants, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { CheckResult } from "../analyses/rules/judge.ts";
import {
  parseLimit,
  parseRules,
  type RuleName,
  type Rules,
  ruleKinds,
  ruleNames,
  rulesSet,
} from "../analyses/rules/rules.ts";
import { exitCodes, UserError } from "../base/errors.ts";
import { checkText } from "../reports/check/check.ts";
import { junitXml } from "../reports/check/junit.ts";
import { exitText } from "../reports/words.ts";
import { callSites } from "../sites/call-sites.ts";
import type { Io, Output } from "./io/io.ts";
import {
  type OpenRecording,
  type RecordingChoice,
  reportDamage,
  withRecording,
} from "./open/database.ts";
import { reportNotes, type SiteChoice, siteOptions } from "./open/site-choice.ts";
import { checkRecording } from "./passes/check-facts.ts";
import { record } from "./record/record.ts";
import type { Recorded } from "./record/record-options.ts";

/** Rules as they were typed: the text of a limit, or true for a rule that takes none. */
export type TypedRules = Readonly<Partial<Record<RuleName, string | true>>>;

export interface CheckOptions extends RecordingChoice, SiteChoice {
  /** Rules by option; they win over those of the file. */
  readonly rules: TypedRules;
  /** A JSON file of rules, relative to the current folder. */
  readonly rulesFile?: string | undefined;
  /** Where to write JUnit XML, relative to the current folder. */
  readonly junit?: string | undefined;
  readonly json?: boolean | undefined;
  /** A program to record and check; the recording that is there is checked when it is empty. */
  readonly command?: readonly string[] | undefined;
}

/**
 * Returns the exit code: 1 when a rule is broken, 3 when events could not be read; of a program that
 * was recorded for it, the program's own status when every rule is kept.
 */
export async function showCheck(options: CheckOptions, io: Io): Promise<number> {
  const rules = rulesOf(options, io);
  const { command = [], junit } = options;
  // Checked before a long run, which must not end with nowhere to put its result.
  if (junit !== undefined) checkPlace(resolve(io.cwd, junit));
  if (command.length === 0) {
    return withRecording(options, io, (open) => checkOpen(open, rules, options, io, io.out));
  }
  if (options.recording !== undefined) {
    throw new UserError("--recording and a program to record cannot stand together", {
      hint: "Leave out --recording: the program's recording is the one that is checked.",
    });
  }
  const recorded = await record({ db: options.db, command, quiet: true }, io);
  if (!recorded.isFinished) return exitCodes.damagedInput;
  const choice = { db: recorded.database, recording: recorded.recording };
  // The output is the program's own.
  const exitCode = await withRecording(choice, io, (open) =>
    checkOpen(open, rules, options, io, io.err),
  );
  if (recorded.exitCode !== 0) await writeFailure(recorded, io);
  return exitCode === exitCodes.ok ? recorded.exitCode : exitCode;
}

async function checkOpen(
  open: OpenRecording,
  rules: Rules,
  options: CheckOptions,
  io: Io,
  output: Output,
): Promise<number> {
  const sites = callSites(open.reader, open.row, siteOptions(options, io));
  const result = checkRecording(open, rules, sites);
  if (options.junit !== undefined) writeJunit(resolve(io.cwd, options.junit), result);
  const text = options.json === true ? JSON.stringify(result) : checkText(result, output.style);
  await output.write(`${text}\n`);
  await reportNotes(sites, io);
  if (await reportDamage(open.reader, io)) return exitCodes.damagedInput;
  return result.status === "kept" ? exitCodes.ok : exitCodes.checkFailed;
}

async function writeFailure({ exit }: Recorded, { err }: Io): Promise<void> {
  const how = exitText(exit ?? null) || "an end that nobody saw";
  await err.write(`${err.style.paint("attention", `the program itself failed: ${how}`)}\n`);
}

function rulesOf({ rules, rulesFile }: CheckOptions, { cwd }: Io): Rules {
  const typed = parseTyped(rules);
  const all = rulesFile === undefined ? typed : { ...readRules(resolve(cwd, rulesFile)), ...typed };
  if (rulesSet(all).length > 0) return all;
  throw new UserError("there is no rule to check", {
    hint: `Give at least one of ${ruleNames.map((name) => `--${name}`).join(", ")}, or --rules FILE.`,
  });
}

function parseTyped(typed: TypedRules): Rules {
  const rules: Partial<Record<RuleName, number | boolean>> = {};
  for (const name of ruleNames) {
    const text = typed[name];
    if (text === undefined) continue;
    const isFlag = ruleKinds[name] === "flag" || text === true;
    rules[name] = isFlag ? true : parseLimit(name, text, `--${name}`);
  }
  return rules as Rules;
}

function readRules(path: string): Rules {
  let json: string;
  try {
    json = readFileSync(path, "utf8");
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new UserError(`the rules in ${path} cannot be read: ${code}`, { cause });
  }
  return parseRules(json, path);
}

function checkPlace(path: string): void {
  try {
    accessSync(dirname(path), constants.W_OK);
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw new Error("it is a folder");
  } catch (cause) {
    throw cannotWrite(path, cause);
  }
}

function writeJunit(path: string, result: CheckResult): void {
  try {
    writeFileSync(path, junitXml(result));
  } catch (cause) {
    throw cannotWrite(path, cause);
  }
}

function cannotWrite(path: string, cause: unknown): UserError {
  const reason = cause instanceof Error ? ("code" in cause ? cause.code : cause.message) : cause;
  return new UserError(`${path} cannot be written: ${reason}`, {
    hint: "Name a file in a folder that exists and that you may write to: --junit FILE.",
    cause,
  });
}
