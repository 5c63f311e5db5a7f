/** The native side as `doctor` sees it: the hook's library, the libc that it patches, where journals go. */
import { statSync } from "node:fs";
import type { Coverage } from "../../events/process.ts";
import { ensureNative, type NativeFiles } from "../../recorder/native-build.ts";
import { journalPlace } from "../../recorder/session.ts";
import { runTrial } from "../../recorder/trial.ts";
import { libcVersion } from "./libc-version.ts";

/** What a trial of the hook found out; every part is absent when it could not be tried. */
export interface NativeProbeResult {
  /** The hook's compiled library, or why there is none. */
  readonly library?:
    | { readonly path: string; readonly cached: boolean }
    | { readonly problem: string };
  readonly libc?: {
    readonly path: string;
    /** `glibc 2.36`, `musl 1.2.3`. */
    readonly version: string;
    /** Sites that were patched, by name of the call. */
    readonly sites: Readonly<Record<string, number>>;
    /** Wanted calls with no site, or with one that could not be patched. */
    readonly missing: readonly string[];
  };
  /** How sites can be written. */
  readonly via?: "mem" | "mprotect" | "none";
  /** Where journals go by default. */
  readonly journalFolder?: string;
  /** Why the hook could not be tried. */
  readonly trialProblem?: string;
}

export interface ProbeOptions {
  /** The database that would be recorded into. */
  readonly database: string;
  /** Where journals are to go; chosen by room when undefined. */
  readonly journal?: string | undefined;
  /** PATH, in which the program of the trial is looked for. */
  readonly path: string;
}

/** Never throws: what fails is part of the result. */
export type NativeProbe = (options: ProbeOptions) => Promise<NativeProbeResult>;

function findLibrary(): { native?: NativeFiles; library: NativeProbeResult["library"] & object } {
  const begun = Date.now();
  try {
    const native = ensureNative();
    const cached = statSync(native.hook).ctimeMs < begun;
    return { native, library: { path: native.hook, cached } };
  } catch (error) {
    return { library: { problem: (error as Error).message } };
  }
}

/** The C library among the modules: the one with the most calls, since the loader has a few of its own. */
function describeLibc({ modules, sites, reasons }: Coverage): NativeProbeResult["libc"] {
  const name = (path: string): string => path.slice(path.lastIndexOf("/") + 1);
  const countIn = (path: string): number =>
    sites.filter(({ module }) => module === name(path)).length;
  const [libc] = [...modules].sort((a, b) => countIn(b.path) - countIn(a.path));
  if (libc === undefined) return undefined;
  const counts: Record<string, number> = {};
  const missing = new Set<string>();
  for (const { call, patched } of sites) {
    if (patched) counts[call] = (counts[call] ?? 0) + 1;
    else missing.add(call);
  }
  // Coverage has the calls without any site in a sentence alone.
  for (const reason of reasons) {
    const calls = /^(.*): no system call site found in libc$/.exec(reason)?.[1];
    for (const call of calls?.split(", ") ?? []) missing.add(call);
  }
  const { path } = libc;
  return { path, version: libcVersion(path), sites: counts, missing: [...missing] };
}

/** Records `true` without a database; some 20 ms once the library is built. */
export const nativeProbe: NativeProbe = async ({ database, journal, path }) => {
  const { native, library } = findLibrary();
  const journalFolder = journal ?? journalPlace(database);
  if (native === undefined) return { library, journalFolder };
  try {
    const coverage = await runTrial(native, journalFolder, ["true"], `${path}:/usr/bin:/bin`);
    if (coverage === undefined) {
      return {
        library,
        journalFolder,
        trialProblem: "true opened no journal: the hook was not loaded",
      };
    }
    const libc = describeLibc(coverage);
    return { library, journalFolder, via: coverage.via, ...(libc === undefined ? {} : { libc }) };
  } catch (error) {
    return { library, journalFolder, trialProblem: (error as Error).message };
  }
};
