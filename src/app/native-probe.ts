/** The native side as `doctor` sees it: the hook's library, the libc that it would patch. */

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
    /** Sites found, by name of the call. */
    readonly sites: Readonly<Record<string, number>>;
    /** Wanted calls without a site. */
    readonly missing: readonly string[];
  };
  /** How sites can be written. */
  readonly via?: "mem" | "mprotect" | "none";
  /** Where journals go by default. */
  readonly journalFolder?: string;
}

/** Never throws: what fails is part of the result. */
export type NativeProbe = () => Promise<NativeProbeResult>;

/** Undefined while there is no native side to ask; doctor then says so. */
export const nativeProbe: NativeProbe | undefined = undefined;
