/** `maptrail export`: writes a recording in another tool's format. */

import { type FileHandle, open, rename, rm, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { exitCodes, UserError } from "../base/errors.ts";
import type { ExportOut } from "../formats/export/exporter.ts";
import { exporterNamed } from "../formats/export/exporters.ts";
import type { Io } from "./io/io.ts";
import { type RecordingChoice, reportDamage, withRecording } from "./open/database.ts";
import { exportSource } from "./passes/export-source.ts";

export interface ExportOptions extends RecordingChoice {
  readonly format: string;
  /** Relative to the current folder; the standard output when absent. */
  readonly output?: string | undefined;
}

/**
 * Returns the exit code: 3 when events could not be read. A file is replaced as a whole or left as it
 * was.
 */
export function exportRecording(options: ExportOptions, io: Io): Promise<number> {
  const exporter = exporterNamed(options.format);
  return withRecording(options, io, async (recording) => {
    const source = exportSource(recording);
    const { output } = options;
    if (output === undefined || output === "-") {
      if (exporter.isBinary && io.out.isTTY) {
        throw new UserError(`${exporter.name} is not for a terminal`, {
          hint: `maptrail export ${exporter.name} -o FILE writes it to a file.`,
        });
      }
      await exporter.run(source, {
        text: (text) => io.out.write(text),
        bytes: (bytes) => io.out.write(bytes),
      });
    } else await toFile(resolve(io.cwd, output), (out) => exporter.run(source, out));
    return (await reportDamage(recording.reader, io)) ? exitCodes.damagedInput : exitCodes.ok;
  });
}

async function toFile(path: string, write: (out: ExportOut) => Promise<void>): Promise<void> {
  const there = await stat(path).catch(() => undefined);
  // A pipe or a device is written as it is; a file only takes the name once it is whole.
  const isSpecial = there !== undefined && !there.isFile();
  const place = isSpecial ? path : `${path}.partial-${process.pid}`;
  const file = await openedFor(path, place);
  try {
    await write(outTo(file, path));
    await file.close();
    if (!isSpecial) await rename(place, path);
  } catch (error) {
    await file.close().catch(() => undefined);
    if (!isSpecial) await rm(place, { force: true });
    throw error;
  }
}

async function openedFor(path: string, place: string): Promise<FileHandle> {
  try {
    return await open(place, "w");
  } catch (cause) {
    throw cannotWrite(
      path,
      cause,
      "Name a file in a folder that exists and that you may write to.",
    );
  }
}

function outTo(file: FileHandle, path: string): ExportOut {
  const written = async (bytes: Uint8Array): Promise<void> => {
    try {
      for (let at = 0; at < bytes.length; ) {
        at += (await file.write(bytes, at)).bytesWritten;
      }
    } catch (cause) {
      throw cannotWrite(
        path,
        cause,
        "Free some space, or write elsewhere; nothing was left there.",
      );
    }
  };
  const encoder = new TextEncoder();
  return { text: (text) => written(encoder.encode(text)), bytes: written };
}

function cannotWrite(path: string, cause: unknown, hint: string): UserError {
  const reason = (cause as NodeJS.ErrnoException).code ?? String(cause);
  return new UserError(`"${path}" cannot be written (${reason})`, {
    exitCode: exitCodes.cannotRun,
    hint,
    cause,
  });
}
