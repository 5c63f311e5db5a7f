/** The start, coverage and end of a process: the JSON of processStarted and processEnded. */

export type CoverageStatus = "full" | "partial" | "none";

/** A system call instruction in a library that the hook scanned. */
export interface CoveredSite {
  readonly call: string;
  /** Base name of the library. */
  readonly module: string;
  /** Offset from the library's base, hexadecimal text. */
  readonly offset: string;
  readonly patched: boolean;
  /** Why it is not patched. */
  readonly reason?: string;
}

export interface CoveredModule {
  readonly path: string;
  /** Where it lies, hexadecimal text. */
  readonly base: string;
  readonly buildId: string;
  /** Where the sites came from. */
  readonly found: "cache" | "scan";
}

/** How many of a process's calls the recording holds, and why not all. */
export interface Coverage {
  readonly status: CoverageStatus;
  /** Sentences, empty when full. */
  readonly reasons: readonly string[];
  readonly modules: readonly CoveredModule[];
  readonly sites: readonly CoveredSite[];
  /** How the sites were written. */
  readonly via: "mem" | "mprotect" | "none";
}

export interface ProcessStart {
  readonly process: number;
  readonly pid: number;
  readonly ppid: number;
  /** The process that forked it or that it was before its exec; absent for the first. */
  readonly parent?: number;
  readonly how: "launch" | "exec" | "fork";
  /** Absolute path of the program, or what is known of it. */
  readonly exe: string;
  readonly argv: readonly string[];
  readonly atNanos: number;
  readonly coverage: Coverage;
  /** The tool's own memory in this process; ranges in [start, end), hexadecimal text. */
  readonly toolRanges: readonly (readonly [string, string])[];
  readonly pageBytes: number;
  /**
   * Its mappings at its start are not known, as in a log of another tool: its space begins empty, or
   * with what is known of its parent's, until a maps text shows the rest.
   */
  readonly startUnknown?: true;
}

export interface ProcessEnd {
  readonly process: number;
  readonly how: "exit" | "exec" | "killed" | "running" | "unknown";
  /** Exit status, where the program's end was seen. */
  readonly status?: number;
  readonly signal?: number;
  readonly atNanos: number;
  /** Calls whose stack found no room, so that only their caller is kept. Absent for none. */
  readonly stacksLost?: number;
  /** Mapping calls in its code that are not patched, found by scanning its executable mappings. */
  readonly outside?: readonly CoveredSite[];
}

/** Calls that are known to be missing. */
export interface LostCalls {
  readonly seq: number;
  readonly count: number;
  readonly reason: string;
}
