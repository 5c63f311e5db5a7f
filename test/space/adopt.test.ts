/** What a line of a maps text is taken for. */
import { describe, expect, it } from "vitest";
import { kindOfMode, kinds, modes } from "../../src/space/regions/modes.ts";
import { at, spaceOf } from "./helpers.ts";

describe("a maps text is taken for", () => {
  const line = (name: string, permissions = "rw-p", inode = 0) => {
    const space = spaceOf(
      `7f0000000000-7f0000002000 ${permissions} 00003000 00:01 ${inode} ${name}\n`,
    );
    return space.regionAt(at(1))!;
  };

  it.each([
    ["", 0, kinds.anonymous, 0],
    ["[anon:glibc: malloc]", 0, kinds.anonymous, 0],
    ["[heap]", 0, kinds.anonymous, 0],
    ["[stack]", 0, kinds.stack, 0],
    ["[stack:77]", 0, kinds.stack, 0],
    ["[vdso]", 0, kinds.special, 1],
    ["/lib/x.so", 9, kinds.file, 1],
    ["/SYSV00000000 (deleted)", 9, kinds.sysv, 10],
    ["/SYSV00000000", 9, kinds.file, 1],
    ["/dev/zero (deleted)", 9, kinds.sharedAnonymous, 1],
    ["/dev/zero", 9, kinds.file, 1],
    ["[anon_shmem:mine]", 9, kinds.sharedAnonymous, 1],
    ["/anon_hugepage (deleted)", 9, kinds.hugetlb, 1],
    ["/anon_hugepage", 9, kinds.file, 1],
    ["/[aio] (deleted)", 9, kinds.aio, 1],
    ["[aio]", 9, kinds.aio, 1],
  ])("%s with inode %i: kind %i, backing %i", (name, inode, kind, backing) => {
    const region = line(name, "rw-p", inode);
    expect([kindOfMode(region.mode), region.backing]).toEqual([kind, backing]);
    expect(region.offset).toBe(0x3000);
  });

  it("what it can do: counted where it is private and writable, fixed where it is the kernel's", () => {
    const bits = (name: string, permissions: string) =>
      line(name, permissions).mode &
      (modes.account | modes.growsDown | modes.fixedSize | modes.heap);
    expect(bits("", "rw-p")).toBe(modes.account);
    expect(bits("", "r--p")).toBe(0);
    expect(bits("", "rw-s")).toBe(0);
    expect(bits("[stack]", "rw-p")).toBe(modes.account | modes.growsDown);
    expect(bits("[vdso]", "r-xp")).toBe(modes.fixedSize);
    expect(bits("[aio]", "rw-s")).toBe(modes.fixedSize);
    expect(bits("[heap]", "rw-p")).toBe(modes.account | modes.heap);
  });

  it("a heap of several lines, from the first one's start to the last one's end", () => {
    const space = spaceOf(
      `7f0000002000-7f0000004000 rw-p 00000000 00:00 0 [heap]
7f0000004000-7f0000005000 r--p 00000000 00:00 0 [heap]
7f0000008000-7f0000009000 rw-p 00000000 00:00 0\n`,
    );
    expect([space.heapStart, space.brk]).toEqual([at(2), at(5)]);
    space.adopt([]);
    expect([space.heapStart, space.brk, space.regionCount]).toEqual([-1, -1, 0]);
  });

  it("one object, where an inode comes again", () => {
    const zero = (from: number, inode: number) =>
      `7f000000${from}000-7f000000${from + 1}000 rw-s 00000000 00:01 ${inode} /dev/zero (deleted)\n`;
    const space = spaceOf(zero(0, 5) + zero(2, 6) + zero(4, 5));
    const backings = [0, 2, 4].map((n) => space.regionAt(at(n))!.backing);
    expect(backings).toEqual([1, 2, 1]);
    // Two lines are two mappings, even where nothing seems to keep them apart.
    const cut = spaceOf(
      "7f0000000000-7f0000001000 rw-p 00000000 00:00 0\n7f0000001000-7f0000002000 rw-p 00000000 00:00 0\n",
    );
    expect([cut.regionCount, cut.mergedCount]).toEqual([2, 2]);
  });
});
