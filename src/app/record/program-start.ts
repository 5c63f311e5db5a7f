/** What the traced program is started with: its arguments and environment, byte for byte as the user's shell gave them. */
import { readFile } from "node:fs/promises";
import type { Start } from "../../recorder/launch.ts";
import type { Io } from "../io/io.ts";
import { parseStartedAs, startedAsVariable } from "./started-as.ts";

function entriesOf(bytes: Buffer): Buffer[] {
  const entries: Buffer[] = [];
  for (let from = 0; from < bytes.length; ) {
    const end = bytes.indexOf(0, from);
    const to = end < 0 ? bytes.length : end;
    entries.push(bytes.subarray(from, to));
    from = to + 1;
  }
  return entries;
}

/** Node decodes arguments as UTF-8; the kernel still has them as they were, and ours are the last ones. */
async function rawArguments(command: readonly string[]): Promise<Uint8Array[]> {
  const asText = command.map((word) => Buffer.from(word));
  try {
    const all = entriesOf(await readFile("/proc/self/cmdline"));
    const last = all.slice(-command.length);
    const same = last.every((entry, i) => entry.toString("utf8") === command[i]);
    return same && last.length === command.length ? last : asText;
  } catch {
    return asText;
  }
}

/** The environment as the user's shell gave it, or as Node has it when nobody noted that. */
function rawEnvironment(environ: Uint8Array | undefined, env: Io["env"]): Uint8Array[] {
  // An empty entry is what an outer recorder took out of the block.
  if (environ !== undefined) {
    return entriesOf(Buffer.from(environ)).filter((entry) => entry.length > 0);
  }
  return Object.entries(env)
    .filter(([name, value]) => value !== undefined && name !== startedAsVariable)
    .map(([name, value]) => Buffer.from(`${name}=${value}`));
}

export async function programStart(command: readonly string[], io: Io): Promise<Start> {
  const { nofileSoft, ignoredSignals, environ } = parseStartedAs(io.env[startedAsVariable]);
  return {
    argv: await rawArguments(command),
    environ: rawEnvironment(environ, io.env),
    nofileSoft,
    ignoredSignals,
  };
}
