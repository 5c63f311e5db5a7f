/** `maptrail report`: one result from one pass over the events, and every format made from it. */

import { createHash } from "node:crypto";
import { resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { GrowthPointsFold } from "../analyses/picture/growth-points.ts";
import { PictureFold } from "../analyses/picture/picture-fold.ts";
import type { KnownProcess } from "../analyses/picture/picture-rows.ts";
import { StatsFold } from "../analyses/stats.ts";
import { assertNever } from "../base/assert.ts";
import { exitCodes } from "../base/errors.ts";
import { printable } from "../base/printable.ts";
import { programName } from "../base/program.ts";
import { plainStyle, type Style } from "../base/style.ts";
import { formatBytes } from "../base/units.ts";
import { packageVersion } from "../base/version.ts";
import type { Landmarks } from "../replay/landmarks.ts";
import type { PageTools } from "../reports/page/page.ts";
import type { ReportResult } from "../reports/report/report.ts";
import { callSites } from "../sites/call-sites.ts";
import { teeLineage } from "../space/state/lineage.ts";
import { blobText, heapEnd } from "../store/event-context.ts";
import { pageBytesOf } from "../store/processes.ts";
import type { RecordingReader } from "../store/reader.ts";
import type { RecordingRow } from "../store/recordings.ts";
import type { Io } from "./io/io.ts";
import { formatOf, type ReportFormat } from "./io/report-format.ts";
import { writeWhole } from "./io/write-whole.ts";
import {
  damageSentences,
  type RecordingChoice,
  reportDamage,
  withRecording,
} from "./open/database.ts";
import { reportNotes, type SiteChoice, siteOptions } from "./open/site-choice.ts";
import { type AnalyseOptions, analysing } from "./passes/analyse.ts";
import { statsResult } from "./passes/examination.ts";
import { type SharedReplay, verifyRecording } from "./passes/verification.ts";

export interface ReportOptions extends RecordingChoice, SiteChoice {
  /** By the end of the file's name, else html, when not given. */
  readonly format?: string | undefined;
  /** Standard output when not given. */
  readonly output?: string | undefined;
}

/** Returns the exit code: 3 when events could not be read. */
export function showReport(options: ReportOptions, io: Io): Promise<number> {
  const format = formatOf(options, "html");
  return withRecording(options, io, async ({ row, reader }) => {
    const sites = callSites(reader, row, siteOptions(options, io));
    const report = makeReport(row, reader, { sites });
    const text = await reportText(report, format, styleOf(options, io));
    if (options.output === undefined || options.output === "-") await io.out.write(text);
    else await save(options.output, text, io);
    await reportNotes(sites, io);
    return (await reportDamage(reader, io)) ? exitCodes.damagedInput : exitCodes.ok;
  });
}

/** A file has no colours, whatever the terminal has. */
function styleOf({ output }: ReportOptions, io: Io): Style {
  return output === undefined || output === "-" ? io.out.style : plainStyle;
}

async function save(output: string, text: string, io: Io): Promise<void> {
  await writeWhole(resolve(io.cwd, output), output, text);
  await io.err.write(`wrote ${output}, ${formatBytes(Buffer.byteLength(text))}\n`);
}

/** Stats, verification, analyses and the picture of a recording, from one pass over its events. */
export function makeReport(
  row: RecordingRow,
  reader: RecordingReader,
  options: AnalyseOptions = {},
): ReportResult {
  const heap = (blob: number): number | undefined => heapEnd(blobText(reader, blob));
  const processes = reader.processes();
  const pageBytes = pageBytesOf(processes);
  const stats = new StatsFold({ pageBytes, heapEnd: heap });
  const picture = new PictureFold({ sites: options.sites });
  const points = new GrowthPointsFold({ pageBytes, heapEnd: heap });
  const analysis = analysing(row, reader, options);
  const verification = verifyRecording(reader, row, watchedByBoth(analysis.replayOptions, picture));
  for (const batch of reader.chunks()) {
    stats.feed(batch);
    points.feed(batch);
    picture.begin(batch);
    verification.feed(batch);
  }
  const analyses = analysis.conclude(verification.replay);
  const { landmarks } = verification.replay;
  return {
    stats: statsResult(row, processes, stats, verification),
    verify: verification.result(),
    analyses,
    growthPoints: points.result(),
    picture: picture.finish(knownProcesses(landmarks), row.durationNanos),
    damage: damageSentences(reader),
    toolVersion: packageVersion(),
  };
}

/** A replay has one lineage listener for each process; this calls two. */
function watchedByBoth(guests: SharedReplay, picture: PictureFold): SharedReplay {
  return {
    ...guests,
    lineage: (process) => {
      const one = guests.lineage?.(process);
      const other = picture.listener(process);
      return one === undefined ? other : teeLineage(one, other);
    },
  };
}

function knownProcesses(landmarks: Landmarks): KnownProcess[] {
  return [...landmarks.values()].map(({ process, row }) => ({
    process,
    pid: row?.pid ?? 0,
    program: printable(programName(row)),
    fromNanos: row?.atNanos ?? 0,
    toNanos: row?.end?.atNanos,
  }));
}

/** The report in its format, with a newline at its end. */
export async function reportText(
  report: ReportResult,
  format: ReportFormat,
  style = plainStyle,
): Promise<string> {
  switch (format) {
    case "html": {
      const { reportPage } = await import("../reports/page/page.ts");
      return reportPage(report, pageTools);
    }
    case "md": {
      const { markdownReport } = await import("../reports/report/markdown.ts");
      return markdownReport(report);
    }
    case "json": {
      const { reportJson } = await import("../reports/report/report-json.ts");
      return `${reportJson(report)}\n`;
    }
    case "text": {
      const { reportLines } = await import("../reports/report/report-text.ts");
      return `${reportLines(report, style)}\n`;
    }
    default:
      return assertNever(format);
  }
}

const pageTools: PageTools = {
  sha256: (text) => createHash("sha256").update(text).digest("base64"),
  // A higher level takes twice as long and saves a twentieth.
  gzip: (bytes) => gzipSync(bytes, { level: 4 }),
};
