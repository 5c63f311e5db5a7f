/** How fast a long recording replays from the database, how fast it seeks, and what it holds in memory. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { createBatch, type EventBatch } from "../src/events/batch.ts";
import { memoryCalls, moments, observations } from "../src/events/kinds.ts";
import { openStore } from "../src/store/open.ts";
import type { Store } from "../src/store/store.ts";
import { type Figure, spreadOf } from "./figures.ts";
import type { Group, Outcome } from "./group.ts";
import { randomFrom } from "./random.ts";
import type { ReplayFigures } from "./replay-child.ts";

const page = 4096;
const slotPages = 16;
const base = 0x7000_0000_0000;
const pid = 4121;
const firstMaps =
  "555500000000-555500021000 rw-p 00000000 00:00 0                          [heap]\n";

/**
 * A history that the kernel could have made, with about `live` mappings at once, each with room above
 * it: map, grow in place, move, shrink, protect, advise, unmap. Hands out batches of 4096 events.
 */
function* history(events: number, live: number, firstSeq: number): Generator<EventBatch> {
  const random = randomFrom(7);
  const pages = new Uint8Array(live * 2);
  const free: number[] = Array.from({ length: live * 2 }, (_, i) => i).reverse();
  const used: number[] = [];
  const at = (slot: number): number => base + slot * slotPages * page;
  let clock = 1000;
  for (let done = 0; done < events; ) {
    const batch = createBatch(4096);
    batch.firstSeq = firstSeq + done;
    const rows = Math.min(4096, events - done);
    for (let i = 0; i < rows; i++) {
      const set = (kind: number, result: number, ...args: number[]): void => {
        batch.kind[i] = kind;
        batch.result[i] = result;
        for (let k = 0; k < args.length; k++) batch.args[k]![i] = args[k]!;
      };
      clock += 300 + random(900);
      batch.process[i] = 1;
      batch.tid[i] = pid + random(4);
      batch.at[i] = clock;
      batch.duration[i] = 400 + random(800);
      batch.slot[i] = done + i;
      batch.returnAddress[i] = 0x7f12_3400_0000 + random(12) * 64;
      const index = random(Math.max(1, used.length));
      const slot = used[index];
      const dice = random(100);
      if (slot === undefined || used.length < live * 0.9 || (dice < 30 && used.length < live)) {
        const taken = free.pop()!;
        used.push(taken);
        pages[taken] = 1 + random(4);
        set(memoryCalls.mmap, at(taken), 0, pages[taken]! * page, 3, 0x22, -1, 0);
      } else if (dice < 60) {
        set(memoryCalls.munmap, 0, at(slot), slotPages * page);
        used[index] = used[used.length - 1]!;
        used.pop();
        free.push(slot);
      } else if (dice < 72 && pages[slot]! < slotPages - 1) {
        const to = pages[slot]! + 1;
        set(memoryCalls.mremap, at(slot), at(slot), pages[slot]! * page, to * page, 1, 0);
        pages[slot] = to;
      } else if (dice < 80) {
        const to = free.pop()!;
        const grown = Math.min(slotPages, pages[slot]! + 2);
        set(memoryCalls.mremap, at(to), at(slot), pages[slot]! * page, grown * page, 1, 0);
        pages[to] = grown;
        used[index] = to;
        free.unshift(slot);
      } else if (dice < 90) set(memoryCalls.mprotect, 0, at(slot), page, random(2) * 2 + 1);
      else set(memoryCalls.madvise, 0, at(slot), page, 4);
    }
    batch.length = rows;
    done += rows;
    yield batch;
  }
}

