/** What each call is about, from arguments as strace would print them; lengths in pages of 4096 bytes. */
import { describe, expect, it } from "vitest";
import { roundUpToPages } from "../../src/base/pages.ts";
import { createBatch, type EventBatch, eventFlags } from "../../src/events/batch.ts";
import {
  argument,
  errnoAt,
  exactValues,
  isResultKnown,
  meaningOf,
} from "../../src/events/describe.ts";
import { type EventKind, kindCodes } from "../../src/events/kinds.ts";

interface Row {
  readonly kind: EventKind | number;
  readonly args?: readonly number[];
  readonly result?: number;
  readonly flags?: number;
}

/** The row in question is the second one: the first is all ones, which would show. */
function batchOf({ kind, args = [], result = 0, flags = 0 }: Row): EventBatch {
  const batch = createBatch(2);
  batch.length = 2;
  batch.kind.set([kindCodes.brk, typeof kind === "number" ? kind : kindCodes[kind]]);
  batch.flags.set([eventFlags.shmSize, flags]);
  batch.result.set([-1, result]);
  batch.args.forEach((column, i) => {
    column.set([1, args[i] ?? 0]);
  });
  return batch;
}

function meaning(row: Row) {
  return meaningOf(batchOf(row), 1, 4096);
}

const at = 0x7f00_0000_0000;
const to = 0x7f00_0010_0000;

describe("the meaning of", () => {
  it("mmap: where it lies, or where it was asked for when it failed", () => {
    const args = [at, 4097, 3, 0x22, -1, 0];
    const rest = { length: 8192, prot: "PROT_READ|PROT_WRITE", flags: "MAP_PRIVATE|MAP_ANONYMOUS" };
    expect(meaning({ kind: "mmap", args, result: to })).toEqual({ addr: to, ...rest });
    expect(meaning({ kind: "mmap", args, result: -12 })).toEqual({ addr: at, ...rest });
    const unknown = eventFlags.resultUnknown;
    expect(meaning({ kind: "mmap", args, result: to, flags: unknown })).toEqual({
      addr: at,
      ...rest,
    });
  });

  it("munmap", () => {
    expect(meaning({ kind: "munmap", args: [at, 1] })).toEqual({ addr: at, length: 4096 });
  });

  it("mremap: where it went, or where it was to go", () => {
    const may = { addr: at, length: 4096, newLength: 12_288, flags: "MREMAP_MAYMOVE" };
    const args = [at, 4096, 8193, 1, to];
    expect(meaning({ kind: "mremap", args, result: to + 4096 })).toEqual({
      ...may,
      newAddr: to + 4096,
    });
    // The fifth argument means something with MREMAP_FIXED alone.
    expect(meaning({ kind: "mremap", args, result: -14 })).toEqual(may);
    const fixed = [at, 4096, 8193, 3, to];
    expect(meaning({ kind: "mremap", args: fixed, result: -14 })).toEqual({
      ...may,
      newAddr: to,
      flags: "MREMAP_MAYMOVE|MREMAP_FIXED",
    });
  });

  it.each(["mprotect", "pkey_mprotect"] as const)("%s", (kind) => {
    const expected = { addr: at, length: 8192, prot: "PROT_READ" };
    expect(meaning({ kind, args: [at, 8192, 1, 5] })).toEqual(expected);
  });

  it("brk: the end as it is, or as it was wanted", () => {
    expect(meaning({ kind: "brk", args: [at], result: to })).toEqual({ addr: to });
    expect(meaning({ kind: "brk", args: [at], result: -12 })).toEqual({ addr: at });
  });

  it("madvise", () => {
    const expected = { addr: at, length: 8192, advice: "MADV_DONTNEED" };
    expect(meaning({ kind: "madvise", args: [at, 8192, 4] })).toEqual(expected);
  });

  it("shmat: its length where it was seen", () => {
    const args = [7, at, 0o10000, 5000, 7];
    const expected = { addr: to, flags: "SHM_RDONLY" };
    expect(meaning({ kind: "shmat", args, result: to })).toEqual(expected);
    expect(meaning({ kind: "shmat", args, result: -22 })).toEqual({ ...expected, addr: at });
    const flags = eventFlags.shmSize;
    expect(meaning({ kind: "shmat", args, result: to, flags })).toEqual({
      ...expected,
      length: 8192,
    });
  });

  it.each(["shmdt", "io_destroy"] as const)("%s", (kind) => {
    expect(meaning({ kind, args: [at] })).toEqual({ addr: at });
  });

  it("remap_file_pages: its flags are the fifth argument", () => {
    expect(meaning({ kind: "remap_file_pages", args: [at, 4096, 0, 3, 0x1_0000] })).toEqual({
      addr: at,
      length: 4096,
      prot: "PROT_NONE",
      flags: "MAP_NONBLOCK",
    });
  });

  it("prctl: a range for PR_SET_VMA, nothing for any other", () => {
    const named = [0x53564d41, 0, at, 8192, 1];
    expect(meaning({ kind: "prctl", args: named })).toEqual({ addr: at, length: 8192 });
    expect(meaning({ kind: "prctl", args: [15, 0, at, 4096, 1] })).toEqual({});
  });

  it("clone: flags in 32 bits; what does not fit is clone3's pointer", () => {
    expect(meaning({ kind: "clone", args: [0x1200011] })).toEqual({
      flags: "SIGCHLD|CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID",
    });
    expect(meaning({ kind: "clone", args: [0] })).toEqual({ flags: "0" });
    expect(meaning({ kind: "clone", args: [0xffff_ffff] })?.flags).toContain("CLONE_IO");
    expect(meaning({ kind: "clone", args: [0x1_0000_0000] })).toEqual({});
    expect(meaning({ kind: "clone", args: [-1] })).toEqual({});
  });

  it.each(["io_setup", "vfork", "execve", "execveat", "exit_group"] as const)(
    "%s: no range",
    (kind) => {
      expect(meaning({ kind, args: [at, 4096] })).toEqual({});
    },
  );

  it("an observation or a kind of a later version: none", () => {
    expect(meaning({ kind: "mapsObserved", args: [1] })).toBeUndefined();
    expect(meaning({ kind: 200 })).toBeUndefined();
  });
});

