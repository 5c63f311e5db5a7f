/** Imports and exports run in this process, and recordings compared across formats. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exportRecording } from "../../src/app/export.ts";
import { type ImportOptions, importFiles } from "../../src/app/import.ts";
import type { Io } from "../../src/app/io/io.ts";
import { plainStyle } from "../../src/base/style.ts";
import { eventObjects } from "../../src/listing/event-object.ts";
import { callSites } from "../../src/sites/call-sites.ts";
import { eventContext } from "../../src/store/event-context.ts";
import { openStore } from "../../src/store/open.ts";
import type { EventLine } from "./maptrail.ts";

/** An Io that keeps what is written. */
export function keptIo(
  cwd = tmpdir(),
): Io & { readonly told: () => string; readonly said: () => Buffer } {
  const out: Uint8Array[] = [];
  const err: string[] = [];
  const encoder = new TextEncoder();
  return {
    out: {
      style: plainStyle,
      isTTY: false,
      write: async (text) => {
        out.push(typeof text === "string" ? encoder.encode(text) : text.slice());
      },
    },
    err: {
      style: plainStyle,
      isTTY: false,
      write: async (text) => {
        err.push(String(text));
      },
    },
    env: {},
    cwd,
    told: () => err.join(""),
    said: () => Buffer.concat(out),
  };
}

export interface Imported {
  readonly database: string;
  readonly folder: string;
  readonly exitCode: number;
  /** What was said on stderr. */
  readonly told: string;
}

/** Imports texts by file name into a new database in a folder of its own; the caller removes the folder. */
export async function importTexts(
  texts: Readonly<Record<string, string | Uint8Array>>,
  options: Omit<Partial<ImportOptions>, "files"> = {},
): Promise<Imported> {
  const folder = await mkdtemp(join(tmpdir(), "maptrail-import-"));
  const database = join(folder, "imported.db");
  for (const [name, text] of Object.entries(texts)) await writeFile(join(folder, name), text);
  const io = keptIo(folder);
  try {
    const exitCode = await importFiles(
      { files: Object.keys(texts), db: database, quiet: true, ...options },
      io,
    );
    return { database, folder, exitCode, told: io.told() };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** An event as `maptrail events --json` shows it. */
export type EventObject = EventLine & Readonly<Record<string, unknown>>;

/** The events of the newest recording. */
export function eventsOf(database: string): EventObject[] {
  const store = openStore(database, { mode: "read" });
  try {
    const recording = store.recording();
    const reader = store.reader(recording.id);
    const context = eventContext(reader);
    const sites = callSites(reader, recording);
    const objectOf = eventObjects(context, { sites, stacks: false });
    const events: EventObject[] = [];
    for (const batch of reader.chunks()) {
      for (let row = 0; row < batch.length; row++) {
        events.push({ ...objectOf(batch, row) } as EventObject);
      }
    }
    return events;
  } finally {
    store.close();
  }
}

/** The calls of one imported log of strace, without its folder. */
export async function callsIn(
  texts: Readonly<Record<string, string>> | string,
): Promise<EventObject[]> {
  const imported = await importTexts(typeof texts === "string" ? { log: texts } : texts);
  const events = eventsOf(imported.database).filter(({ call }) => call !== null);
  await rm(imported.folder, { recursive: true });
  return events;
}

/** The bytes that `maptrail export FORMAT` writes. */
export async function exported(database: string, format: string): Promise<Buffer> {
  const io = keptIo();
  await exportRecording({ format, db: database }, io);
  return io.said();
}

/**
 * The calls of each process in their order, the processes by pid and then in the order in which they
 * first call. Between processes nothing tells an order but the clock. Who asked stands in no log.
 */
export function callsByProcess(events: readonly EventLine[]): object[][] {
  const processes = new Map<number, { pid: number; calls: object[] }>();
  for (const event of events) {
    if (event.call === null) continue;
    const {
      seq: _,
      atNanos: __,
      site: ___,
      process,
      ...rest
    } = event as EventObject & {
      atNanos: number;
      site?: string;
    };
    const known = processes.get(process) ?? { pid: event.pid, calls: [] };
    processes.set(process, known);
    known.calls.push(rest);
  }
  const all = [...processes.values()].sort((a, b) => a.pid - b.pid);
  return all.map(({ calls }) => calls);
}
