/** What is kept in every recording: the numbers of kinds and moments, and how many arguments a call has. */
import { describe, expect, it } from "vitest";
import { batchCapacity, createBatch, eventFlags } from "../../src/events/batch.ts";
import {
  argumentCounts,
  isCallCode,
  isMemoryCallCode,
  kindCodes,
  kindOf,
  moments,
} from "../../src/events/kinds.ts";

/** As recordings of the first version have them; a number here never changes. */
const stored = `1 mmap, 2 munmap, 3 mremap, 4 mprotect, 5 pkey_mprotect, 6 brk, 7 madvise, 8 shmat,
  9 shmdt, 10 remap_file_pages, 11 io_setup, 12 io_destroy, 13 prctl, 32 clone, 33 vfork, 34 execve,
  35 execveat, 37 exit_group, 64 processStarted, 65 mapsObserved, 66 processEnded, 67 callsLost`
  .split(",")
  .map((one) => one.trim().split(" "))
  .map(([code, name]) => ({ code: Number(code), name: name! }));

describe("kinds", () => {
  it("keep their numbers", () => {
    expect(kindCodes).toEqual(Object.fromEntries(stored.map(({ code, name }) => [name, code])));
    for (const { code, name } of stored) expect(kindOf(code)).toBe(name);
    for (const code of [0, 14, 36, 38, 68]) expect(kindOf(code)).toBeUndefined();
  });

  it("are calls that change mappings up to prctl, other calls up to 63, observations from 64 on", () => {
    const codes = [0, 1, 13, 14, 32, 37, 63, 64, 67];
    expect(codes.filter(isMemoryCallCode)).toEqual([1, 13]);
    expect(codes.filter(isCallCode)).toEqual([0, 1, 13, 14, 32, 37, 63]);
  });

  it("have as many arguments as the kernel's definitions (SYSCALL_DEFINEn)", () => {
    const byCount = [
      ["vfork"],
      ["brk", "exit_group", "io_destroy", "shmdt"],
      ["io_setup", "munmap"],
      ["execve", "madvise", "mprotect", "shmat"],
      ["pkey_mprotect"],
      ["clone", "execveat", "mremap", "prctl", "remap_file_pages"],
      ["mmap"],
    ];
    const counts = byCount.flatMap((names, count) => names.map((name) => [name, count]));
    expect(argumentCounts).toEqual(Object.fromEntries(counts));
  });
});

it("moments keep their numbers", () => {
  expect(moments).toEqual({ start: 1, fork: 2, exec: 3, exit: 4, demand: 5 });
});

it("the flags of an event keep their bits", () => {
  expect(eventFlags).toEqual({ resultUnknown: 1, resultAssumed: 2, wide: 4, shmSize: 8 });
});

it("a batch has room for as many events as were asked for, and begins with none", () => {
  const batch = createBatch(3);
  expect(batchCapacity(batch)).toBe(3);
  expect([batch.length, batch.firstSeq, batch.wide.size]).toEqual([0, 0, 0]);
  // Six registers hold a system call's arguments.
  expect(batch.args).toHaveLength(6);
  const { length: _, firstSeq: __, args, wide: ___, ...columns } = batch;
  const all = [...Object.values(columns), ...args];
  expect(all).toHaveLength(11 + 6);
  for (const column of all) expect([...column]).toEqual([0, 0, 0]);
  // Addresses, times and results pass 2^32; the others do not.
  const wide = Object.entries(columns).filter(([, column]) => column instanceof Float64Array);
  expect(wide.map(([name]) => name)).toEqual(["at", "duration", "result", "returnAddress", "slot"]);
  const bytes = Object.entries(columns).filter(([, column]) => column instanceof Uint8Array);
  expect(bytes.map(([name]) => name)).toEqual(["kind", "flags"]);
});