describe("values", () => {
  it("are as many as the call has arguments, and the result", () => {
    const batch = batchOf({ kind: "munmap", args: [at, 4096, 9], result: -22 });
    expect(exactValues(batch, 1)).toEqual({ args: [at, 4096], result: -22 });
    expect(argument(batch, 1, 1)).toBe(4096);
    expect(exactValues(batchOf({ kind: "callsLost", args: [5] }), 1)).toEqual({
      args: [],
      result: 0,
    });
  });

  it("are the exact ones where a double would round them", () => {
    const batch = batchOf({ kind: "munmap", args: [at, 2 ** 60], flags: eventFlags.wide });
    const exact = [1n, 2n ** 60n + 1n, 3n, 4n, 5n, 6n, -7n];
    batch.wide.set(1, exact);
    expect(exactValues(batch, 1)).toEqual({ args: [1n, 2n ** 60n + 1n], result: -7n });
    // Without the flag, what is under the row's number is another batch's.
    batch.flags[1] = 0;
    expect(exactValues(batch, 1)).toEqual({ args: [at, 2 ** 60], result: 0 });
  });

  it("have an error when the call came back with one", () => {
    const failed = batchOf({ kind: "munmap", result: -22 });
    expect([isResultKnown(failed, 1), errnoAt(failed, 1)]).toEqual([true, 22]);
    const lost = batchOf({ kind: "munmap", result: -22, flags: eventFlags.resultUnknown });
    expect([isResultKnown(lost, 1), errnoAt(lost, 1)]).toEqual([false, 0]);
    const assumed = batchOf({ kind: "munmap", flags: eventFlags.resultAssumed });
    expect([isResultKnown(assumed, 1), errnoAt(assumed, 1)]).toEqual([true, 0]);
  });

  it("round up to whole pages, past 2^32 as well", () => {
    const rounded = [0, 1, 4095, 4096, 4097, 2 ** 33 + 1].map((bytes) =>
      roundUpToPages(bytes, 4096),
    );
    expect(rounded).toEqual([0, 4096, 4096, 4096, 8192, 2 ** 33 + 4096]);
    expect(roundUpToPages(1, 65_536)).toBe(65_536);
  });
});
