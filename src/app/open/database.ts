/** Which database and which recording a command means, opened for reading. */

import { isAbsolute, resolve } from "node:path";
import type { RecordingFacts } from "../../analyses/stats.ts";
import { countOf } from "../../base/units.ts";
import { openStore } from "../../store/open.ts";
import type { RecordingReader } from "../../store/reader.ts";
import type { RecordingRow } from "../../store/recordings.ts";
import type { Store } from "../../store/store.ts";
import type { Io } from "../io/io.ts";

export const defaultDatabase = "maptrail.db";

export interface DatabaseChoice {
  /** -o, --db: relative to the current folder. */
  readonly db?: string | undefined;
}

export interface RecordingChoice extends DatabaseChoice {
  /** --recording: the newest when undefined. */
  readonly recording?: number | undefined;
}

/** Absolute path: the option, else MAPTRAIL_DB, else maptrail.db in the current folder. */
export function databasePath(choice: DatabaseChoice, io: Pick<Io, "env" | "cwd">): string {
  return resolve(io.cwd, choice.db || io.env["MAPTRAIL_DB"] || defaultDatabase);
}

/** The path as the user would write it: relative where that is shorter. */
export function shownPath(path: string, cwd: string): string {
  const inside = path.startsWith(`${cwd}/`) ? path.slice(cwd.length + 1) : path;
  return isAbsolute(inside) || inside === "" ? path : inside;
}

export interface OpenRecording {
  readonly store: Store;
  readonly row: RecordingRow;
  readonly reader: RecordingReader;
}

/** Opens the chosen recording, hands it to `use`, and closes it. Throws UserErrors. */
export async function withRecording<Result>(
  choice: RecordingChoice,
  io: Pick<Io, "env" | "cwd">,
  use: (open: OpenRecording) => Promise<Result>,
): Promise<Result> {
  const store = openStore(databasePath(choice, io));
  try {
    const row = store.recording(choice.recording);
    return await use({ store, row, reader: store.reader(row.id) });
  } finally {
    store.close();
  }
}

export function recordingFacts(row: RecordingRow): RecordingFacts {
  return {
    id: row.id,
    status: row.status,
    command: row.command,
    cwd: row.cwd,
    startedAt: isoTime(row.startedAtUnixNanos),
    durationNanos: row.durationNanos ?? null,
    eventCount: row.eventCount,
    exit: row.exit ?? null,
    source: row.source,
  };
}

function isoTime(unixNanos: bigint): string {
  return new Date(Number(unixNanos / 1_000_000n)).toISOString();
}

/** One sentence for each stretch of events that could not be read. */
export function damageSentences(reader: RecordingReader): string[] {
  return reader.damage.map(({ firstSeq, count, reason }) => {
    const last = firstSeq + count - 1;
    return `${countOf(count, "event")} could not be read (@${firstSeq} to @${last}): ${reason}`;
  });
}

/** Reports on stderr what could not be read; true when there is such damage. */
export async function reportDamage(reader: RecordingReader, io: Io): Promise<boolean> {
  const sentences = damageSentences(reader);
  for (const sentence of sentences) {
    await io.err.write(`${io.err.style.paint("bad", `maptrail: ${sentence}`)}\n`);
  }
  return sentences.length > 0;
}