export function writeRecording(store: Store, events: number, live: number): number {
  const id = store.createRecording({
    command: ["bench"],
    cwd: "/",
    startedAtUnixNanos: 0n,
    source: "native",
    toolVersion: "0",
    host: { kernel: "6.18.0" },
  });
  const writer = store.writer(id);
  const text = (value: string): number => writer.blob(new TextEncoder().encode(value));
  const head = createBatch(2);
  const start = {
    process: 1,
    pid,
    ppid: 1,
    how: "launch",
    exe: "/bench",
    argv: ["bench"],
    atNanos: 0,
    coverage: { status: "full", reasons: [], modules: [], sites: [], via: "mem" },
    toolRanges: [],
    pageBytes: page,
  };
  head.kind[0] = observations.processStarted;
  head.args[0]![0] = text(JSON.stringify(start));
  head.kind[1] = observations.mapsObserved;
  [text(firstMaps), moments.start, 1].forEach((value, k) => {
    head.args[k]![1] = value;
  });
  head.process.fill(1);
  head.length = 2;
  writer.append(head);
  let step = 0;
  for (const batch of history(events, live, 3)) {
    writer.append(batch);
    if (++step % 64 === 0) writer.flush("{}");
  }
  writer.finish({ status: "complete", durationNanos: 1, totals: "{}" });
  return id;
}

/** Replay, checkpoints and seeks over `events` events; `live` mappings at once. */
async function measure(
  folder: string,
  events: number,
  live: number,
  seeks: number,
): Promise<Figure[]> {
  const path = join(folder, `replay-${live}.db`);
  const made = openStore(path, { mode: "create" });
  writeRecording(made, events, live);
  made.close();
  const bytesBefore = statSync(path).size;
  // In a process of its own, whose memory is the replay's alone.
  const child = join(import.meta.dirname, "replay-child.js");
  const { stdout } = await promisify(execFile)(process.execPath, [child, path, String(seeks)]);
  const found = JSON.parse(stdout) as ReplayFigures;
  const checkpointBytes = statSync(path).size - bytesBefore;
  const way = `${live} live`;
  const figure = (name: string, value: number, unit: string, goal?: Figure["goal"]): Figure => {
    const decimals = unit === "MiB" ? 0 : 2;
    return { name, way, unit, decimals, value: spreadOf([value]), goal };
  };
  const atLeast = (limit: number) => ({ of: "value", is: "at least", limit }) as const;
  const atMost = (limit: number) => ({ of: "value", is: "at most", limit }) as const;
  return [
    figure(
      "replay from the database",
      events / found.replaySeconds / 1e6,
      "M events/s",
      atLeast(3),
    ),
    figure("the same, writing checkpoints", events / found.passSeconds / 1e6, "M events/s"),
    figure("seek, median", found.seekMillis.median, "ms"),
    figure("seek, p99", found.seekMillis.p99, "ms", atMost(25)),
    figure("seek, longest", found.seekMillis.longest, "ms"),
    figure("checkpoints in the database", checkpointBytes / MiB, "MiB"),
    figure("resident", found.residentBytes / MiB, "MiB", atMost(300)),
  ];
}

const MiB = 1024 ** 2;
/** Live mappings. */
const fewest = 600;
const most = 60_000;

/** What an event costs among the most regions, against what it costs among the fewest. */
function costOfMany(figures: readonly Figure[]): Figure {
  const [few = 0, , many = 0] = figures
    .filter(({ name }) => name === "replay from the database")
    .map(({ value }) => value?.median);
  const goal = { of: "value", is: "at most", limit: 3 } as const;
  const way = `${most} live`;
  return {
    name: `an event against ${fewest} live`,
    way,
    unit: "x",
    decimals: 2,
    value: spreadOf([few / many]),
    goal,
  };
}

/** A group for main.ts. */
async function benchReplay({ quick }: { readonly quick: boolean }): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), "maptrail-bench-replay-"));
  try {
    const events = quick ? 200_000 : 5_000_000;
    const seeks = quick ? 100 : 1000;
    const figures: Figure[] = [];
    for (const live of [fewest, 6_000, most]) {
      figures.push(...(await measure(folder, events, live, seeks)));
    }
    figures.push(costOfMany(figures));
    const notes = [`${events} events of one process; seeks to ${seeks} events at random`];
    return { figures, notes };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export const replay: Group = {
  name: "replay",
  title: "Replay of a long recording",
  run: benchReplay,
};
