/** `maptrail diff`: compares two recordings of a program, with conditions on the changes. */

import { createHash } from "node:crypto";
import { resolve } from "node:path";
import { type Condition, parseCondition } from "../analyses/diff/conditions.ts";
import { compareRecordings, type DiffResult, type DiffSide } from "../analyses/diff/diff.ts";
import { exitCodes } from "../base/errors.ts";
import { plainStyle, type Style } from "../base/style.ts";
import { diffText } from "../reports/diff/diff.ts";
import { diffHtml } from "../reports/diff/diff-html.ts";
import { diffMarkdown } from "../reports/diff/diff-markdown.ts";
import { type CallSiteOptions, callSites } from "../sites/call-sites.ts";
import { openStore } from "../store/open.ts";
import type { Io } from "./io/io.ts";
import { type FormatChoice, formatOf, type ReportFormat } from "./io/report-format.ts";
import { writeWhole } from "./io/write-whole.ts";
import { type DatabaseChoice, shownPath } from "./open/database.ts";
import { parseRecordingRef, type RecordingRef } from "./open/recording-ref.ts";
import { type SiteChoice, siteOptions } from "./open/site-choice.ts";
import { readDiffSide } from "./passes/diff-side.ts";

export interface DiffOptions extends DatabaseChoice, SiteChoice, FormatChoice {
  /** The earlier one and the later one, as parseRecordingRef reads them. */
  readonly a: string;
  readonly b: string;
  /** Conditions as parseCondition reads them. */
  readonly failOn?: readonly string[] | undefined;
}

/** Returns the exit code: 1 when a condition is met or unknown, 3 when events could not be read. */
export async function showDiff(options: DiffOptions, io: Io): Promise<number> {
  const format = formatOf(options, "text");
  const conditions = (options.failOn ?? []).map(parseCondition);
  const result = diffOf(options, conditions, io);
  const { output } = options;
  if (output === undefined) await io.out.write(formatDiff(result, format, io.out.style));
  else await writeWhole(resolve(io.cwd, output), output, formatDiff(result, format, plainStyle));
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
  // Both are parsed before either is opened, so that a typo costs no replay.
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

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("base64");
}

function formatDiff(result: DiffResult, format: ReportFormat, style: Style): string {
  switch (format) {
    case "text":
      return `${diffText(result, style)}\n`;
    case "md":
      return diffMarkdown(result);
    case "html":
      return diffHtml(result, sha256);
    case "json":
      return `${JSON.stringify(result)}\n`;
  }
}
