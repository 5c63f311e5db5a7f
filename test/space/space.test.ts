/** A space as a whole: fork, copies, checkpoints, sums, and events that cannot be true. */
import { describe, expect, it } from "vitest";
import { loadCheckpoint, saveCheckpoint } from "../../src/space/checkpoint.ts";
import { modes } from "../../src/space/regions/modes.ts";
import { AddressSpace } from "../../src/space/space.ts";
import { featuresOfRelease } from "../../src/space/state/features.ts";
import { recount } from "../helpers/kernel-model.ts";
import {
  anon,
  applyAll,
  at,
  batchOf,
  type Call,
  mremap,
  munmap,
  page,
  shape,
  spaceOf,
} from "./helpers.ts";

const maps = `7f0000000000-7f0000004000 rw-p 00000000 00:00 0
7f0000010000-7f0000012000 r-xp 00002000 fe:00 77 /lib/x.so
`;

describe("AddressSpace", () => {
  it("starts from maps and goes on with calls", () => {
    const space = spaceOf(maps);
    applyAll(space, [munmap(at(1), 2), anon(at(32), 1, 0)]);
    expect(shape(space)).toBe("0-1 rw- 3-4 rw- 16-18 r-x 32-33 ---");
    expect(space.mappedBytes).toBe(5 * page);
    expect(space.totals.reservedBytes).toBe(page);
    expect(space.totals.executableBytes).toBe(2 * page);
    expect(space.totals.writableBytes).toBe(2 * page);
    expect(space.regionAt(at(17))).toMatchObject({ start: at(16), offset: 0x2000, born: 0 });
    expect(space.regionAt(at(2))).toBeUndefined();
    expect(recount(space)).toBeUndefined();
  });

  it("counts merged and never merged", () => {
    const space = applyAll(new AddressSpace(), [anon(at(0), 2), anon(at(2), 2), anon(at(4), 2, 1)]);
    expect([space.regionCount, space.mergedCount]).toEqual([3, 2]);
    expect(space.snapshot().map((line) => line.permissions)).toEqual(["rw-p", "r--p"]);
  });

  it("gives a forked child all but what MADV_DONTFORK keeps back, and each goes its own way", () => {
    const space = applyAll(new AddressSpace(), [
      anon(at(0), 6),
      { call: "madvise", args: [at(2), 2 * page, 10], result: 0 },
    ]);
    const child = space.fork(3);
    expect(shape(child)).toBe("0-2 rw- 4-6 rw-");
    expect(recount(child)).toBeUndefined();
    expect(child.regionAt(at(0))?.mapping).toBe(space.regionAt(at(0))?.mapping);
    applyAll(child, [munmap(at(0), 1)]);
    expect(shape(space)).toBe("0-2 rw- 2-4 rw- 4-6 rw-");
  });

  it("comes back from a checkpoint as it was, and goes on the same", () => {
    const space = spaceOf(
      `${maps}ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0 [vsyscall]\n`,
    );
    applyAll(space, [
      anon(at(40), 8),
      { call: "mprotect", args: [at(42), page, 0], result: 0 },
      { call: "mmap", args: [0, 2 * page, 3, 0x21, -1, 0], result: at(60) },
    ]);
    const files = { files: space.files };
    const copy = new AddressSpace(files);
    loadCheckpoint(copy, saveCheckpoint(space));
    expect(copy.regionsIn(0, Infinity)).toEqual(space.regionsIn(0, Infinity));
    expect(copy.totals).toEqual(space.totals);
    expect(copy.snapshot()).toEqual(space.snapshot());
    const more = [anon(at(70), 1), mremap(at(40), 1, 3, at(80)), munmap(at(60), 1)];
    applyAll(space, more);
    applyAll(copy, more);
    expect(copy.regionsIn(0, Infinity)).toEqual(space.regionsIn(0, Infinity));
    expect(saveCheckpoint(copy)).toEqual(saveCheckpoint(space));
    expect(() => loadCheckpoint(copy, saveCheckpoint(space))).toThrow(/into 8 regions/);
  });

  it("keeps a checkpoint of thousands of regions small and exact", () => {
    const space = new AddressSpace();
    applyAll(
      space,
      Array.from({ length: 5000 }, (_, n) => anon(at(2 * n), 1)),
    );
    const bytes = saveCheckpoint(space);
    expect(bytes.byteLength / 5000).toBeLessThan(10);
    const copy = new AddressSpace();
    loadCheckpoint(copy, bytes);
    applyAll(copy, [munmap(at(0), 10_000)]);
    expect(copy.regionCount).toBe(0);
    expect(recount(copy)).toBeUndefined();
  });

  it("refuses a checkpoint that is cut off anywhere, or of another version", () => {
    const bytes = saveCheckpoint(applyAll(spaceOf(maps), [anon(at(40), 8)]));
    for (let length = 0; length < bytes.length; length += 1) {
      expect(() => loadCheckpoint(new AddressSpace(), bytes.subarray(0, length))).toThrow();
    }
    bytes[0]! += 1;
    expect(() => loadCheckpoint(new AddressSpace(), bytes)).toThrow(/version/);
  });

  it("gives a forked child nothing locked, and what its segments and objects are", () => {
    const space = spaceOf("7f0000000000-7f0000001000 rw-s 00000000 00:01 34 /dev/zero (deleted)\n");
    applyAll(space, [{ call: "mmap", args: [0, page, 3, 0x2022, -1, 0], result: at(4) }]);
    space.segments.set(7, page);
    const child = space.fork(9);
    const locked = (one: AddressSpace) => one.regionAt(at(4))!.mode & modes.locked;
    expect([locked(space), locked(child)]).toEqual([modes.locked, 0]);
    expect([...child.segments]).toEqual([[7, page]]);
    expect([...child.objects.values()]).toEqual(["34"]);
    expect([child.seq, child.nextMapping]).toEqual([9, space.nextMapping]);
  });

  it("takes each event for one call, whatever the other registers hold", () => {
    const space = spaceOf("7f0000000000-7f0000002000 rw-p 00000000 00:00 0 [heap]\n");
    const junk = [page, 10, 10, 10, 10];
    const calls: Call[] = [
      { call: "brk", args: [at(3), ...junk], result: at(3) },
      { call: "mmap", args: [at(8), page, 3, 0x32, -1, 0], result: at(8) },
      { call: "mprotect", args: [at(8), page, 1, 9, 9, 9], result: 0 },
      { call: "madvise", args: [at(8), page, 16, 9, 9, 9], result: 0 },
      { call: "munmap", args: [at(8), page, 9, 9, 9, 9], result: 0 },
    ];
    applyAll(space, calls);
    expect([shape(space), space.reports.items]).toEqual(["0-3 rw-", []]);
    expect(space.regionAt(at(0))!.mode & modes.dontFork).toBe(0);
    expect(space.applied).toBe(calls.length);
    // An event of another kind, such as one that this release does not know, is no call.
    const batch = batchOf([{ ...munmap(at(0), 1), unknown: true }]);
    batch.kind[0] = 200;
    space.apply(batch, 0);
    expect([shape(space), space.reports.items]).toEqual(["0-3 rw-", []]);
  });

  it("has private memory without a charge where a mapping came from nowhere", () => {
    for (const to of [8, 0]) {
      const space = applyAll(new AddressSpace(), [mremap(at(0), 2, 4, at(to))]);
      const region = space.regionAt(at(to === 0 ? 2 : 8))!;
      expect(region).toMatchObject({ mode: 3, backing: 0, offset: 0, mapping: 1, born: 1 });
    }
  });

  const impossible: [string, Call[], RegExp, string][] = [
    [
      "a mapping over one that lives",
      [anon(at(0), 4), { call: "mmap", args: [0, 2 * page, 1, 0x22, -1, 0], result: at(1) }],
      /still mapped/,
      "0-1 rw- 1-3 r-- 3-4 rw-",
    ],
    ["a move from nowhere", [mremap(at(0), 2, 4, at(8))], /nothing is mapped/, "8-12 rw-"],
    ["a growth of nothing", [mremap(at(0), 2, 4, at(0))], /no mapping ends/, "2-4 rw-"],
    [
      "a growth over a neighbour",
      [anon(at(0), 2), anon(at(2), 2, 1), mremap(at(0), 2, 3, at(0))],
      /still mapped/,
      "0-3 rw- 3-4 r--",
    ],
    [
      "an mprotect that worked over a hole",
      [anon(at(0), 1), { call: "mprotect", args: [at(0), 2 * page, 1], result: 0 }],
      /not mapped/,
      "0-1 r--",
    ],
    ["a detach of nothing", [{ call: "shmdt", args: [at(0)], result: 0 }], /no segment/, ""],
  ];
  it.each(impossible)("reports %s, and goes on", (_, calls, reason, after) => {
    const space = applyAll(new AddressSpace(), calls);
    expect(space.reports.items).toHaveLength(1);
    expect(space.reports.items[0]).toMatchObject({
      kind: "contradiction",
      seq: calls.length,
      call: calls[calls.length - 1]!.call,
    });
    expect(space.reports.items[0]?.reason).toMatch(reason);
    const { start, end } = space.reports.items[0]!;
    expect(start <= end).toBe(true);
    expect(shape(space)).toBe(after);
    expect(recount(space)).toBeUndefined();
  });

  it("leaves the space alone for a call that never came back, and says so", () => {
    const call: Call = { ...munmap(at(0), 4), unknown: true };
    const space = applyAll(new AddressSpace(), [anon(at(0), 4), call]);
    expect(shape(space)).toBe("0-4 rw-");
    expect(space.reports.items).toEqual([
      {
        seq: 2,
        kind: "unknown",
        call: "munmap",
        reason: "the call never came back",
        start: at(0),
        end: at(4),
      },
    ]);
  });

  it("says that the heap's beginning is not known when the first brk already moves it", () => {
    const space = applyAll(new AddressSpace(), [{ call: "brk", args: [at(4)], result: at(4) }]);
    expect(space.reports.unknowns).toBe(1);
    applyAll(space, [{ call: "brk", args: [at(6)], result: at(6) }]);
    expect(shape(space)).toBe("4-6 rw-");
  });

  it("protects from the stack's beginning with PROT_GROWSDOWN", () => {
    const space = spaceOf("7f0000000000-7f0000008000 rw-p 00000000 00:00 0 [stack]\n");
    const args = [at(7), page, 0x0100_0007];
    applyAll(space, [{ call: "mprotect", args, result: 0 }]);
    expect(shape(space)).toBe("0-8 rwx");
  });

  it("does not know what a MAP_FIXED that failed left behind on a kernel before 6.12", () => {
    const failed = { ...anon(at(0), 2), result: -12 };
    const features = featuresOfRelease("6.1.0-18-amd64");
    const old = applyAll(new AddressSpace({ features }), [anon(at(0), 4), failed]);
    expect([old.reports.unknowns, shape(old)]).toEqual([1, "0-4 rw-"]);
    const now = applyAll(new AddressSpace(), [anon(at(0), 4), failed]);
    expect(now.reports.unknowns).toBe(0);
  });

  it("on a kernel before 6.17 loses the destination of a move that fails", () => {
    const before = { ...new AddressSpace().features, moveSeveral: false };
    const calls = [anon(at(10), 4), { ...mremap(at(0), 2, 3, -14, 3) }];
    const failing = calls.map((call, n) =>
      n === 1 ? { ...call, args: [at(0), 2 * page, 3 * page, 3, at(10)] } : call,
    );
    const source = anon(at(0), 1);
    expect(shape(applyAll(new AddressSpace({ features: before }), [source, ...failing]))).toBe(
      "0-1 rw- 13-14 rw-",
    );
    expect(shape(applyAll(new AddressSpace(), [source, ...failing]))).toBe("0-1 rw- 10-14 rw-");
  });
});
