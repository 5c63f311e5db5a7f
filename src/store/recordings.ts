/** The table of recordings: the facts of each run or import, and the creation of a new one. */

import { exitCodes, UserError } from "../base/errors.ts";
import type { Database } from "./connection.ts";

export type RecordingStatus = "recording" | "complete" | "recovered" | "damaged";

export interface RecordingMeta {
  readonly command: readonly string[];
  readonly cwd: string;
  /** CLOCK_REALTIME in nanoseconds, as a bigint or in decimal. */
  readonly startedAtUnixNanos: bigint | string;
  /** "native", or the name of the importer. */
  readonly source: string;
  readonly toolVersion: string;
  /** Kernel, processor, libc: anything that JSON can hold. */
  readonly host: Readonly<Record<string, unknown>>;
}

/** How the recorded program ended. */
export interface ProgramExit {
  readonly code?: number;
  readonly signal?: number;
}

export interface RecordingRow {
  readonly id: number;
  readonly status: RecordingStatus;
  readonly command: readonly string[];
  readonly cwd: string;
  readonly startedAtUnixNanos: bigint;
  /** Undefined while it is being made. */
  readonly durationNanos: number | undefined;
  readonly eventCount: number;
  readonly exit: ProgramExit | undefined;
  readonly source: string;
  readonly toolVersion: string;
  readonly host: Readonly<Record<string, unknown>>;
  /** The recorder's counts, as passed to `finish`: JSON text. */
  readonly totals: string | undefined;
  /** Whether the projected SQL tables contain it. */
  readonly projected: boolean;
}

interface Stored {
  id: number;
  status: RecordingStatus;
  command: string;
  cwd: string;
  started: string;
  duration_nanos: number | null;
  event_count: number;
  exit_code: number | null;
  exit_signal: number | null;
  source: string;
  tool_version: string;
  host: string;
  totals: string | null;
  projected: number;
}

const columns = `id, status, command, cwd, CAST(started_at_unix_nanos AS TEXT) AS started,
  duration_nanos, event_count, exit_code, exit_signal, source, tool_version, host, totals, projected`;

/** All recordings, the newest last. */
export function listRecordings(database: Database): RecordingRow[] {
  const rows = database.prepare<[], Stored>(`SELECT ${columns} FROM recording ORDER BY id`).all();
  return rows.map(toRow);
}

/** One recording, the newest without `id`. Throws a UserError when there is none. */
export function findRecording(database: Database, path: string, id?: number): RecordingRow {
  const row =
    id === undefined
      ? database.prepare<[], Stored>(`SELECT ${columns} FROM recording ORDER BY id DESC`).get()
      : database.prepare<[number], Stored>(`SELECT ${columns} FROM recording WHERE id = ?`).get(id);
  if (row !== undefined) return toRow(row);
  if (id === undefined) {
    throw new UserError(`${path} holds no recordings`, {
      hint: "maptrail record COMMAND makes one.",
    });
  }
  throw new UserError(`${path} has no recording ${id}`, { hint: knownRecordings(database) });
}

function knownRecordings(database: Database): string {
  const range = database
    .prepare<[], { low: number | null; high: number | null }>(
      "SELECT min(id) AS low, max(id) AS high FROM recording",
    )
    .get();
  if (range === undefined || range.low === null) return "maptrail record COMMAND makes one.";
  return range.low === range.high
    ? `It has recording ${range.low}.`
    : `It has recordings ${range.low} to ${range.high}; maptrail list shows them.`;
}

/** Begins a recording and returns its id. */
export function insertRecording(database: Database, meta: RecordingMeta): number {
  const result = database
    .prepare(
      `INSERT INTO recording (status, command, cwd, started_at_unix_nanos, source, tool_version, host)
       VALUES ('recording', ?, ?, ?, ?, ?, ?)`,
    )
    .run(
      JSON.stringify(meta.command),
      meta.cwd,
      BigInt(meta.startedAtUnixNanos),
      meta.source,
      meta.toolVersion,
      JSON.stringify(meta.host),
    );
  return Number(result.lastInsertRowid);
}

function toRow(stored: Stored): RecordingRow {
  return {
    id: stored.id,
    status: stored.status,
    command: parse(stored, "command") as string[],
    cwd: stored.cwd,
    startedAtUnixNanos: BigInt(stored.started),
    durationNanos: stored.duration_nanos ?? undefined,
    eventCount: stored.event_count,
    exit: toExit(stored),
    source: stored.source,
    toolVersion: stored.tool_version,
    host: parse(stored, "host") as Record<string, unknown>,
    totals: stored.totals ?? undefined,
    projected: stored.projected === 1,
  };
}

function toExit(stored: Stored): ProgramExit | undefined {
  if (stored.exit_code !== null) return { code: stored.exit_code };
  if (stored.exit_signal !== null) return { signal: stored.exit_signal };
  return undefined;
}

function parse(stored: Stored, column: "command" | "host"): unknown {
  try {
    return JSON.parse(stored[column]);
  } catch (cause) {
    throw new UserError(`recording ${stored.id} is damaged: its ${column} is not JSON`, {
      exitCode: exitCodes.damagedInput,
      cause,
    });
  }
}
