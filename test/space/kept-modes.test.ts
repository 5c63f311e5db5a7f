/** The mode that calls give to a region, bit by bit. */
import { describe, expect, it } from "vitest";
import { advisedMode } from "../../src/space/calls/madvise.ts";
import { mmapBytes, mmapMode } from "../../src/space/calls/mmap.ts";
import { protectedMode } from "../../src/space/calls/mprotect.ts";
import { modes } from "../../src/space/regions/modes.ts";
import { AddressSpace } from "../../src/space/space.ts";
import { defaultFeatures, featuresOfRelease } from "../../src/space/state/features.ts";
import { applyAll, at, page, shape, spaceOf } from "./helpers.ts";
import { modeOf, names } from "./mode-names.ts";

describe("mmap gives", () => {
  const space = new AddressSpace();
  it.each([
    // Private memory is charged when it can be written, unless MAP_NORESERVE.
    [3, 0x22, "read write account"],
    [1, 0x22, "read"],
    [0, 0x22, ""],
    [7, 0x22, "read write exec account"],
    [3, 0x4022, "read write noReserve"],
    [1, 0x4022, "read noReserve"],
    [3, 0x122, "read write account growsDown"],
    [3, 0x2022, "read write account locked"],
    [3, 0x2_0022, "read write account noHugePage"],
    [3, 0x8_0022, "read write account sync"],
    [3, 0x28, "read write noReserve wipeOnFork dontDump"],
    // PROT_SEM is not kept.
    [8 + 3, 0x22, "read write account"],
    // Shared memory is charged to its object.
    [3, 0x21, "read write shared sharedAnonymous"],
    [3, 0x23, "read write shared sharedAnonymous"],
    [3, 0x4_0022, "read write hugetlb"],
    [3, 0x4_0021, "read write shared hugetlb"],
    [3, 0x4_4022, "read write noReserve hugetlb"],
    [3, 0x2, "read write account file"],
    [1, 0x2, "read file"],
    [3, 0x1, "read write shared file"],
    [3, 0x3, "read write shared file"],
    // MAP_HUGETLB is a file's own affair.
    [3, 0x4_0002, "read write account file"],
  ])("prot %i, flags %i: %s", (prot, flags, expected) => {
    const mode = mmapMode(space, prot, flags, false);
    expect([names(mode), mode >= 0]).toEqual([expected, true]);
  });

  it("what a file that is not open for writing can never be", () => {
    expect(names(mmapMode(space, 1, 1, true))).toBe("read shared neverWrite file");
    expect(names(mmapMode(space, 1, 3, true))).toBe("read shared neverWrite file");
    // A private mapping has pages of its own.
    expect(names(mmapMode(space, 3, 2, true))).toBe("read write account file");
    expect(names(mmapMode(space, 3, 0x21, true))).toBe("read write shared sharedAnonymous");
  });

  it("what hangs on the kernel", () => {
    const withFeatures = (features: object) =>
      new AddressSpace({ features: { ...defaultFeatures, ...features } });
    const noStack = withFeatures({ stackNoHuge: false });
    expect(names(mmapMode(noStack, 3, 0x2_0022, false))).toBe("read write account");
    const keys = withFeatures({ pkeys: true });
    expect(names(mmapMode(keys, 4, 0x22, false))).toBe("exec key15");
    expect(names(mmapMode(keys, 5, 0x22, false))).toBe("read exec");
    expect(names(mmapMode(space, 4, 0x22, false))).toBe("exec");
  });

  it("whole pages, or whole huge ones", () => {
    const bytes = (length: number, flags: number) => mmapBytes(space, length, flags);
    expect([1, page, page + 1].map((n) => bytes(n, 0x22))).toEqual([page, page, 2 * page]);
    expect(bytes(1, 0x4_0022)).toBe(2 ** 21);
    // MAP_HUGE_64KB and MAP_HUGE_16GB: 16 and 34 from bit 26 on, where the int has its sign.
    expect(bytes(1, 0x4_0022 | (16 << 26))).toBe(65_536);
    expect(bytes(2 ** 34 + 1, 0x4_0022 | (34 << 26))).toBe(2 ** 35);
    expect(bytes(1, 0x22 | (16 << 26))).toBe(page);
  });

  it("a huge page's bytes, and objects of their own", () => {
    const mapped = applyAll(new AddressSpace(), [
      { call: "mmap", args: [0, page, 3, 0x4_0022, -1, 5 * page], result: at(0) },
      { call: "mmap", args: [0, page, 3, 0x21, -1, 5 * page], result: at(600) },
      { call: "mmap", args: [0, page, 3, 0x22, -1, 5 * page], result: at(700) },
      { call: "mmap", args: [0, page, 3, 0x1, 3, 5 * page], result: at(800), file: 9 },
    ]);
    expect(shape(mapped)).toBe("0-512 rw- 600-601 rw- 700-701 rw- 800-801 rw-");
    const facts = [0, 600, 700, 800].map((n) => {
      const { backing, offset, mapping } = mapped.regionAt(at(n))!;
      return [backing, offset / page, mapping];
    });
    expect(facts).toEqual([
      [1, 0, 1],
      [2, 0, 2],
      [0, 0, 3],
      [1, 5, 4],
    ]);
  });
});

