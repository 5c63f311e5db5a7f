/** Texts of /proc/PID/maps as snapshots of a process. */

import { UserError } from "../../base/errors.ts";
import { defaultPageBytes } from "../../base/pages.ts";
import { parseMaps } from "../../space/regions/proc-maps.ts";
import { EventOut } from "./event-out.ts";
import {
  type Importer,
  type ImportJob,
  type ImportResult,
  type Problem,
  shareOfLines,
} from "./importer.ts";

/** A maps text is read whole; one of a process at vm.max_map_count's usual limit has 6 MiB. */
const mostBytes = 1 << 28;
const line = /^[0-9a-f]+-[0-9a-f]+ [r-][w-][x-][sp] [0-9a-f]+ [0-9a-f]+:[0-9a-f]+ \d+/;

export const mapsFiles: Importer = {
  name: "maps",
  reads: "copies of /proc/PID/maps: several files are several moments, in the order of their names",
  detect: (head) => shareOfLines(head, (text) => line.test(text)),
  run,
};

async function run({ files, sink }: ImportJob): Promise<ImportResult> {
  const out = new EventOut(sink);
  out.begin({ command: [], startedAtUnixNanos: undefined });
  const numbers = new Map<number, number>();
  const problems: Problem[] = [];
  let lines = 0;
  for (const file of files) {
    const bytes = await whole(file);
    const parsed = parseMaps(new TextDecoder().decode(bytes));
    lines += parsed.lines.length + parsed.damage.length;
    for (const { line: number, reason } of parsed.damage) {
      problems.push({ file: file.name, line: number, reason, text: "" });
    }
    if (parsed.lines.length > 0) add(out, numbers, pidOf(file.name), bytes);
  }
  if (numbers.size === 0) {
    throw new UserError("no maps text could be read", {
      exitCode: 3,
      hint: "cp /proc/PID/maps FILE makes one.",
    });
  }
  for (const [pid, process] of numbers) out.ended({ process, how: "unknown", atNanos: 0 }, pid);
  out.flush();
  return {
    lines,
    calls: 0,
    problems: problems.slice(0, 20),
    problemCount: problems.length,
    durationNanos: 0,
  };
}

function add(out: EventOut, numbers: Map<number, number>, pid: number, bytes: Uint8Array): void {
  const known = numbers.get(pid);
  const process = known ?? numbers.size + 1;
  if (known === undefined) {
    numbers.set(pid, process);
    const reasons = ["read from copies of /proc/PID/maps: no call is known"];
    out.started({
      process,
      pid,
      ppid: 0,
      how: "launch",
      exe: "",
      argv: [],
      atNanos: 0,
      coverage: { status: "none", reasons, modules: [], sites: [], via: "none" },
      toolRanges: [],
      pageBytes: defaultPageBytes,
    });
  } else out.lost(process, pid, 0, 1, "what happened between two maps texts is not known");
  out.maps(process, pid, 0, bytes, "demand");
}

/** Of `/proc/12/maps`, `12.maps`, `maps.12`; else 0. */
function pidOf(name: string): number {
  const found = /(?:\/|^)(\d+)\/maps$|(\d+)[^/\d]*$/.exec(name);
  return Number(found?.[1] ?? found?.[2] ?? 0);
}

async function whole(file: ImportJob["files"][number]): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of file.chunks) {
    bytes += piece.length;
    if (bytes > mostBytes) {
      throw new UserError(`${file.name} is too long for a maps text: over ${mostBytes} bytes`, {
        exitCode: 3,
      });
    }
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
