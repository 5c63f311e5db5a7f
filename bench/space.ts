/** Cost of an event in the model by the number of live regions, against a flat sorted array. */
import { createBatch, type EventBatch } from "../src/events/batch.ts";
import { memoryCalls } from "../src/events/kinds.ts";
import { AddressSpace } from "../src/space/space.ts";

const page = 4096;
const base = 0x10_0000_0000;
const events = 1 << 20;

/**
 * `live` regions with a gap after each, then a mix that keeps their number; about half are mmap and
 * munmap.
 */
function mix(live: number): { fill: EventBatch; batch: EventBatch } {
  const fill = createBatch(live);
  const batch = createBatch(events);
  const set = (to: EventBatch, kind: number, args: number[], result: number) => {
    const i = to.length;
    to.kind[i] = kind;
    args.forEach((value, n) => {
      to.args[n]![i] = value;
    });
    to.result[i] = result;
    to.length += 1;
  };
  let state = 12345;
  const below = (n: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
  const slot = (n: number) => base + n * 8 * page;
  const mapped = new Uint8Array(live).fill(1);
  for (let n = 0; n < live; n += 1) {
    set(fill, memoryCalls.mmap, [0, 2 * page, 3, 0x22, -1, 0], slot(n));
  }
  while (batch.length < events) {
    const n = below(live);
    const at = slot(n);
    const r = below(100);
    if (mapped[n] === 0) {
      set(batch, memoryCalls.mmap, [0, 2 * page, 3, 0x22, -1, 0], at);
      mapped[n] = 1;
    } else if (r < 45) {
      set(batch, memoryCalls.munmap, [at, 4 * page], 0);
      mapped[n] = 0;
    } else if (r < 60) set(batch, memoryCalls.mremap, [at, 2 * page, 4 * page, 1, 0], at);
    else if (r < 75) set(batch, memoryCalls.mremap, [at, 4 * page, 2 * page, 1, 0], at);
    else if (r < 90) set(batch, memoryCalls.mprotect, [at, 2 * page, below(2) * 2 + 1], 0);
    else set(batch, memoryCalls.madvise, [at, 2 * page, 4], 0);
  }
  // A grow is only possible on what has two pages: say no-op where it has four.
  const long = new Uint8Array(live);
  for (let i = 0; i < batch.length; i += 1) {
    const n = (batch.args[0]![i]! - base) / (8 * page);
    const kind = batch.kind[i]!;
    if (kind === memoryCalls.mmap) long[(batch.result[i]! - base) / (8 * page)] = 0;
    else if (kind === memoryCalls.munmap) long[n] = 0;
    else if (kind === memoryCalls.mremap) {
      const grows = batch.args[2]![i]! > batch.args[1]![i]!;
      if (grows && long[n] === 1) batch.args[1]![i] = 4 * page;
      if (!grows && long[n] === 0) batch.args[1]![i] = 2 * page;
      long[n] = grows ? 1 : 0;
    }
  }
  return { fill, batch };
}

function measure(live: number): number {
  const { fill, batch } = mix(live);
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 5; round += 1) {
    const space = new AddressSpace();
    for (let i = 0; i < fill.length; i += 1) space.apply(fill, i);
    const began = performance.now();
    for (let i = 0; i < batch.length; i += 1) space.apply(batch, i);
    best = Math.min(best, ((performance.now() - began) * 1e6) / batch.length);
    if (space.reports.contradictions > 0) throw new Error(space.reports.items[0]!.reason);
  }
  return best;
}

/** A flat array of starts: each call costs an insert and a removal. */
function measureFlat(live: number): number {
  const starts = new Float64Array(live + 1);
  for (let n = 0; n < live; n += 1) starts[n] = n;
  const rounds = Math.max(200, Math.min(20_000, Math.floor(2e8 / live)));
  const began = performance.now();
  for (let i = 0; i < rounds; i += 1) {
    const at = (i * 7919) % live;
    for (let column = 0; column < 2; column += 1) {
      starts.copyWithin(at, at + 1, live);
      starts.copyWithin(at + 1, at, live);
    }
  }
  return ((performance.now() - began) * 1e6) / rounds / 2;
}

console.log("live regions   ns an event   events a second   flat array, 2 columns, ns");
const curve = new Map<number, number>();
for (const live of [100, 600, 2_000, 6_000, 20_000, 60_000, 200_000]) {
  const nanos = measure(live);
  curve.set(live, nanos);
  const cells = [live, nanos.toFixed(0), Math.round(1e9 / nanos), measureFlat(live).toFixed(0)];
  console.log(cells.map((cell, n) => String(cell).padStart([12, 14, 18, 28][n]!)).join(""));
}
const ratio = curve.get(60_000)! / curve.get(600)!;
console.log(`60,000 regions cost ${ratio.toFixed(2)} times what 600 cost (at most 3)`);
if (ratio > 3) process.exitCode = 1;
