/** Generates a long synthetic recording, with results that the kernel could have returned. */
import { createBatch, type EventBatch } from "../src/events/batch.ts";
import { memoryCalls, moments, observations } from "../src/events/kinds.ts";
import type { Store } from "../src/store/store.ts";
import { randomFrom } from "./random.ts";

const page = 4096;
const slotPages = 16;
const base = 0x7000_0000_0000;
const pid = 4121;
const firstMaps =
  "555500000000-555500021000 rw-p 00000000 00:00 0                          [heap]\n";

/**
 * A history that the kernel could have made, with about `live` mappings at once, each with room
 * above it: map, grow in place, move, shrink, protect, advise, unmap. Yields batches of 4096
 * events.
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

/** Writes a recording of one process with that history; returns its id. */
export function writeHistory(store: Store, events: number, live: number): number {
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
