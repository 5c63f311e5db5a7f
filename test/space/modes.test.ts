/** The bits of a region's mode, what they are called, and the sums over them, by hand. */
import { describe, expect, it } from "vitest";
import { memoryKindOf } from "../../src/space/regions/memory-kind.ts";
import {
  fileOf,
  hasOffset,
  kindBits,
  kindOfMode,
  kinds,
  modes,
  permissionBits,
  permissionText,
} from "../../src/space/regions/modes.ts";
import { Totals } from "../../src/space/regions/totals.ts";

describe("modes", () => {
  it("keep their bits, which checkpoints hold", () => {
    const names = `read write exec shared account noReserve locked dontFork wipeOnFork random
      sequential dontDump hugePage noHugePage mergeable neverWrite growsDown fixedSize joined heap`;
    const bits = names.split(/\s+/).map((name, bit) => [name, 2 ** bit]);
    expect(modes).toEqual({ ...Object.fromEntries(bits), sync: 2 ** 24 });
    const order = "anonymous file sharedAnonymous sysv aio stack special hugetlb".split(" ");
    expect(kinds).toEqual(Object.fromEntries(order.map((name, number) => [name, number])));
  });

  it("have the kind in the upper four bits, unsigned", () => {
    for (const [name, kind] of Object.entries(kinds)) {
      expect([name, kindBits(kind)]).toEqual([name, kind * 2 ** 28]);
      expect(kindOfMode(kindBits(kind) + modes.read)).toBe(kind);
    }
    expect(kindBits(15)).toBe(0xf000_0000);
    const placed = Object.entries(kinds).filter(([, kind]) => hasOffset(kindBits(kind)));
    expect(placed.map(([name]) => name)).toEqual([
      "file",
      "sharedAnonymous",
      "sysv",
      "aio",
      "hugetlb",
    ]);
  });

  it("say whether the backing is a file's number", () => {
    const files = Object.values(kinds).map((kind) => fileOf(kindBits(kind) | 3, 7));
    // The order of the kinds, as above: files, and what the kernel names, such as [vdso].
    expect(files).toEqual([0, 7, 0, 0, 0, 0, 7, 0]);
  });

  it("are four letters and back", () => {
    const letters = ["---p", "r--p", "-w-p", "rw-p", "--xp", "r-xp", "-wxp", "rwxp"];
    letters.forEach((text, bits) => {
      expect([permissionText(bits), permissionBits(text)]).toEqual([text, bits]);
      const shared = text.replace("p", "s");
      expect([permissionText(bits + 8), permissionBits(shared)]).toEqual([shared, bits + 8]);
    });
    expect(permissionText(modes.heap | modes.account | 3)).toBe("rw-p");
  });
});

describe("the kind that people know", () => {
  const rw = modes.read | modes.write;
  it.each([
    ["kernel", modes.read, kinds.special],
    ["kernel", 0, kinds.aio],
    ["reserved", 0, kinds.anonymous],
    ["reserved", modes.shared, kinds.file],
    ["stack", rw, kinds.stack],
    ["shared", rw | modes.shared, kinds.file],
    ["shared", modes.read | modes.shared, kinds.sysv],
    ["file", modes.read, kinds.file],
    ["libraryText", modes.read | modes.exec, kinds.file],
    ["anonymous", rw, kinds.anonymous],
    ["anonymous", rw | modes.exec, kinds.anonymous],
    ["heap", rw | modes.heap, kinds.anonymous],
    ["anonymous", rw, kinds.hugetlb],
  ])("%s: mode %i of kind %i", (expected, mode, kind) => {
    expect(memoryKindOf(mode | kindBits(kind))).toBe(expected);
  });

  it("is a thread's stack where MAP_STACK was given, but not while nothing can be accessed", () => {
    expect(memoryKindOf(rw, true)).toBe("stack");
    expect(memoryKindOf(rw | modes.shared, true)).toBe("stack");
    expect(memoryKindOf(0, true)).toBe("reserved");
    expect(memoryKindOf(modes.read | kindBits(kinds.special), true)).toBe("kernel");
  });
});

describe("totals", () => {
  it("are kept by what can be done with the memory, and by kind", () => {
    const totals = new Totals();
    totals.add(modes.read | modes.write | modes.heap, 100);
    totals.add(modes.read | modes.exec | kindBits(kinds.file), 20);
    totals.add(modes.read | modes.write | modes.shared | kindBits(kinds.hugetlb), 3);
    totals.add(kindBits(kinds.file), 4000);
    totals.add(modes.read | modes.write, -40);
    totals.joined = 2;
    const figures = (one: Totals) => [
      one.mappedBytes,
      one.writableBytes,
      one.executableBytes,
      one.reservedBytes,
      one.sharedBytes,
    ];
    expect(figures(totals)).toEqual([4083, 63, 20, 4000, 3]);
    const sums = {
      byKind: new Float64Array(16).fill(1),
      writableBytes: 1,
      executableBytes: 1,
      reservedBytes: 1,
    };
    totals.addTo(sums);
    const byKind = [61, 4021, 1, 1, 1, 1, 1, 4, ...Array(8).fill(1)];
    expect({ ...sums, byKind: [...sums.byKind] }).toEqual({
      byKind,
      writableBytes: 64,
      executableBytes: 21,
      reservedBytes: 4001,
    });
    const copy = totals.clone();
    totals.add(modes.exec, 7);
    expect(figures(copy)).toEqual([4083, 63, 20, 4000, 3]);
    expect([copy.joined, totals.executableBytes]).toEqual([2, 27]);
  });

  it("know memory without any access, and no other bit than what maps show", () => {
    const totals = new Totals();
    totals.add(0, 50);
    totals.add(modes.sync | modes.account | modes.noReserve, 6);
    const sums = {
      byKind: new Float64Array(16),
      writableBytes: 0,
      executableBytes: 0,
      reservedBytes: 0,
    };
    totals.addTo(sums);
    expect([totals.reservedBytes, sums.reservedBytes, sums.byKind[0]]).toEqual([56, 56, 56]);
  });
});
