/** What a comparison with the kernel's maps calls a divergence, and what it does not. */
import { describe, expect, it } from "vitest";
import { compareMaps, resync } from "../../src/space/compare.ts";
import { parseMaps } from "../../src/space/regions/proc-maps.ts";
import { anon, applyAll, at, munmap, spaceOf } from "./helpers.ts";

const maps = `555500000000-555500002000 rw-p 00000000 00:00 0 [heap]
7f0000000000-7f0000004000 rw-p 00000000 00:00 0
7f0000010000-7f0000014000 r-xp 00002000 fe:00 77 /lib/x.so
7ffc00010000-7ffc00020000 rw-p 00000000 00:00 0 [stack]
`;

function compare(change: (text: string) => string) {
  return compareMaps(spaceOf(maps), parseMaps(change(maps)).lines);
}

describe("compareMaps", () => {
  it("finds nothing in the text it came from", () => {
    expect(compare((text) => text)).toEqual({ ranges: 4, divergences: [] });
  });

  it("passes over cuts: only bytes count", () => {
    const cut = "7f0000000000-7f0000001000 rw-p 00000000 00:00 0\n7f0000001000-7f0000004000 rw-p";
    const result = compare((text) => text.replace("7f0000000000-7f0000004000 rw-p", cut));
    expect(result).toEqual({ ranges: 4, divergences: [] });
  });

  it.each([
    [
      "another name of the same file",
      (t: string) => t.replace("/lib/x.so", "/lib/new.so (deleted)"),
    ],
    ["another device for the same name", (t: string) => t.replace("fe:00 77", "00:2a 900")],
    ["a heap without its name", (t: string) => t.replace("[heap]", "")],
  ])("passes over %s", (_, change) => {
    expect(compare(change).divergences).toEqual([]);
  });

  it.each([
    ["protection", (t: string) => t.replace("r-xp", "rwxp")],
    ["sharing", (t: string) => t.replace("r-xp", "r-xs")],
    ["offset", (t: string) => t.replace("00002000 fe", "00003000 fe")],
    ["another file", (t: string) => t.replace("77 /lib/x.so", "78 /lib/y.so")],
  ])("tells of another %s", (_, change) => {
    const { divergences } = compare(change);
    expect(divergences).toHaveLength(1);
    expect(divergences[0]).toMatchObject({
      start: 0x7f0000010000,
      end: 0x7f0000014000,
      cause: "unrecorded call",
      harmless: false,
      expected: { permissions: "r-xp", path: "/lib/x.so", offset: 0x2000 },
    });
    expect(divergences[0]?.actual).not.toEqual(divergences[0]?.expected);
  });

  it("tells of a missing and of an additional range, to the byte", () => {
    const space = spaceOf(maps);
    applyAll(space, [munmap(at(1), 1), anon(at(64), 2)]);
    const found = compareMaps(space, parseMaps(maps).lines).divergences;
    expect(
      found.map(({ start, end, expected, actual }) => [start, end, !!expected, !!actual]),
    ).toEqual([
      [at(1), at(2), false, true],
      [at(64), at(66), true, false],
    ]);
  });

  it("knows the stack's growth, which no call makes", () => {
    const { divergences } = compare((text) => text.replace("7ffc00010000", "7ffc00008000"));
    expect(divergences).toMatchObject([
      { start: 0x7ffc00008000, end: 0x7ffc00010000, cause: "stack growth", harmless: true },
    ]);
  });

  it("knows memory that grows down by itself", () => {
    const space = spaceOf("");
    applyAll(space, [{ call: "mmap", args: [at(8), 4096, 3, 0x132, -1, 0], result: at(8) }]);
    const text = "7f0000006000-7f0000009000 rw-p 00000000 00:00 0\n";
    expect(compareMaps(space, parseMaps(text).lines).divergences).toMatchObject([
      { start: at(6), end: at(8), cause: "growsdown", harmless: true },
    ]);
  });

  it("blames a call without a result for what lies in its range", () => {
    const space = spaceOf(maps);
    applyAll(space, [{ ...munmap(at(0), 4), unknown: true }]);
    const text = maps.replace(/^7f0000000000.*\n/m, "");
    expect(compareMaps(space, parseMaps(text).lines).divergences).toMatchObject([
      { start: at(0), end: at(4), cause: "unknown result", harmless: false },
    ]);
  });

  it("holds nameless shared objects apart by the inodes it learns", () => {
    const shared = (n: number) => ({
      call: "mmap" as const,
      args: [0, 4096, 3, 0x21, -1, 0],
      result: at(n),
    });
    const text = (a: number, b: number) =>
      `7f0000000000-7f0000001000 rw-s 00000000 00:01 ${a} /dev/zero (deleted)
7f0000004000-7f0000005000 rw-s 00000000 00:01 ${b} /dev/zero (deleted)\n`;
    const space = applyAll(spaceOf(""), [shared(0), shared(4)]);
    expect(compareMaps(space, parseMaps(text(5, 6)).lines).divergences).toEqual([]);
    expect(compareMaps(space, parseMaps(text(5, 6)).lines).divergences).toEqual([]);
    expect(compareMaps(space, parseMaps(text(6, 5)).lines).divergences).toHaveLength(2);
  });

  it("passes over the tool's own memory", () => {
    const toolRanges = [[0x7f0000010000, 0x7f0000014000]] as const;
    const space = spaceOf(maps, { toolRanges });
    expect(space.regionAt(at(16))).toBeUndefined();
    expect(compareMaps(space, parseMaps(maps).lines)).toEqual({ ranges: 3, divergences: [] });
  });
});

