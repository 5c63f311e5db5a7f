/** A checkpoint's bytes, written by hand from the layout that checkpoint.ts describes, and all that it must hold. */
import { describe, expect, it } from "vitest";
import { loadCheckpoint, saveCheckpoint } from "../../src/space/checkpoint.ts";
import { AddressSpace } from "../../src/space/space.ts";
import { lostInCheckpoint } from "../helpers/reloaded.ts";
import {
  anon,
  applyAll,
  at,
  batchOf,
  type Call,
  mremap,
  munmap,
  page,
  spaceOf,
} from "./helpers.ts";

const noText = '{"segments":[],"objects":[],"outside":[],"files":[]}';

/** Of each region: sign, gap, pages, and what the sign does not imply. */
function bytesOf(head: readonly number[], text: string, ...regions: readonly number[][]) {
  return Uint8Array.from([...head, text.length, ...Buffer.from(text), ...regions.flat()]);
}

describe("the bytes of a checkpoint", () => {
  it("of nothing", () => {
    // Version 2, no region, event 0, next mapping 1, no heap, no break, no ring.
    expect(saveCheckpoint(new AddressSpace())).toEqual(bytesOf([2, 0, 0, 1, 0, 0, 0], noText));
  });

  it("of two mappings and a third piece that moved", () => {
    const low = (n: number) => n * page;
    const space = applyAll(new AddressSpace(), [
      anon(low(16), 2),
      anon(low(20), 1, 1),
      // Another piece of the first mapping, at another place since event 1.
      { call: "mremap", args: [low(17), page, page, 3, low(30)], result: low(30) },
      anon(low(31), 1, 1),
    ]);
    space.unplacedRings = 2;
    const [backing, offset, since] = [2, 4, 8];
    const [rwAccount, ro] = [3 + 16, 1];
    // batchOf numbers events from 1, and mappings are numbered likewise; zigzag doubles, -n is 2n - 1.
    expect(saveCheckpoint(space)).toEqual(
      bytesOf(
        [2, 4, 4, 4, 0, 0, 2],
        noText,
        [backing | offset | since, 16, 1, rwAccount, 2, 3],
        [backing | offset | since, 20 - 17, 1, ro, 2, 2],
        [backing | offset, 30 - 21, 1, rwAccount, 1, 3, 1],
        [backing | offset | since, 0, 1, ro, 4, 0],
      ),
    );
  });

  it("of two mappings of one mode, the second without it", () => {
    const space = applyAll(new AddressSpace(), [anon(16 * page, 1), anon(20 * page, 1)]);
    expect(saveCheckpoint(space)).toEqual(
      bytesOf([2, 2, 2, 3, 0, 0, 0], noText, [14, 16, 1, 19, 2, 1], [15, 3, 1, 2, 0]),
    );
  });
});

describe("a checkpoint holds", () => {
  const lines = `7f0000000000-7f0000002000 rw-p 00000000 00:00 0 [heap]
7f0000010000-7f0000014000 r-xp 00002000 fe:00 77 /lib/x.so
7f0000014000-7f0000015000 r-xp 00000000 fe:00 78 /lib/y.so (deleted)
7f0000015000-7f0000017000 r-xp 00000000 00:00 0 [vdso]
7f0000020000-7f0000021000 rw-s 00000000 00:01 33 /SYSV00000000 (deleted)
7f0000022000-7f0000023000 rw-s 00005000 00:01 34 /dev/zero (deleted)
7f0000024000-7f0000025000 rw-s 00000000 00:0e 35 /[aio] (deleted)
ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0 [vsyscall]
`;
  const protect: Call = { call: "mprotect", args: [at(17), page, 1], result: 0 };

  it("every kind of memory, cut or whole", () => {
    const space = applyAll(spaceOf(lines), [
      protect,
      { ...protect, args: [at(17), page, 5] },
      { call: "io_setup", args: [8, at(0)], result: 0 },
      anon(at(40), 2),
      mremap(at(40), 2, 3, at(50)),
      anon(at(53), 1),
      { call: "brk", args: [at(1) + 5], result: at(1) + 5 },
    ]);
    expect(lostInCheckpoint(space)).toBeUndefined();
    expect([space.heapStart, space.brk, space.totals.joined]).toEqual([at(0), at(1) + 5, 3]);
    // The same file is in it once.
    const text = Buffer.from(saveCheckpoint(space)).toString("latin1");
    expect(text.split("/lib/x.so")).toHaveLength(2);
    expect(text.split("/lib/y.so")).toHaveLength(2);
  });

  it("what its space does next: a segment's size, a nameless object's inode, a file's name", () => {
    const space = spaceOf(lines);
    const batch = batchOf([{ call: "shmat", args: [6, 0, 0, 2 * page, 6], result: at(60) }]);
    batch.flags[0] = 8;
    space.apply(batch, 0);
    const copy = new AddressSpace();
    loadCheckpoint(copy, saveCheckpoint(space));
    expect([...copy.segments]).toEqual([[7, 2 * page]]);
    expect([...copy.objects]).toEqual([...space.objects]);
    expect([...copy.objects.values()]).toEqual(["34", "35"]);
    expect(copy.snapshot().map(({ path }) => path)).toEqual([
      "[heap]",
      "/lib/x.so",
      "/lib/y.so",
      "[vdso]",
      "/SYSV00000000",
      "/dev/zero",
      "/[aio]",
      "/SYSV00000000",
      "[vsyscall]",
    ]);
    expect(copy.files.get(2)).toMatchObject({ inode: "78", path: "/lib/y.so", deleted: true });
  });

  it("files by their names, whatever their numbers are where it is loaded", () => {
    const space = spaceOf(lines);
    const copy = new AddressSpace();
    copy.files.intern({ dev: 1, inode: "5", path: "/other" });
    copy.files.intern({ dev: 0xfe00000, inode: "78", path: "/lib/y.so" });
    loadCheckpoint(copy, saveCheckpoint(space));
    const paths = [16, 20, 21].map((n) => copy.files.get(copy.regionAt(at(n))!.backing)?.path);
    expect(paths).toEqual(["/lib/x.so", "/lib/y.so", "[vdso]"]);
    // The second time, the numbers of the space that is saved are not those in the checkpoint.
    expect(lostInCheckpoint(applyAll(copy, [munmap(at(16), 4)]))).toBeUndefined();
  });

  it("huge pages, by the name that maps give them", () => {
    const huge: Call = { call: "mmap", args: [0, page, 3, 0x4_0022, -1, 0], result: at(512) };
    const space = applyAll(new AddressSpace(), [huge]);
    expect(lostInCheckpoint(space)).toBeUndefined();
    expect(space.snapshot()).toEqual([
      {
        start: at(512),
        end: at(1024),
        permissions: "rw-p",
        offset: 0,
        dev: 0,
        inode: "0",
        path: "/anon_hugepage",
        deleted: true,
      },
    ]);
  });
});
