/** Options that several commands share. */

import { type Command, Option } from "commander";
import { UserError } from "../base/errors.ts";

export interface DatabaseFlags {
  db?: string;
}

export interface RecordingFlags extends DatabaseFlags {
  recording?: number;
}

/** Parses a whole number of at least `least`; the error quotes what was received. */
export function wholeNumber(option: string, least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value;
    throw new UserError(`${option} takes a whole number from ${least} on, not "${text}"`);
  };
}

export function addDatabaseOption(command: Command): Command {
  return command.option("-o, --db <file>", "the database (maptrail.db here, or MAPTRAIL_DB)");
}

export function addRecordingOptions(command: Command): Command {
  return addDatabaseOption(command).addOption(
    new Option("--recording <n>", "the recording (the newest)").argParser(
      wholeNumber("--recording", 1),
    ),
  );
}

export interface SiteFlags {
  debugDir?: string[];
  perfMaps?: string;
  allFrames?: boolean;
}

/** Where the names of functions, files and lines come from. */
export function addSiteOptions(command: Command): Command {
  return command
    .addOption(
      new Option("--debug-dir <dir>", "debug files, before /usr/lib/debug (repeatable)").argParser(
        (path: string, before: string[] | undefined) => [...(before ?? []), path],
      ),
    )
    .option("--perf-maps <dir>", "perf-PID.map files that runtimes write (/tmp)")
    .option("--all-frames", "frames of libc, the loader and the hook as well");
}

/** The command's options; `-o` may also stand before the command's name. */
export function flagsOf<Flags extends DatabaseFlags>(command: Command): Flags {
  return { ...command.parent?.opts(), ...command.opts() } as Flags;
}
