/** A synthetic but realistic stream of calls: threads that map, grow, protect, advise and unmap. */
import { createBatch, type EventBatch } from "../src/events/batch.ts";
import { memoryCalls } from "../src/events/kinds.ts";

const pageBytes = 4096;

interface Range {
  address: number;
  length: number;
}

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

export interface MixOptions {
  readonly events: number;
  readonly threads?: number;
  readonly processes?: number;
  readonly seed?: number;
}

/** Fills batches of 4096 events, `events` in all. */
export function makeMix(options: MixOptions): EventBatch[] {
  const random = randomFrom(options.seed ?? 7);
  const threads = options.threads ?? 8;
  const processes = options.processes ?? 1;
  const sites = Array.from({ length: 12 }, () => 0x7f12_3400_0000 + random(0x20_0000));
  const live: Range[] = [];
  const slots = new Float64Array(processes + 1);
  let top = 0x7f12_0000_0000;
  let at = 0;
  const batches: EventBatch[] = [];
  for (let done = 0; done < options.events; ) {
    const batch = createBatch(4096);
    const rows = Math.min(4096, options.events - done);
    for (let i = 0; i < rows; i++) {
      const process = 1 + (processes === 1 ? 0 : random(processes));
      at += 400 + random(3000);
      slots[process]! += random(40) === 0 ? 3 : 1;
      batch.process[i] = process;
      batch.tid[i] = 4120 + random(threads);
      batch.at[i] = at;
      batch.duration[i] = 600 + random(2500);
      batch.slot[i] = slots[process]!;
      const args = batch.args;
      const set = (...values: number[]): void => {
        for (let k = 0; k < values.length; k++) args[k]![i] = values[k]!;
      };
      const dice = live.length < 16 ? 0 : random(100);
      const chosen = random(Math.max(1, live.length));
      const range = live[chosen];
      if (range === undefined || dice < 34) {
        const length = (1 + random(512)) * pageBytes;
        top -= length;
        if (top < 0x7e00_0000_0000) top = 0x7f12_0000_0000;
        live.push({ address: top, length });
        const isFile = random(20) === 0;
        set(0, length, isFile ? 1 : 3, isFile ? 2 : 0x22, isFile ? 5 : -1, 0);
        batch.kind[i] = memoryCalls.mmap;
        batch.result[i] = top;
        batch.file[i] = isFile ? 1 + random(30) : 0;
        batch.returnAddress[i] = sites[random(4)]!;
      } else if (dice < 66) {
        set(range.address, range.length);
        batch.kind[i] = memoryCalls.munmap;
        batch.returnAddress[i] = sites[4 + random(3)]!;
        live[chosen] = live[live.length - 1]!;
        live.pop();
      } else if (dice < 80) {
        const grown = range.length + (1 + random(256)) * pageBytes;
        set(range.address, range.length, grown, 1, 0);
        batch.kind[i] = memoryCalls.mremap;
        if (random(2) === 0) {
          top -= grown;
          range.address = top;
        }
        batch.result[i] = random(200) === 0 ? -12 : range.address;
        range.length = grown;
        batch.returnAddress[i] = sites[7]!;
      } else if (dice < 90) {
        set(range.address, pageBytes * (1 + random(8)), random(2) === 0 ? 3 : 1);
        batch.kind[i] = memoryCalls.mprotect;
        batch.returnAddress[i] = sites[8 + random(2)]!;
      } else {
        set(range.address, range.length, random(3) === 0 ? 8 : 4);
        batch.kind[i] = memoryCalls.madvise;
        batch.returnAddress[i] = sites[10 + random(2)]!;
      }
    }
    batch.length = rows;
    batch.firstSeq = done + 1;
    batches.push(batch);
    done += rows;
  }
  return batches;
}
