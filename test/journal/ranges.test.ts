/** What each call takes and frees, by the rules of the kernel; lengths in pages from one address. */
import { describe, expect, it } from "vitest";
import { CallRanges } from "../../src/journal/pass/ranges.ts";
import { enums } from "../../src/journal/wire/wire.gen.ts";
import { type CallFields, JournalBuilder } from "../helpers/journal-builder.ts";

const page = 4096;
const base = 0x7f00_0000_0000;
const at = (pages: number) => base + pages * page;

/** `take 0-2 free 4-5 also 8-9` of the last of the calls; each brk before it is noted. */
function ranges(...calls: CallFields[]): string {
  const journal = new JournalBuilder();
  for (const call of calls) journal.call(call);
  const window = journal.window();
  const found = new CallRanges(page);
  calls.forEach(({ kind }, slot) => {
    // Words of the record: one has 128 bytes.
    const record = slot * 32;
    found.read(enums.kind[kind], window.u32, window.i32, record);
    if (kind === "brk" && slot < calls.length - 1) found.noteBrk(window.u32, window.i32, record);
  });
  const text = (name: string, lo: number, hi: number) =>
    lo >= hi ? [] : [`${name} ${(lo - base) / page}-${(hi - base) / page}`];
  return [
    ...text("take", found.takeLo, found.takeHi),
    ...text("free", found.freeLo, found.freeHi),
    ...text("also", found.alsoLo, found.alsoHi),
  ].join(" ");
}

const failed = -12;

describe("mmap", () => {
  const mmap = (flags: number, result: number): CallFields => ({
    kind: "mmap",
    args: [at(4), page + 1, 3, flags, -1, 0],
    result,
  });
  it.each([
    ["anywhere", 0x22, at(8), "take 8-10"],
    ["that failed", 0x22, failed, ""],
    ["MAP_FIXED", 0x32, at(4), ""],
    ["MAP_FIXED that failed", 0x32, failed, "free 4-6"],
    ["MAP_FIXED_NOREPLACE", 0x10_0032, at(4), "take 4-6"],
    ["MAP_FIXED_NOREPLACE that failed", 0x10_0032, failed, ""],
    ["with the largest error", 0x22, -4095, ""],
  ])("%s", (_, flags, result, expected) => {
    expect(ranges(mmap(flags, result))).toBe(expected);
  });
});

it("munmap frees whole pages, if it worked", () => {
  const args = [at(2), page + 1];
  expect(ranges({ kind: "munmap", args, result: 0 })).toBe("free 2-4");
  expect(ranges({ kind: "munmap", args, result: -22 })).toBe("");
});

describe("mremap", () => {
  const mremap = (old: number, now: number, flags: number, result: number): CallFields => ({
    kind: "mremap",
    args: [at(4), old * page, now * page, flags, at(40)],
    result,
  });
  it.each([
    ["grows in place", 2, 5, 1, at(4), "take 6-9"],
    ["shrinks in place", 5, 2, 1, at(4), "free 6-9"],
    ["stays", 2, 2, 1, at(4), ""],
    ["moves", 2, 3, 1, at(20), "take 20-23 free 4-6"],
    ["leaves its range behind", 2, 2, 5, at(20), "take 20-22"],
    ["duplicates", 0, 3, 1, at(20), "take 20-23"],
    ["moves to a place of its choice", 2, 3, 3, at(40), "free 4-6"],
    ["duplicates to a place of its choice", 0, 3, 3, at(40), ""],
    ["leaves behind for a place of its choice", 2, 2, 7, at(40), ""],
    ["fails", 2, 3, 1, failed, ""],
    ["fails, with a target", 2, 3, 3, failed, "free 4-6 also 40-43"],
  ])("%s", (_, old, now, flags, result, expected) => {
    expect(ranges(mremap(old, now, flags, result))).toBe(expected);
  });

  it("has lengths in whole pages", () => {
    const args = [at(4), 1, page + 1, 1, 0];
    expect(ranges({ kind: "mremap", args, result: at(20) })).toBe("take 20-22 free 4-5");
  });
});

describe("brk", () => {
  const brk = (result: number): CallFields => ({ kind: "brk", args: [0], result });
  it("takes and frees between two breaks, in whole pages", () => {
    expect(ranges(brk(at(2)))).toBe("");
    expect(ranges(brk(at(2)), brk(at(4) + 1))).toBe("take 2-5");
    expect(ranges(brk(at(4) + 1), brk(at(2)))).toBe("free 2-5");
    expect(ranges(brk(at(4)), brk(at(4)))).toBe("");
    expect(ranges(brk(at(4) - 5), brk(at(4)))).toBe("");
    expect(ranges(brk(at(1)), brk(at(3)), brk(at(4)))).toBe("take 3-4");
  });
});

describe("segments and rings", () => {
  const shmat = (flags: number, result: number): CallFields => ({
    kind: "shmat",
    args: [5, 0, flags, page + 1, 5],
    result,
  });
  it("take what they are attached to, unless they replace it", () => {
    expect(ranges(shmat(0, at(8)))).toBe("take 8-10");
    expect(ranges(shmat(0o40000, at(8)))).toBe("");
    expect(ranges(shmat(0, -22))).toBe("");
  });

  it.each(["shmdt", "io_destroy"] as const)("%s frees an unknown length", (kind) => {
    expect(ranges({ kind, args: [at(3)], result: 0 })).toBe(`free 3-${3 + 2 ** 36 / page}`);
    expect(ranges({ kind, args: [at(3)], result: -22 })).toBe("");
  });
});

it("nothing stays from the call before, and other calls take and free nothing", () => {
  const fixed: CallFields = { kind: "mremap", args: [at(4), page, page, 3, at(40)], result: -14 };
  expect(ranges(fixed)).toBe("free 4-5 also 40-41");
  const moved: CallFields = { kind: "mremap", args: [at(4), page, page, 1, 0], result: at(8) };
  expect(ranges(moved, { kind: "madvise", args: [at(4), page, 4], result: 0 })).toBe("");
  expect(ranges(fixed, moved)).toBe("take 8-9 free 4-5");
});
