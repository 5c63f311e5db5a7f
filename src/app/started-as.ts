/** What the tool's own start has changed and a traced program must find as it was. */

import type { Environment } from "../base/terminal.ts";

/** Set by bin/maptrail.js before node starts; never passed on to the traced program. */
export const startedAsVariable = "MAPTRAIL_STARTED_AS";

export interface StartedAs {
  /** RLIMIT_NOFILE's soft limit, which node raises; undefined when unlimited or not told. */
  readonly nofileSoft: number | undefined;
  /** Signals that were ignored, which node resets: nohup's SIGHUP, for one. */
  readonly ignoredSignals: readonly number[];
  /** Variables that the shell adds or changes, as they were; undefined for one that was not there. */
  readonly environment: ReadonlyMap<string, string | undefined>;
}

/** Variables that shells set for themselves at their start. */
const shellVariables = ["PWD", "OLDPWD", "SHLVL", "_"];

/**
 * Reads `nofile=1024 sigign=0000000000001000 environ` and then a line for each of the shell's
 * variables that was set. Without the word `environ` nothing is known of them. Unknown words are
 * skipped: the file that wrote them may be another version's.
 */
export function parseStartedAs(text: string | undefined): StartedAs {
  const [head = "", ...lines] = (text ?? "").split("\n");
  const words = new Map(head.split(" ").map((word) => [word.split("=")[0], word.split("=")[1]]));
  const nofile = Number(words.get("nofile"));
  const known = new Map<string, string | undefined>();
  if (words.has("environ")) {
    for (const name of shellVariables) known.set(name, undefined);
    for (const line of lines) {
      const at = line.indexOf("=");
      const name = line.slice(0, at);
      if (at > 0 && shellVariables.includes(name)) known.set(name, unescapeNewlines(line, at + 1));
    }
  }
  return {
    nofileSoft: Number.isSafeInteger(nofile) && nofile > 0 ? nofile : undefined,
    ignoredSignals: signalsOf(words.get("sigign")),
    environment: known,
  };
}

/** The environment as the user's shell gave it to maptrail. */
export function originalEnvironment(env: Environment): Record<string, string> {
  const { environment } = parseStartedAs(env[startedAsVariable]);
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && name !== startedAsVariable) result[name] = value;
  }
  for (const [name, value] of environment) {
    if (value === undefined) delete result[name];
    else result[name] = value;
  }
  return result;
}

/** The bits of SigIgn in /proc/PID/status: bit 0 is signal 1. */
function signalsOf(mask: string | undefined): number[] {
  if (mask === undefined || !/^[0-9a-f]{1,16}$/.test(mask)) return [];
  const bits = BigInt(`0x${mask}`);
  return Array.from({ length: 64 }, (_, i) => i + 1).filter(
    (signal) => (bits >> BigInt(signal - 1)) & 1n,
  );
}

/** Newlines inside values travel as the character 1. */
function unescapeNewlines(line: string, from: number): string {
  return line.slice(from).replaceAll("\u0001", "\n");
}
