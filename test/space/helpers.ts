/** Events by hand: a batch from a few words, and a space that starts from maps text. */
import { createBatch, type EventBatch, eventFlags } from "../../src/events/batch.ts";
import { type MemoryCall, memoryCalls } from "../../src/events/kinds.ts";
import { parseMaps } from "../../src/space/regions/proc-maps.ts";
import { AddressSpace } from "../../src/space/space.ts";
import type { SpaceOptions } from "../../src/space/state/state.ts";

export const page = 4096;
export const base = 0x7f00_0000_0000;

/** An address, counted in pages from `base`. */
export function at(pages: number): number {
  return base + pages * page;
}

export interface Call {
  readonly call: MemoryCall;
  readonly args: readonly number[];
  readonly result: number;
  readonly file?: number;
  readonly unknown?: boolean;
}

export function batchOf(calls: readonly Call[]): EventBatch {
  const batch = createBatch(calls.length);
  batch.firstSeq = 1;
  batch.length = calls.length;
  calls.forEach(({ call, args, result, file, unknown }, i) => {
    batch.kind[i] = memoryCalls[call];
    args.forEach((value, n) => {
      batch.args[n]![i] = value;
    });
    batch.result[i] = result;
    batch.file[i] = file ?? 0;
    batch.flags[i] = unknown ? eventFlags.resultUnknown : 0;
  });
  return batch;
}

export function applyAll(space: AddressSpace, calls: readonly Call[]): AddressSpace {
  const batch = batchOf(calls);
  for (let i = 0; i < batch.length; i += 1) space.apply(batch, i);
  return space;
}

export function spaceOf(mapsText: string, options: SpaceOptions = {}): AddressSpace {
  const space = new AddressSpace(options);
  space.adopt(parseMaps(mapsText).lines);
  return space;
}

export const anon = (start: number, pages: number, prot = 3): Call => ({
  call: "mmap",
  args: [start, pages * page, prot, 0x32, -1, 0],
  result: start,
});

export const munmap = (start: number, pages: number): Call => ({
  call: "munmap",
  args: [start, pages * page],
  result: 0,
});

export const mremap = (
  start: number,
  old: number,
  now: number,
  result: number,
  flags = 1,
): Call => ({
  call: "mremap",
  args: [start, old * page, now * page, flags, flags & 2 ? result : 0],
  result,
});

/** `0-4 rw- 8-9 r--`: regions in pages from base. */
export function shape(space: AddressSpace): string {
  return space
    .regionsIn(base, base + 2 ** 40)
    .map(({ start, end, mode }) => {
      const access = (mode & 1 ? "r" : "-") + (mode & 2 ? "w" : "-") + (mode & 4 ? "x" : "-");
      return `${(start - base) / page}-${(end - base) / page} ${access}`;
    })
    .join(" ");
}

/** A line of maps from page `from` to page `to`. */
export function line(from: number, to: number, rest = "rw-p 00000000 00:00 0"): string {
  return `${at(from).toString(16)}-${at(to).toString(16)} ${rest}\n`;
}
