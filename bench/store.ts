/** How fast events are written to the event log and read back, and how much space they take. */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EventBatch } from "../src/events/batch.ts";
import { ChunkDecoder } from "../src/store/chunks/chunk-decoder.ts";
import { ChunkEncoder } from "../src/store/chunks/chunk-encoder.ts";
import { openStore } from "../src/store/open.ts";
import { makeMix } from "./mix.ts";

export interface Row {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The goal, as text; absent if there is none. */
  readonly goal?: string;
}

const rounds = 5;

/** Medians over five rounds of a million events. Writes into `folder` and cleans up. */
export async function benchStore(folder: string = tmpdir()): Promise<Row[]> {
  const events = 1_000_000;
  const mix = makeMix({ events });
  const measured = Array.from({ length: rounds }, () => measure(mix, events, folder));
  const median = (pick: (sample: Sample) => number): number =>
    measured.map(pick).sort((a, b) => a - b)[rounds >> 1]!;
  return [
    { name: "encode", value: median((s) => s.encode), unit: "M events/s" },
    { name: "decode", value: median((s) => s.decode), unit: "M events/s" },
    { name: "append and flush", value: median((s) => s.append), unit: "M events/s", goal: ">= 4" },
    { name: "read", value: median((s) => s.read), unit: "M events/s", goal: ">= 5" },
    { name: "project to SQL rows", value: median((s) => s.project), unit: "M events/s" },
    { name: "log", value: median((s) => s.logBytes), unit: "B/event", goal: "<= 25" },
    { name: "log and SQL rows", value: median((s) => s.allBytes), unit: "B/event" },
  ];
}

interface Sample {
  encode: number;
  decode: number;
  append: number;
  read: number;
  project: number;
  logBytes: number;
  allBytes: number;
}

function measure(mix: readonly EventBatch[], events: number, folder: string): Sample {
  const encoder = new ChunkEncoder();
  const decoder = new ChunkDecoder();
  const chunks: Uint8Array[] = [];
  const encode = rate(events, () => {
    for (const batch of mix) chunks.push(encoder.encode(batch, 0, batch.length, batch.firstSeq));
  });
  const decode = rate(events, () => {
    for (const chunk of chunks) decoder.decode(chunk);
  });
  const made = mkdtempSync(join(folder, "maptrail-bench-"));
  const path = join(made, "bench.db");
  try {
    const store = openStore(path, { mode: "create" });
    const id = store.createRecording({
      command: ["bench"],
      cwd: "/",
      startedAtUnixNanos: 0n,
      source: "native",
      toolVersion: "0",
      host: {},
    });
    const writer = store.writer(id);
    let step = 0;
    const append = rate(events, () => {
      for (const batch of mix) {
        writer.append(batch);
        // Like a recorder that flushes a few times a second.
        if (++step % 64 === 0) writer.flush("{}");
      }
      writer.flush("{}");
    });
    const read = rate(events, () => {
      for (const _ of store.reader(id).chunks());
    });
    store.close();
    const logBytes = statSync(path).size / events;
    const again = openStore(path, { mode: "write" });
    const project = rate(events, () =>
      again.writer(id).finish({ status: "complete", durationNanos: 1, totals: "{}" }),
    );
    again.close();
    const allBytes = statSync(path).size / events;
    return { encode, decode, append, read, project, logBytes, allBytes };
  } finally {
    rmSync(made, { recursive: true });
  }
}

/** Returns millions of events a second. */
function rate(events: number, work: () => void): number {
  const begin = process.hrtime.bigint();
  work();
  return (events * 1e3) / Number(process.hrtime.bigint() - begin);
}