describe("mprotect makes", () => {
  const r = 1;
  const rw = 3;
  const x = 4;
  it.each([
    ["read", rw, -1, "read write account"],
    // The same access again charges nothing, whatever came before.
    ["read write", rw, -1, "read write"],
    ["read write account", r, -1, "read"],
    ["read write account", rw, -1, "read write account"],
    ["read write account locked dontFork", r, -1, "read locked dontFork"],
    // What was charged for a file stays so: a page of its own may be there.
    ["read write account file", r, -1, "read account file"],
    ["read file", rw, -1, "read write account file"],
    ["read noReserve", rw, -1, "read write noReserve"],
    ["read shared sharedAnonymous", rw, -1, "read write shared sharedAnonymous"],
    ["read hugetlb", rw, -1, "read write hugetlb"],
    ["read key3", rw, -1, "read write account key3"],
    ["read key3", rw, 0, "read write account"],
    ["read", r, 5, "read key5"],
    ["read key3", x, -1, "exec key3"],
    ["read key15", x, 2, "exec key2"],
  ])("%s, asked for %i with key %i: %s", (before, access, key, after) => {
    expect(names(protectedMode(modeOf(before), access, key, defaultFeatures))).toBe(after);
  });

  it.each([
    // Memory that can only be executed has key 15 while it is so.
    ["read", x, "exec key15"],
    ["read key3", x, "exec key15"],
    ["exec key15", r, "read"],
    ["exec key15", x, "exec key15"],
    ["exec key3", r, "read key3"],
    ["read exec key15", r, "read key15"],
    ["read", 5, "read exec"],
  ])("%s, asked for %i where there are keys: %s", (before, access, after) => {
    const features = { ...defaultFeatures, pkeys: true };
    expect(names(protectedMode(modeOf(before), access, -1, features))).toBe(after);
  });

  it("no charge go away before Linux 6.5", () => {
    const mode = modeOf("read write account");
    expect(names(protectedMode(mode, r, -1, featuresOfRelease("6.4")))).toBe("read account");
    expect(names(protectedMode(mode, r, -1, featuresOfRelease("6.5")))).toBe("read");
  });
});

describe("madvise makes", () => {
  it.each([
    ["read random sequential", 0, "read"],
    ["read sequential", 1, "read random"],
    ["read random", 2, "read sequential"],
    ["read dontFork", 10, "read dontFork"],
    ["read", 10, "read dontFork"],
    ["read dontFork locked", 11, "read locked"],
    ["read", 12, "read mergeable"],
    ["read mergeable", 13, "read"],
    ["read shared file", 12, "read shared file"],
    ["read shared file mergeable", 13, "read shared mergeable file"],
    ["read noHugePage", 14, "read hugePage"],
    ["read hugePage", 15, "read noHugePage"],
    ["read", 16, "read dontDump"],
    ["read dontDump", 17, "read"],
    ["read", 18, "read wipeOnFork"],
    ["read wipeOnFork", 19, "read"],
    // Nothing else comes or goes: not even the right to read.
    ["write random", 0, "write"],
    ["write", 1, "write random"],
    ["write", 2, "write sequential"],
    ["write dontFork", 11, "write"],
    ["write mergeable", 13, "write"],
    ["write dontDump", 17, "write"],
    ["write wipeOnFork", 19, "write"],
    ["read dontFork", 10, "read dontFork"],
    ["read mergeable", 12, "read mergeable"],
    ["read dontDump", 16, "read dontDump"],
    ["read wipeOnFork", 18, "read wipeOnFork"],
    // What is no part of the mode: MADV_DONTNEED, and advices that nothing means.
    ["read locked", 4, "read locked"],
    ["read", 255, "read"],
  ])("%s, after advice %i: %s", (before, advice, after) => {
    expect(names(advisedMode(modeOf(before), advice))).toBe(after);
  });

  it("what is backed by anything refuse to be wiped", () => {
    const refused = (text: string) => advisedMode(modeOf(text), 18) === -1;
    expect(
      ["read", "read file", "read shared", "read shared sharedAnonymous", "read stack"].map(
        refused,
      ),
    ).toEqual([false, true, true, true, true]);
  });
});

describe("remap_file_pages keeps", () => {
  it("access, sharing and locks, and no advice", () => {
    const space = spaceOf("7f0000000000-7f0000004000 rw-s 00000000 fe:00 77 /tmp/x\n");
    const row = space.map.find(at(0));
    space.map.columns.mode[row]! |= modes.locked | modes.neverWrite;
    applyAll(space, [
      { call: "madvise", args: [at(0), 4 * page, 10], result: 0 },
      { call: "madvise", args: [at(0), 4 * page, 1], result: 0 },
      { call: "remap_file_pages", args: [at(1), page, 0, 9, 0], result: 0 },
    ]);
    expect([0, 1, 2].map((n) => names(space.regionAt(at(n))!.mode))).toEqual([
      "read write shared locked dontFork random neverWrite file",
      "read write shared locked neverWrite file",
      "read write shared locked dontFork random neverWrite file",
    ]);
  });
});
