/** Names of JIT-compiled code, from the maps that runtimes write for perf. */

import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from "node:fs";
import { join } from "node:path";
import type { SourceFrame } from "../symbols/lookup.ts";
import { PerfMap } from "../symbols/perf-map.ts";

/** The processes of a recording, as far as code that they made is concerned. */
export interface RuntimeProcess {
  readonly pid: number;
  readonly startedAtUnixMillis: number;
}

export interface RuntimeOptions {
  /** Where perf-PID.map files lie; /tmp when absent. */
  readonly perfMapFolder?: string | undefined;
  readonly processOf: (process: number) => RuntimeProcess | undefined;
}

/** perf's own folder for them. */
const defaultFolder = "/tmp";
const mostBytes = 1 << 28;

export class RuntimeNames {
  readonly #options: RuntimeOptions;
  readonly #maps = new Map<number, PerfMap | undefined>();
  readonly notes: string[] = [];

  constructor(options: RuntimeOptions) {
    this.#options = options;
  }

  /** What the process's map says of a run-time address. */
  lookUp(process: number, address: number): SourceFrame[] {
    if (!this.#maps.has(process)) this.#maps.set(process, this.#read(process));
    const frame = this.#maps.get(process)?.lookUp(address);
    return frame === undefined ? [] : [frame];
  }

  #read(process: number): PerfMap | undefined {
    const known = this.#options.processOf(process);
    if (known === undefined) return undefined;
    const path = join(this.#options.perfMapFolder ?? defaultFolder, `perf-${known.pid}.map`);
    const text = this.#text(path, known.startedAtUnixMillis);
    return text === undefined ? undefined : new PerfMap(text);
  }

  #text(path: string, startedAtUnixMillis: number): string | undefined {
    let fd: number;
    try {
      fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    } catch {
      // Most programs write no map.
      return undefined;
    }
    try {
      const stat = fstatSync(fd);
      const reason = reasonAgainst(stat, startedAtUnixMillis);
      if (reason === undefined) return readFileSync(fd, "utf8");
      this.notes.push(`${path}: ${reason}; it is not used`);
      return undefined;
    } finally {
      closeSync(fd);
    }
  }
}

function reasonAgainst(stat: Stats, startedAtUnixMillis: number): string | undefined {
  if (!stat.isFile() || stat.size > mostBytes) return "it is no file of a size that can be read";
  // As perf itself checks: in a world-writable folder anybody could have written it.
  if (stat.uid !== 0 && stat.uid !== process.geteuid?.()) return "it belongs to another user";
  // Pids are reused, and old files remain.
  return stat.mtimeMs < startedAtUnixMillis ? "it is older than the process" : undefined;
}
