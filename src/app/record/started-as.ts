/** The process state that starting node has changed and that a traced program must get unchanged. */
import { Buffer } from "node:buffer";

/** Set by bin/maptrail.js before node starts; never passed on to the traced program. */
export const startedAsVariable = "MAPTRAIL_STARTED_AS";

export interface StartedAs {
  /** RLIMIT_NOFILE's soft limit, which node raises; undefined when unlimited or unknown. */
  readonly nofileSoft: number | undefined;
  /** Signals that were ignored, which node resets: nohup's SIGHUP, for one. */
  readonly ignoredSignals: readonly number[];
  /** The environment block, byte for byte and in its order; undefined when unknown. */
  readonly environ: Uint8Array | undefined;
}

/**
 * Reads `nofile=1024 sigign=0000000000001000 environ=BASE64`, in which each part may be missing and
 * base64 may be broken into lines. Unknown words are skipped: another version may have written them.
 */
export function parseStartedAs(text: string | undefined): StartedAs {
  const note = text ?? "";
  const nofile = Number(/(?:^| )nofile=(\d+)(?= |$)/.exec(note)?.[1]);
  const block = /(?:^| )environ=([A-Za-z0-9+/=\s]*)/.exec(note)?.[1];
  return {
    nofileSoft: Number.isSafeInteger(nofile) && nofile > 0 ? nofile : undefined,
    ignoredSignals: signalsOf(/(?:^| )sigign=(\S+)/.exec(note)?.[1]),
    environ: block === undefined ? undefined : Buffer.from(block, "base64"),
  };
}

/** The bits of SigIgn in /proc/PID/status: bit 0 is signal 1. */
function signalsOf(mask: string | undefined): number[] {
  if (mask === undefined || !/^[0-9a-f]{1,16}$/.test(mask)) return [];
  const bits = BigInt(`0x${mask}`);
  return Array.from({ length: 64 }, (_, i) => i + 1).filter(
    (signal) => (bits >> BigInt(signal - 1)) & 1n,
  );
}
