/** What is foretold where the running kernel cannot be asked: other features, no room, and the very end of user space. */
import { describe, expect, it } from "vitest";
import { eventFlags } from "../../src/events/batch.ts";
import { memoryCalls } from "../../src/events/kinds.ts";
import { predict } from "../../src/space/predict.ts";
import { AddressSpace } from "../../src/space/space.ts";
import { defaultFeatures, type KernelFeatures } from "../../src/space/state/features.ts";
import { anon, applyAll, at, base, batchOf, type Call, page } from "./helpers.ts";

const [noMemory, access, exists, invalid] = [-12, -13, -17, -22];
const around = { descriptor: () => undefined };

function foretold(
  space: AddressSpace,
  call: keyof typeof memoryCalls,
  ...args: readonly number[]
): number | undefined {
  return predict(space, memoryCalls[call], args, around);
}

function spaceWith(features: Partial<KernelFeatures>, calls: readonly Call[]): AddressSpace {
  return applyAll(new AddressSpace({ features: { ...defaultFeatures, ...features } }), calls);
}

describe("foretold", () => {
  const four = [anon(at(0), 4)];

  it("are no answers of calls that hang on what a space does not hold", () => {
    const space = spaceWith({}, four);
    for (const call of ["brk", "shmat", "shmdt", "io_setup", "io_destroy"] as const) {
      expect([call, foretold(space, call, at(0), page)]).toEqual([call, undefined]);
    }
    // MADV_REMOVE, POPULATE_READ, POPULATE_WRITE, COLLAPSE, GUARD_INSTALL, GUARD_REMOVE.
    for (const advice of [9, 22, 23, 25, 102, 103]) {
      expect([advice, foretold(space, "madvise", at(0), page, advice)]).toEqual([
        advice,
        undefined,
      ]);
    }
    // But what they refuse for every range is.
    expect(foretold(space, "madvise", at(0) + 1, page, 9)).toBe(invalid);
    expect(foretold(space, "madvise", at(0), 0, 9)).toBe(0);
    // Without a hint the place is the kernel's choice.
    expect(foretold(space, "mmap", 0, page, 3, 0x22, -1, 0)).toBeUndefined();
    expect(foretold(space, "mmap", at(1), page, 3, 0x22, -1, 0)).toBeUndefined();
    expect(foretold(space, "mremap", at(0), page, 2 * page, 1, 0)).toBeUndefined();
    // PROT_GROWSDOWN hangs on VM_GROWSDOWN, and on what lies below.
    expect(foretold(space, "mprotect", at(0), page, 0x100_0001)).toBeUndefined();
    // MAP_DROPPABLE hangs on the release.
    expect(foretold(space, "mmap", at(8), page, 3, 0x38, -1, 0)).toBeUndefined();
  });

  it("are refusals of advices that the kernel was built without", () => {
    const without = (features: Partial<KernelFeatures>) => {
      const space = spaceWith(features, four);
      return [12, 13, 14, 15, 25, 102, 103].filter(
        (advice) => foretold(space, "madvise", at(0), page, advice) === invalid,
      );
    };
    expect(without({})).toEqual([]);
    expect(without({ mergeAdvice: false })).toEqual([12, 13]);
    expect(without({ hugeAdvice: false })).toEqual([14, 15, 25]);
    expect(without({ guardAdvice: false })).toEqual([102, 103]);
  });

  it("never are answers that damage pages on purpose", () => {
    const space = spaceWith({}, four);
    expect(foretold(space, "madvise", at(0), page, 100)).toBe(invalid);
    expect(foretold(space, "madvise", at(0), page, 101)).toBe(invalid);
  });

  it("hang on MAP_FIXED_NOREPLACE being known", () => {
    const flags = 0x10_0022;
    const asked = (space: AddressSpace, n: number) =>
      foretold(space, "mmap", at(n), page, 3, flags, -1, 0);
    const now = spaceWith({}, four);
    expect([asked(now, 3), asked(now, 4)]).toEqual([exists, at(4)]);
    // Before Linux 4.17 it is a hint.
    const before = spaceWith({ fixedNoReplace: false }, four);
    expect([asked(before, 3), asked(before, 4)]).toEqual([undefined, at(4)]);
  });

  it("hang on keys", () => {
    const keyed = (pkeys: boolean, key: number) =>
      foretold(spaceWith({ pkeys }, four), "pkey_mprotect", at(0), page, 1, key);
    expect([-1, 0, 1, 16].map((key) => keyed(false, key))).toEqual([0, invalid, invalid, invalid]);
    expect([-1, 0, 1, 16].map((key) => keyed(true, key))).toEqual([0, 0, invalid, invalid]);
  });

  it("are ENOMEM where there is no room", () => {
    // Two pages from the lowest address on: the first is taken.
    const low = { placeBelow: 65_536 + 2 * page };
    const space = spaceWith(low, [anon(65_536, 1)]);
    expect(foretold(space, "mmap", 0, page, 3, 0x22, -1, 0)).toBe(65_536 + page);
    expect(foretold(space, "mmap", 0, 2 * page, 3, 0x22, -1, 0)).toBe(noMemory);
    const full = spaceWith(low, [anon(65_536, 2), { ...anon(65_536 + 2 * page, 1, 1) }]);
    expect(foretold(full, "mremap", 65_536, page, 2 * page, 1, 0)).toBe(noMemory);
    expect(foretold(full, "mremap", 65_536, page, page, 5, 0)).toBe(noMemory);
  });

  it("count huge pages", () => {
    const space = spaceWith({ placeBelow: base }, []);
    const size = 2 ** 21;
    const asked = (flags: number, length = 1) =>
      foretold(space, "mmap", 0, length, 3, 0x22 | flags, -1, 0);
    expect(asked(0)).toBe(base - page);
    expect(asked(0x4_0000)).toBe(base - size);
    expect(asked(0x4_0000, size)).toBe(base - size);
    expect(asked(0x4_0000, size + 1)).toBe(base - 2 * size);
    // MAP_HUGE_1GB: 30 << MAP_HUGE_SHIFT.
    expect(asked(0x4_0000 | (30 << 26))).toBe(base - 2 ** 30);
    // A size without MAP_HUGETLB means nothing.
    expect(asked(30 << 26)).toBe(base - page);
  });

  it("are at user space's very end what they are below it", () => {
    const last = defaultFeatures.taskSize - page;
    const space = spaceWith({}, [anon(last, 1)]);
    expect(foretold(space, "munmap", last, page)).toBe(0);
    expect(foretold(space, "munmap", last, page + 1)).toBe(invalid);
    expect(foretold(space, "mmap", last, page, 3, 0x32, -1, 0)).toBe(last);
    expect(foretold(space, "mprotect", last, page, 1)).toBe(0);
    expect(foretold(space, "mprotect", last, 2 * page, 1)).toBe(noMemory);
    expect(foretold(space, "madvise", last, page, 10)).toBe(0);
    expect(foretold(space, "madvise", last, 2 * page, 10)).toBe(noMemory);
    expect(foretold(space, "mremap", last, page, 2 * page, 0, 0)).toBe(noMemory);
    expect(foretold(space, "mremap", last, 2 * page, page, 0, 0)).toBe(invalid);
  });

  it("are EACCES for what can never be written alone", () => {
    // A segment, attached with SHM_RDONLY.
    const space = spaceWith({}, [anon(at(3), 1)]);
    const batch = batchOf([{ call: "shmat", args: [6, 0, 0o10000, page, 6], result: at(4) }]);
    batch.flags[0] = eventFlags.shmSize;
    space.apply(batch, 0);
    expect(foretold(space, "mprotect", at(3), page, 3)).toBe(0);
    expect(foretold(space, "mprotect", at(3), 2 * page, 3)).toBe(access);
    expect(foretold(space, "mprotect", at(3), 2 * page, 5)).toBe(0);
    expect(foretold(space, "mprotect", at(3), 3 * page, 3)).toBe(access);
    expect(foretold(space, "mprotect", at(2), 3 * page, 3)).toBe(noMemory);
  });
});