describe("resync", () => {
  it("makes the space equal and keeps the identity of what agreed", () => {
    const space = spaceOf(maps);
    const kept = space.regionAt(at(16))?.mapping;
    applyAll(space, [munmap(at(1), 1), anon(at(64), 2)]);
    const { lines } = parseMaps(maps);
    expect(resync(space, lines).divergences).toHaveLength(2);
    expect(compareMaps(space, lines).divergences).toEqual([]);
    expect(space.regionAt(at(16))?.mapping).toBe(kept);
  });

  it("takes over where the heap ends", () => {
    const space = spaceOf(maps);
    resync(space, parseMaps(maps.replace("555500002000", "555500006000")).lines);
    applyAll(space, [{ call: "brk", args: [0x555500001000], result: 0x555500001000 }]);
    expect(space.regionAt(0x555500005000)).toBeUndefined();
    expect(space.regionAt(0x555500000000)?.end).toBe(0x555500001000);
  });
});

describe("snapshot", () => {
  it("writes maps that agree with the ones it came from", () => {
    const text = `${maps}7ffd00000000-7ffd00001000 rw-s 00003000 00:01 9 /memfd:x (deleted)
7ffd00004000-7ffd00005000 rw-s 00000000 00:01 33 /SYSV00000000 (deleted)
7ffd00008000-7ffd00009000 rw-s 00000000 00:01 34 /dev/zero (deleted)
7ffd0000a000-7ffd0000c000 rw-s 00000000 00:0e 35 /[aio] (deleted)
7ffd00010000-7ffd00012000 r-xp 00000000 00:00 0 [vdso]
ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0 [vsyscall]
`;
    const { lines } = parseMaps(text);
    const space = spaceOf(text);
    expect(space.snapshot().map(({ dev, ...line }) => line)).toEqual(
      lines.map(({ dev, ...line }) => line),
    );
    expect(compareMaps(space, space.snapshot()).divergences).toEqual([]);
  });

  it("is told of the ring that io_setup mapped somewhere, and of its end", () => {
    const space = spaceOf(maps);
    applyAll(space, [{ call: "io_setup", args: [8, at(0)], result: 0 }]);
    const ring = "7ffd0000a000-7ffd0000c000 rw-s 00000000 00:0e 35 /[aio] (deleted)\n";
    const { lines } = parseMaps(maps + ring);
    expect(resync(space, lines).divergences).toMatchObject([
      { start: 0x7ffd0000a000, cause: "io_setup ring", harmless: true },
    ]);
    applyAll(space, [{ call: "io_destroy", args: [0x7ffd0000a000], result: 0 }]);
    expect(compareMaps(space, parseMaps(maps).lines).divergences).toEqual([]);
    expect(space.reports.contradictions).toBe(0);
  });
});
