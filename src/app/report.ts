/** `maptrail report`: one result from one pass over the events, and every format made from it. */

import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { PictureFold } from "../analyses/picture-fold.ts";
import type { KnownProcess } from "../analyses/picture-rows.ts";
import { StatsFold } from "../analyses/stats.ts";
import { exitCodes, UserError } from "../base/errors.ts";
import { formatBytes } from "../base/units.ts";
import type { PageTools } from "../reports/page/page.ts";
import type { ReportResult } from "../reports/report.ts";
import { baseName } from "../reports/words.ts";
import type { RecordingReader } from "../store/reader.ts";
import type { RecordingRow } from "../store/recordings.ts";
import { damageSentences, type RecordingChoice, reportDamage, withRecording } from "./database.ts";
import { blobText, heapEnd } from "./event-context.ts";
import type { Io } from "./io.ts";
import { statsResult } from "./stats.ts";
import { verifyRecording } from "./verify.ts";
import { packageVersion } from "./version.ts";

export const reportFormats = ["html", "md", "json", "text"] as const;
export type ReportFormat = (typeof reportFormats)[number];

export interface ReportOptions extends RecordingChoice {
  /** By the end of the file's name, else html, when not given. */
  readonly format?: string | undefined;
  /** Standard output when not given. */
  readonly output?: string | undefined;
}

/** Returns the exit code: 3 when events could not be read. */
export function showReport(options: ReportOptions, io: Io): Promise<number> {
  const format = formatOf(options);
  return withRecording(options, io, async ({ row, reader }) => {
    const text = await reportText(makeReport(row, reader), format);
    if (options.output === undefined || options.output === "-") await io.out.write(text);
    else await save(options.output, text, io);
    return (await reportDamage(reader, io)) ? exitCodes.damagedInput : exitCodes.ok;
  });
}
