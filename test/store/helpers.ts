/** A scratch folder and ready-made recordings for the store's tests. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "vitest";
import { kindCodes } from "../../src/events/kinds.ts";
import type { ProcessEnd, ProcessStart } from "../../src/events/process.ts";
import { openStore } from "../../src/store/open.ts";
import type { RecordingMeta } from "../../src/store/recordings.ts";
import type { Store } from "../../src/store/store.ts";
import type { RecordingWriter } from "../../src/store/writer.ts";
import { batchOf, type EventRow } from "./batches.ts";

const folders: string[] = [];
const stores: Store[] = [];

afterEach(() => {
  for (const store of stores.splice(0)) store.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A folder of its own for the running test, gone when it ends. */
export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), "maptrail-store-"));
  folders.push(folder);
  return folder;
}

/** A store that is closed when the test ends. */
export function open(path: string, mode: "read" | "write" | "create" = "create"): Store {
  const store = openStore(path, { mode });
  stores.push(store);
  return store;
}

export const meta: RecordingMeta = {
  command: ["sort", "-k", "2"],
  cwd: "/home/ada",
  startedAtUnixNanos: 1_763_907_600_123_456_789n,
  source: "native",
  toolVersion: "0.1.0",
  host: { kernel: "6.18.0" },
};

export const summary = {
  status: "complete",
  durationNanos: 1_840_000_000,
  exit: { code: 0 },
  totals: '{"dropped":0}',
} as const;

export function startOf(process: number, more: Partial<ProcessStart> = {}): ProcessStart {
  return {
    process,
    pid: 4120 + process,
    ppid: 4120,
    how: "launch",
    exe: "/usr/bin/sort",
    argv: ["sort", "-k", "2"],
    atNanos: 0,
    coverage: { status: "full", reasons: [], modules: [], sites: [], via: "mem" },
    toolRanges: [],
    pageBytes: 4096,
    ...more,
  };
}

export function appendStart(writer: RecordingWriter, start: ProcessStart): void {
  appendJson(writer, kindCodes.processStarted, start.process, start);
}

export function appendEnd(writer: RecordingWriter, end: ProcessEnd): void {
  appendJson(writer, kindCodes.processEnded, end.process, end);
}

function appendJson(writer: RecordingWriter, kind: number, process: number, value: object): void {
  const blob = writer.blob(new TextEncoder().encode(JSON.stringify(value)));
  writer.append(batchOf([{ kind, process, args: [blob] }]));
}

/** `count` mmaps in process 1, each told from the others by its slot and its result. */
export function mmaps(count: number, from = 0): EventRow[] {
  return Array.from({ length: count }, (_, i) => ({
    kind: kindCodes.mmap,
    tid: 4121,
    at: (from + i) * 1000,
    duration: 700,
    args: [0, 8192, 3, 0x22, -1, 0],
    result: 0x7f00_0000_0000 + (from + i) * 8192,
    returnAddress: 0x7f12_3400_0123,
    slot: from + i,
  }));
}
