/** How fast a long recording replays from the database, how fast it seeks, and what it holds in memory. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Replay } from "../src/app/replay.ts";
import { Seeker } from "../src/app/seek.ts";
import { createBatch, type EventBatch } from "../src/events/batch.ts";
import { memoryCalls, moments, observations } from "../src/events/kinds.ts";
import { defaultFeatures } from "../src/space/features.ts";
import { openStore } from "../src/store/open.ts";
import type { Store } from "../src/store/store.ts";
import { type Figure, spreadOf } from "./figures.ts";
import type { Group, Outcome } from "./group.ts";

const page = 4096;
const slotPages = 16;
const base = 0x7000_0000_0000;
const pid = 4121;
const firstMaps =
  "555500000000-555500021000 rw-p 00000000 00:00 0                          [heap]\n";

/** xorshift: the same stream on each machine. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed | 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

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

function writeRecording(store: Store, events: number, live: number): number {
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

const MiB = 1024 ** 2;

/** Replay and seeks over `events` events; `live` mappings at once. */
function measure(folder: string, events: number, live: number, seeks: number): Figure[] {
  const path = join(folder, `replay-${live}.db`);
  const made = openStore(path, { mode: "create" });
  writeRecording(made, events, live);
  made.close();
  const store = openStore(path);
  try {
    const row = store.recording();
    const reader = store.reader(row.id);
    const began = performance.now();
    const replay = new Replay(reader, { features: defaultFeatures });
    for (const batch of reader.chunks({ columns: "space" })) replay.feed(batch);
    const seconds = (performance.now() - began) / 1e3;
    const space = replay.spaceOf(1);
    const first = space?.reports.items[0];
    if (first !== undefined) throw new Error(`@${first.seq} ${first.reason}`);
    const seeker = new Seeker(reader, row);
    const prepared = performance.now();
    seeker.prepare(1);
    const preparing = (performance.now() - prepared) / 1e3;
    const random = randomFrom(11);
    const times: number[] = [];
    for (let i = 0; i < seeks; i++) {
      const seq = 3 + random(events);
      const from = performance.now();
      if (seeker.spaceAt(1, seq) === undefined) throw new Error(`no space at @${seq}`);
      times.push(performance.now() - from);
    }
    times.sort((a, b) => a - b);
    const rank = (share: number): number => times[Math.floor(share * (times.length - 1))]!;
    const way = `${live} live`;
    const figure = (name: string, value: number, unit: string, goal?: Figure["goal"]): Figure => {
      const decimals = unit === "MiB" ? 0 : 2;
      return { name, way, unit, decimals, value: spreadOf([value]), goal };
    };
    const atLeast = (limit: number) => ({ of: "value", is: "at least", limit }) as const;
    const atMost = (limit: number) => ({ of: "value", is: "at most", limit }) as const;
    return [
      figure("replay from the database", events / seconds / 1e6, "M events/s", atLeast(3)),
      figure("the same, with checkpoints", events / preparing / 1e6, "M events/s"),
      figure("seek, median", rank(0.5), "ms"),
      figure("seek, p99", rank(0.99), "ms", atMost(25)),
      figure("seek, longest", rank(1), "ms"),
      figure("checkpoints", seeker.checkpointBytes / MiB, "MiB"),
      figure("resident", process.memoryUsage.rss() / MiB, "MiB", atMost(300)),
    ];
  } finally {
    store.close();
  }
}

/** A group for main.ts. */
async function benchReplay({ quick }: { readonly quick: boolean }): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), "maptrail-bench-replay-"));
  try {
    const events = quick ? 200_000 : 5_000_000;
    const seeks = quick ? 100 : 1000;
    const figures = [600, 6_000, 60_000].flatMap((live) => measure(folder, events, live, seeks));
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
