/** A program recorded by the hook and by strace at once, and what each recording replays to. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readLandmarks } from "../../src/replay/landmarks.ts";
import { Seeker } from "../../src/replay/seek.ts";
import type { MapsLine } from "../../src/space/regions/proc-maps.ts";
import { openStore } from "../../src/store/open.ts";
import { type EventObject, eventsOf } from "./formats.ts";
import { record } from "./maptrail.ts";
import type { RunOptions } from "./run.ts";
import { straceCommand } from "./strace.ts";

export interface BothRecorded {
  readonly database: string;
  /** strace's log, cut: it begins behind the moment at which the hook read the maps. */
  readonly log: string;
  /** Files with the maps at the process's start and at its end. */
  readonly startMaps: string;
  readonly endMaps: string;
  readonly pid: number;
  /** The process in the hook's recording. */
  readonly process: number;
  readonly toolRanges: readonly (readonly [number, number])[];
}

/** `folder` takes everything that is written. The program must be one process. */
export async function recordBoth(
  folder: string,
  command: readonly string[],
  options: RunOptions = {},
): Promise<BothRecorded> {
  const database = join(folder, "both.db");
  const whole = join(folder, "both.strace");
  const result = await record(database, straceCommand(whole, command), options);
  if (result.status !== 0) throw new Error(`the program failed: ${result.stderr}`);
  const lines = (await readFile(whole, "utf8")).split("\n");
  const pid = Number(/^\d+/.exec(lines[0]!)![0]);
  const opened = lines.findIndex((line) => line.includes('"/proc/self/maps"'));
  if (opened < 0) throw new Error("the hook did not read the maps");
  const log = join(folder, "cut.strace");
  await writeFile(log, lines.slice(opened + 1).join("\n"));
  const store = openStore(database, { mode: "read" });
  try {
    const reader = store.reader(store.recording().id);
    // The pid had strace's child first, which became the program.
    const marks = [...readLandmarks(reader).values()].filter(({ row }) => row?.pid === pid).at(-1)!;
    const [startMaps, endMaps] = [join(folder, "start.maps"), join(folder, "end.maps")];
    await writeFile(startMaps, reader.blob(marks.maps[0]!.blob));
    await writeFile(endMaps, reader.blob(marks.maps.at(-1)!.blob));
    const toolRanges = (marks.row?.toolRanges ?? []).map(
      ([start, end]) => [Number(start), Number(end)] as const,
    );
    return { database, log, startMaps, endMaps, pid, process: marks.process, toolRanges };
  } finally {
    store.close();
  }
}

/** Events of the same calls in the two recordings. */
export interface SameCall {
  readonly native: number;
  readonly imported: number;
}

const memory = new Set(["mmap", "munmap", "mremap", "mprotect", "brk", "madvise"]);

function keyOf({ tid, call, args, result }: EventObject): string {
  return `${tid} ${call} ${args.slice(0, 4).join(" ")} ${result}`;
}

/** Each memory call of the hook's recording with its like in the import; strace also saw the hook's own. */
export function sameCalls(both: BothRecorded, imported: string): SameCall[] {
  const others = eventsOf(imported);
  let next = 0;
  return eventsOf(both.database)
    .filter(({ process, call }) => process === both.process && memory.has(call ?? ""))
    .map((event) => {
      const found = others.findIndex((other, i) => i >= next && keyOf(other) === keyOf(event));
      if (found < 0) throw new Error(`the import lacks ${JSON.stringify(event)}`);
      next = found + 1;
      return { native: event.seq, imported: others[found]!.seq };
    });
}

/** `7f0000001000-7f0000002000 rw-p`, neighbours that are alike as one, without the tool's own. */
export function rangesOf(
  lines: readonly MapsLine[],
  toolRanges: BothRecorded["toolRanges"],
): string[] {
  const ranges: { start: number; end: number; permissions: string }[] = [];
  for (const { start, end, permissions } of lines) {
    if (toolRanges.some(([from, to]) => start < to && end > from)) continue;
    const last = ranges.at(-1);
    if (last?.end === start && last.permissions === permissions) last.end = end;
    else ranges.push({ start, end, permissions });
  }
  return ranges.map(
    ({ start, end, permissions }) => `${start.toString(16)}-${end.toString(16)} ${permissions}`,
  );
}

/** The lines of a process's maps as its recording replays them, at each of the events. */
export function replayedAt(
  database: string,
  process: number,
  seqs: readonly number[],
): MapsLine[][] {
  const store = openStore(database, { mode: "read" });
  try {
    const row = store.recording();
    const seeker = new Seeker(store.reader(row.id), row);
    return seqs.map((seq) => seeker.spaceAt(process, seq)?.snapshot() ?? []);
  } finally {
    store.close();
  }
}
