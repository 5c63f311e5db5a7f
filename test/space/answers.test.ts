/** Calls whose effect the kernel's tables do not hold: heaps, rings, segments, and answers that cannot be true. */
import { describe, expect, it } from "vitest";
import { kindOfMode, kinds, modes } from "../../src/space/regions/modes.ts";
import { AddressSpace } from "../../src/space/space.ts";
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

function reports(space: AddressSpace): string[] {
  return space.reports.items.map(({ kind, call, reason, start, end }) => {
    const [from, to] = [start, end].map((address) =>
      address === 0 ? 0 : (address - at(0)) / page,
    );
    return `${kind} ${call} ${from}-${to}: ${reason}`;
  });
}

const brk = (wanted: number, result = wanted): Call => ({ call: "brk", args: [wanted], result });
const heap = "7f0000000000-7f0000002000 rw-p 00000000 00:00 0 [heap]\n";

describe("brk", () => {
  it("moves the heap's end in whole pages", () => {
    const space = spaceOf(heap);
    applyAll(space, [brk(at(2) + 1)]);
    expect(shape(space)).toBe("0-3 rw-");
    applyAll(space, [brk(at(3))]);
    expect(shape(space)).toBe("0-3 rw-");
    expect(space.regionAt(at(2))).toMatchObject({ start: at(0), born: 0, backing: 0, offset: 0 });
    applyAll(space, [brk(at(1) - 1)]);
    expect(shape(space)).toBe("0-1 rw-");
    applyAll(space, [brk(at(0)), brk(at(1))]);
    expect(shape(space)).toBe("0-1 rw-");
    expect(reports(space)).toEqual([]);
    expect(space.snapshot().map(({ path }) => path)).toEqual(["[heap]"]);
    expect(recount(space)).toBeUndefined();
  });

  it("that is refused, or only asks, says where the end is", () => {
    const space = new AddressSpace();
    applyAll(space, [brk(0, at(2) + 5)]);
    expect([reports(space), space.brk, space.heapStart]).toEqual([[], at(2) + 5, at(3)]);
    applyAll(space, [brk(at(4))]);
    // The page that the end lies in is not the heap's until it is passed.
    expect(shape(space)).toBe("3-4 rw-");
    const late = applyAll(new AddressSpace(), [brk(at(4))]);
    expect(reports(late)).toEqual([
      "unknown brk 4-4: the heap's end before this call is not known",
    ]);
  });

  it("grows a piece of its own over what keeps it apart", () => {
    const space = spaceOf(heap);
    const advised: Call = { call: "madvise", args: [at(1), page, 10], result: 0 };
    applyAll(space, [advised, brk(at(3))]);
    expect(shape(space)).toBe("0-1 rw- 1-2 rw- 2-3 rw-");
    expect(space.regionAt(at(2))?.born).toBe(2);
    // Nothing lies below it.
    const gone = applyAll(spaceOf(heap), [munmap(at(0), 2), brk(at(3))]);
    expect(shape(gone)).toBe("2-3 rw-");
    // What lies below ends too early.
    const apart = applyAll(spaceOf(heap), [munmap(at(1), 1), brk(at(3))]);
    expect(shape(apart)).toBe("0-1 rw- 2-3 rw-");
  });

  it("cannot grow over a mapping", () => {
    const space = applyAll(spaceOf(heap), [anon(at(2), 2, 1), brk(at(3))]);
    expect(reports(space)).toEqual([
      "contradiction brk 2-3: the heap grew over a range that is still mapped",
    ]);
    expect(shape(space)).toBe("0-3 rw- 3-4 r--");
  });
});

describe("rings", () => {
  const setup = (result: number): Call => ({ call: "io_setup", args: [8, at(50)], result });
  const destroy = (address: number, result = 0): Call => ({
    call: "io_destroy",
    args: [address],
    result,
  });
  const ring = "7f0000000000-7f0000003000 rw-s 00000000 00:0e 35 /[aio] (deleted)\n";

  it("lie where nobody saw it, until a maps text shows them", () => {
    const space = applyAll(new AddressSpace(), [setup(-11), setup(0)]);
    expect([space.unplacedRings, reports(space)]).toEqual([
      1,
      ["unknown io_setup 0-0: the address of the ring is not known"],
    ]);
    applyAll(space, [destroy(at(9), -22)]);
    expect(space.unplacedRings).toBe(1);
    applyAll(space, [destroy(at(9))]);
    expect([space.unplacedRings, space.reports.contradictions]).toEqual([0, 0]);
    applyAll(space, [destroy(at(9))]);
    expect(reports(space)[1]).toBe("contradiction io_destroy 9-9: no ring is mapped there");
  });

  it("end as a whole, at their own address", () => {
    expect(shape(applyAll(spaceOf(ring), [destroy(at(0), -22)]))).toBe("0-3 rw-");
    const space = spaceOf(ring);
    applyAll(space, [destroy(at(1))]);
    expect([shape(space), space.reports.contradictions]).toEqual(["0-3 rw-", 1]);
    applyAll(space, [destroy(at(0))]);
    expect([shape(space), space.reports.contradictions]).toEqual(["", 1]);
    const other = applyAll(new AddressSpace(), [anon(at(0), 1), destroy(at(0))]);
    expect([shape(other), other.reports.contradictions]).toEqual(["0-1 rw-", 1]);
  });
});

