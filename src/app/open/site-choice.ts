/** The options that say where names come from, and the notes about names that could not be resolved. */

import { statSync } from "node:fs";
import { resolve } from "node:path";
import { UserError } from "../../base/errors.ts";
import type { CallSiteOptions, CallSites } from "../../sites/call-sites.ts";
import type { Io } from "../io/io.ts";

export interface SiteChoice {
  /** --debug-dir: directories as /usr/lib/debug is one. */
  readonly debugDir?: readonly string[] | undefined;
  /** --perf-maps: where perf-PID.map files lie. */
  readonly perfMaps?: string | undefined;
  /** --all-frames */
  readonly allFrames?: boolean | undefined;
}

/** Throws a UserError for a directory that is none. */
export function siteOptions(choice: SiteChoice, io: Pick<Io, "cwd">): CallSiteOptions {
  const { debugDir, perfMaps, allFrames } = choice;
  const folder = (option: string, path: string): string => {
    const full = resolve(io.cwd, path);
    if (statSync(full, { throwIfNoEntry: false })?.isDirectory()) return full;
    throw new UserError(`${option} takes a directory, and "${path}" is none`);
  };
  return {
    debugFolders: debugDir?.map((path) => folder("--debug-dir", path)),
    perfMapFolder: perfMaps === undefined ? undefined : folder("--perf-maps", perfMaps),
    allFrames,
  };
}

/** Reports on stderr which files could not be read as they were recorded. */
export async function reportNotes(sites: CallSites, io: Io): Promise<void> {
  for (const note of sites.notes) {
    await io.err.write(`${io.err.style.paint("attention", `maptrail: ${note}`)}\n`);
  }
}
