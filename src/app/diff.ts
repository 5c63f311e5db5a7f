/** `maptrail diff`: two recordings of a program held against each other, and conditions on what changed. */

import { createHash } from "node:crypto";
import { type Condition, parseCondition } from "../analyses/diff/conditions.ts";
import { compareRecordings, type DiffResult, type DiffSide } from "../analyses/diff/diff.ts";
import { exitCodes, UserError } from "../base/errors.ts";
import { diffText } from "../reports/diff.ts";
import { diffHtml } from "../reports/diff-html.ts";
import { diffMarkdown } from "../reports/diff-markdown.ts";
import { openStore } from "../store/open.ts";
import { type CallSiteOptions, callSites } from "./call-sites.ts";
import { type DatabaseChoice, shownPath } from "./database.ts";
import { readDiffSide } from "./diff-side.ts";
import type { Io } from "./io.ts";
import { parseRecordingRef, type RecordingRef } from "./recording-ref.ts";
import { type SiteChoice, siteOptions } from "./site-choice.ts";

export const diffFormats = ["text", "md", "html", "json"] as const;
export type DiffFormat = (typeof diffFormats)[number];

export interface DiffOptions extends DatabaseChoice, SiteChoice {
  /** The earlier one and the later one, as parseRecordingRef reads them. */
  readonly a: string;
  readonly b: string;
  /** text when undefined. */
  readonly format?: string | undefined;
  /** Conditions as parseCondition reads them. */
  readonly failOn?: readonly string[] | undefined;
}

/** Returns the exit code: 1 when a condition is met or unknown, 3 when events could not be read. */
export async function showDiff(options: DiffOptions, io: Io): Promise<number> {
  const format = checkFormat(options.format ?? "text");
  const conditions = (options.failOn ?? []).map(parseCondition);
  const result = diffOf(options, conditions, io);
  await io.out.write(formatDiff(result, format, io));
  for (const side of [result.a, result.b]) {
    for (const sentence of side.damage) {
      const text = `maptrail: recording ${side.recording.id} in ${side.database}: ${sentence}`;
      await io.err.write(`${io.err.style.paint("bad", text)}\n`);
    }
  }
  if (result.a.damage.length + result.b.damage.length > 0) return exitCodes.damagedInput;
  const fails = result.conditions.some(({ status }) => status !== "clear");
  return fails ? exitCodes.checkFailed : exitCodes.ok;
}

function diffOf(options: DiffOptions, conditions: readonly Condition[], io: Io): DiffResult {
  const named = siteOptions(options, io);
  // Both are read as names before either is opened: a wrong word costs no replay.
  const refs = [options.a, options.b].map((text) => parseRecordingRef(text, options, io));
  const [a, b] = refs.map((ref) => readSide(ref, named, io));
  return compareRecordings(a!, b!, conditions);
}

function readSide({ path, recording }: RecordingRef, options: CallSiteOptions, io: Io): DiffSide {
  const store = openStore(path);
  try {
    const row = store.recording(recording);
    const open = { row, reader: store.reader(row.id) };
    const sites = callSites(open.reader, row, options);
    return readDiffSide(shownPath(path, io.cwd), open, sites);
  } finally {
    store.close();
  }
}

function checkFormat(text: string): DiffFormat {
  const format = diffFormats.find((known) => known === text);
  if (format !== undefined) return format;
  throw new UserError(`--format has "${text}", which is no format of a diff`, {
    hint: `It is one of ${diffFormats.join(", ")}.`,
  });
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("base64");
}

function formatDiff(result: DiffResult, format: DiffFormat, io: Io): string {
  switch (format) {
    case "text":
      return `${diffText(result, io.out.style)}\n`;
    case "md":
      return diffMarkdown(result);
    case "html":
      return diffHtml(result, sha256);
    case "json":
      return `${JSON.stringify(result)}\n`;
  }
}