describe("segments", () => {
  const attach = (to: number, bytes: number, flags = 0, id = 6): Call => ({
    call: "shmat",
    args: [id, 0, flags, bytes, id],
    result: to,
  });
  const detach = (address: number, result = 0): Call => ({
    call: "shmdt",
    args: [address],
    result,
  });
  /** With sizes, as the hook adds them. */
  const attached = (space: AddressSpace, ...calls: Call[]) => {
    const batch = batchOf(calls);
    calls.forEach((_, i) => {
      batch.flags[i] = 8;
      space.apply(batch, i);
    });
    return space;
  };

  it("are attached with what the flags allow", () => {
    const space = attached(
      new AddressSpace(),
      attach(at(0), page + 1),
      attach(at(4), page, 0o10000),
      attach(at(8), page, 0o100000),
      attach(-22, page),
    );
    expect(shape(space)).toBe("0-2 rw- 4-5 r-- 8-9 rwx");
    const region = space.regionAt(at(0))!;
    expect([region.backing, region.offset, kindOfMode(region.mode)]).toEqual([7, 0, kinds.sysv]);
    expect(region.mode & (modes.shared | modes.neverWrite)).toBe(modes.shared);
    expect(space.regionAt(at(4))!.mode & modes.neverWrite).toBe(modes.neverWrite);
    expect(space.segments.get(7)).toBe(page);
    expect(reports(space)).toEqual([]);
  });

  it("of a size that nobody saw change nothing", () => {
    const space = applyAll(new AddressSpace(), [attach(at(3), page)]);
    expect([shape(space), reports(space)]).toEqual([
      "",
      ["unknown shmat 3-3: the size of the segment is not known"],
    ]);
  });

  it("replace a mapping with SHM_REMAP alone", () => {
    const space = applyAll(new AddressSpace(), [anon(at(0), 3)]);
    attached(space, attach(at(1), page, 0o40000));
    expect([shape(space), reports(space)]).toEqual(["0-1 rw- 1-2 rw- 2-3 rw-", []]);
    attached(space, attach(at(2), page));
    expect(reports(space)).toEqual([
      "contradiction shmat 2-3: the kernel placed a segment over a range that is still mapped",
    ]);
    expect(space.regionAt(at(2))?.backing).toBe(7);
  });

  it("are detached piece by piece, and no other", () => {
    const space = attached(
      new AddressSpace(),
      attach(at(0), 4 * page),
      attach(at(4), 2 * page, 0, 9),
    );
    applyAll(space, [munmap(at(1), 1), anon(at(1), 1)]);
    applyAll(space, [detach(at(0), -22)]);
    expect(shape(space)).toBe("0-1 rw- 1-2 rw- 2-4 rw- 4-6 rw-");
    applyAll(space, [detach(at(0))]);
    expect(shape(space)).toBe("1-2 rw- 4-6 rw-");
    applyAll(space, [detach(at(4))]);
    expect([shape(space), reports(space)]).toEqual(["1-2 rw-", []]);
    applyAll(space, [detach(at(0))]);
    expect(reports(space)).toEqual(["contradiction shmdt 0-0: no segment is attached there"]);
  });

  it("that were cut at the front are found from where they began", () => {
    const space = attached(new AddressSpace(), attach(at(0), 3 * page));
    applyAll(space, [munmap(at(0), 1), detach(at(1))]);
    expect(reports(space)).toHaveLength(1);
    applyAll(space, [detach(at(0))]);
    expect(shape(space)).toBe("");
    // The same segment, attached a second time further up, stays.
    const twice = attached(new AddressSpace(), attach(at(0), page), attach(at(1), page));
    applyAll(twice, [detach(at(0))]);
    expect(shape(twice)).toBe("1-2 rw-");
  });
});

describe("remap_file_pages", () => {
  const remap = (start: number, bytes: number, pages: number, result = 0): Call => ({
    call: "remap_file_pages",
    args: [start, bytes, 0, pages, 0],
    result,
  });
  const shared = "7f0000000000-7f0000006000 rw-s 00002000 fe:00 77 /tmp/x\n";

  it("maps other pages of the file in place", () => {
    const space = applyAll(spaceOf(shared), [remap(at(1) + 5, 2 * page + 4095, 40)]);
    expect(shape(space)).toBe("0-1 rw- 1-3 rw- 3-6 rw-");
    const offsets = [0, 1, 3].map((n) => space.regionAt(at(n))!.offset / page);
    expect(offsets).toEqual([2, 40, 5]);
    expect(space.regionAt(at(1))).toMatchObject({ born: 0, since: 1, end: at(3) });
    expect(recount(space)).toBeUndefined();
    expect(shape(applyAll(spaceOf(shared), [remap(at(1), page, 40, -22)]))).toBe("0-6 rw-");
  });

  it("takes the place of several pieces, and cannot of none", () => {
    const advised: Call = { call: "madvise", args: [at(2), page, 16], result: 0 };
    const space = applyAll(spaceOf(shared), [advised, remap(at(1), 4 * page, 0)]);
    expect(shape(space)).toBe("0-1 rw- 1-5 rw- 5-6 rw-");
    expect(space.regionAt(at(2))!.mode & modes.dontDump).toBe(0);
    expect(recount(space)).toBeUndefined();
    const nothing = applyAll(new AddressSpace(), [remap(at(0), page, 0)]);
    expect(reports(nothing)).toEqual([
      "contradiction remap_file_pages 0-1: nothing is mapped where pages are said to have been rearranged",
    ]);
  });
});

describe("a move", () => {
  it("cannot end over a mapping", () => {
    const space = applyAll(new AddressSpace(), [
      anon(at(0), 2),
      anon(at(8), 4, 1),
      mremap(at(0), 2, 3, at(8)),
    ]);
    expect(reports(space)).toEqual([
      "contradiction mremap 8-11: the kernel moved a mapping over a range that is still mapped",
    ]);
    expect(shape(space)).toBe("8-11 rw- 11-12 r--");
    expect(recount(space)).toBeUndefined();
  });
});
