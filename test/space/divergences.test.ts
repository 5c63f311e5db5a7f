/** Each way in which a space and the kernel's maps can differ: the range, what stands on either side, the cause. */
import { describe, expect, it } from "vitest";
import { compareMaps, type Divergence } from "../../src/space/compare.ts";
import { parseMaps } from "../../src/space/regions/proc-maps.ts";
import { AddressSpace } from "../../src/space/space.ts";
import { applyAll, at, base, type Call, line, munmap, page, spaceOf } from "./helpers.ts";

const pages = (address: number) => (address - base) / page;

/** `0-2 rw-p 0 0 → nothing: unrecorded call`: permissions, offset in pages, inode and name. */
function text({ start, end, expected, actual, cause, harmless }: Divergence): string {
  const side = (facts: Divergence["expected"]) =>
    facts === undefined
      ? "nothing"
      : `${facts.permissions} ${facts.offset / page} ${facts.inode} ${facts.path}`.trim();
  const blame = harmless ? `${cause}, harmless` : cause;
  return `${pages(start)}-${pages(end)} ${side(expected)} → ${side(actual)}: ${blame}`;
}

function divergences(space: AddressSpace | string, maps: string): string[] {
  const model = typeof space === "string" ? spaceOf(space) : space;
  return compareMaps(model, parseMaps(maps).lines).divergences.map(text);
}

const x = "r-xp 00002000 fe:00 77 /lib/x.so";
const xLater = "r-xp 00003000 fe:00 77 /lib/x.so";
const y = "r-xp 00002000 fe:00 78 /lib/y.so";
const zero = (inode: number) => `rw-s 00000000 00:01 ${inode} /dev/zero (deleted)`;
const segment = (inode: number) => `rw-s 00000000 00:01 ${inode} /SYSV00000000 (deleted)`;
const rw = "rw-p 00000000 00:00 0";
const ro = "r--p 00000000 00:00 0";

describe("a divergence", () => {
  it.each<[string, string, string, string[]]>([
    ["none of nothing", "", "", []],
    ["what lies below", "", line(1, 2), ["1-2 nothing → rw-p 0 0: unrecorded call"]],
    ["what is gone", line(1, 2), "", ["1-2 rw-p 0 0 → nothing: unrecorded call"]],
    [
      "two of one sort, beside each other, are one",
      line(0, 4),
      line(0, 1, ro) + line(1, 4, "r--p 00000000 00:00 0 [heap]").replace(" [heap]", ""),
      ["0-4 rw-p 0 0 → r--p 0 0: unrecorded call"],
    ],
    [
      "two pieces of one file, beside each other, are one",
      "",
      line(0, 1, x) + line(1, 2, xLater),
      ["0-2 nothing → r-xp 2 77 /lib/x.so: unrecorded call"],
    ],
    [
      "two pieces of one file that are gone, beside each other, are one",
      line(0, 1, x) + line(1, 2, xLater),
      "",
      ["0-2 r-xp 2 77 /lib/x.so → nothing: unrecorded call"],
    ],
    [
      "but not if the file does not go on",
      "",
      line(0, 1, x) + line(1, 2, x),
      [
        "0-1 nothing → r-xp 2 77 /lib/x.so: unrecorded call",
        "1-2 nothing → r-xp 2 77 /lib/x.so: unrecorded call",
      ],
    ],
    [
      "two of one sort with a gap are two",
      "",
      line(0, 1) + line(2, 3),
      ["0-1 nothing → rw-p 0 0: unrecorded call", "2-3 nothing → rw-p 0 0: unrecorded call"],
    ],
    [
      "two of other permissions are two",
      "",
      line(0, 1) + line(1, 2, ro),
      ["0-1 nothing → rw-p 0 0: unrecorded call", "1-2 nothing → r--p 0 0: unrecorded call"],
    ],
    [
      "two of other names are two",
      "",
      line(0, 1) + line(1, 2, `${rw} [anon:x]`),
      [
        "0-1 nothing → rw-p 0 0: unrecorded call",
        "1-2 nothing → rw-p 0 0 [anon:x]: unrecorded call",
      ],
    ],
    [
      "two of other files are two",
      "",
      line(0, 1, x) + line(1, 2, xLater.replace("77", "79")),
      [
        "0-1 nothing → r-xp 2 77 /lib/x.so: unrecorded call",
        "1-2 nothing → r-xp 3 79 /lib/x.so: unrecorded call",
      ],
    ],
    [
      "what is too much and what is missing are two",
      line(0, 1),
      line(1, 2),
      ["0-1 rw-p 0 0 → nothing: unrecorded call", "1-2 nothing → rw-p 0 0: unrecorded call"],
    ],
    [
      "the part alone that differs, at its own offset",
      line(0, 4, x),
      line(0, 1, x) + line(2, 4, "r--p 00004000 fe:00 77 /lib/x.so"),
      [
        "1-2 r-xp 3 77 /lib/x.so → nothing: unrecorded call",
        "2-4 r-xp 4 77 /lib/x.so → r--p 4 77 /lib/x.so: unrecorded call",
      ],
    ],
    [
      "the kernel's part at its own offset",
      line(2, 3, ro),
      line(0, 4, x),
      [
        "0-2 nothing → r-xp 2 77 /lib/x.so: unrecorded call",
        "2-3 r--p 0 0 → r-xp 4 77 /lib/x.so: unrecorded call",
        "3-4 nothing → r-xp 5 77 /lib/x.so: unrecorded call",
      ],
    ],
    [
      "a file where private memory is, and the other way round",
      line(0, 1, "r-xp 00000000 00:00 0") + line(2, 3, x),
      line(0, 1, x) + line(2, 3, "r-xp 00000000 00:00 0"),
      [
        "0-1 r-xp 0 0 → r-xp 2 77 /lib/x.so: unrecorded call",
        "2-3 r-xp 2 77 /lib/x.so → r-xp 0 0: unrecorded call",
      ],
    ],
    ["none where the heap's name is", line(0, 1), line(0, 1, `${rw} [heap]`), []],
    ["none where the stack's name is", line(0, 1), line(0, 1, `${rw} [stack]`), []],
    ["none where the stack's name is no longer", line(0, 1, `${rw} [stack]`), line(0, 1), []],
    [
      "another special name",
      line(0, 1, "r-xp 00000000 00:00 0 [vdso]"),
      line(0, 1, "r-xp 00000000 00:00 0 [vvar]"),
      ["0-1 r-xp 0 0 [vdso] → r-xp 0 0 [vvar]: unrecorded call"],
    ],
    [
      "none for another device of one name",
      line(0, 1, x),
      line(0, 1, x.replace("fe:00", "00:2a")),
      [],
    ],
    [
      "another device of another name",
      line(0, 1, x),
      line(0, 1, x.replace("fe:00", "00:2a").replace("x.so", "y.so")),
      ["0-1 r-xp 2 77 /lib/x.so → r-xp 2 77 /lib/y.so: unrecorded call"],
    ],
    [
      "another file",
      line(0, 1, x),
      line(0, 1, y),
      ["0-1 r-xp 2 77 /lib/x.so → r-xp 2 78 /lib/y.so: unrecorded call"],
    ],
    [
      "another segment",
      line(0, 1, segment(5)),
      line(0, 1, segment(6)),
      ["0-1 rw-s 0 5 /SYSV00000000 → rw-s 0 6 /SYSV00000000: unrecorded call"],
    ],
    [
      "another nameless object",
      line(0, 1, zero(5)),
      line(0, 1, zero(6)),
      ["0-1 rw-s 0 5 /dev/zero → rw-s 0 6 /dev/zero: unrecorded call"],
    ],
    [
      "growth of the stack, which its own gap is not",
      line(4, 6, `${rw} [stack]`),
      line(0, 1) + line(2, 6, `${rw} [stack]`),
      [
        "0-1 nothing → rw-p 0 0: unrecorded call",
        "2-4 nothing → rw-p 0 0 [stack]: stack growth, harmless",
      ],
    ],
    [
      "growth that stops short of the stack",
      line(4, 6, `${rw} [stack]`),
      line(2, 3) + line(4, 6, `${rw} [stack]`),
      ["2-3 nothing → rw-p 0 0: unrecorded call"],
    ],
    [
      "a ring that nobody made",
      "",
      line(0, 1, "rw-s 00000000 00:0e 35 /[aio] (deleted)"),
      ["0-1 nothing → rw-s 0 35 /[aio]: unrecorded call"],
    ],
  ])("%s", (_, model, kernel, expected) => {
    expect(divergences(model, kernel)).toEqual(expected);
  });

  it("below ordinary memory is no growth", () => {
    expect(divergences(line(2, 4), line(1, 4))).toEqual([
      "1-2 nothing → rw-p 0 0: unrecorded call",
    ]);
  });

  it("has an unknown result for its cause where the two touch", () => {
    const lost: Call = { ...munmap(at(2), 2), unknown: true };
    const space = applyAll(spaceOf(line(0, 6)), [lost]);
    const kernel = line(0, 1) + line(3, 4) + line(5, 6);
    expect(divergences(space, kernel)).toEqual([
      "1-3 rw-p 0 0 → nothing: unknown result",
      "4-5 rw-p 0 0 → nothing: unrecorded call",
    ]);
    // Up to the range and from its end on is not in it.
    const beside = applyAll(spaceOf(line(0, 6)), [lost]);
    expect(divergences(beside, line(0, 1) + line(2, 4) + line(5, 6))).toEqual([
      "1-2 rw-p 0 0 → nothing: unrecorded call",
      "4-5 rw-p 0 0 → nothing: unrecorded call",
    ]);
  });

  it("is none of a file that the recording could not name", () => {
    const call = {
      call: "mmap",
      args: [0, page, 5, 2, 3, 2 * page],
      result: at(0),
      file: 4,
    } as const;
    const space = applyAll(new AddressSpace(), [call]);
    expect(divergences(space, line(0, 1, x))).toEqual([]);
    expect(divergences(space, line(0, 1, xLater))).toEqual([
      "0-1 r-xp 2 0 [unknown file 4] → r-xp 3 77 /lib/x.so: unrecorded call",
    ]);
  });
});

describe("ranges of the kernel", () => {
  const ranges = (...lines: string[]) =>
    compareMaps(spaceOf(""), parseMaps(lines.join("")).lines).ranges;

  it("go on over lines that only the division into VMAs keeps apart", () => {
    expect(ranges()).toBe(0);
    expect(ranges(line(0, 1))).toBe(1);
    expect(ranges(line(0, 1), line(1, 2))).toBe(1);
    expect(ranges(line(0, 1, x), line(1, 2, xLater))).toBe(1);
    expect(ranges(line(0, 1), line(2, 3))).toBe(2);
    expect(ranges(line(0, 1), line(1, 2, ro))).toBe(2);
    expect(ranges(line(0, 1), line(1, 2, `${rw} [heap]`))).toBe(2);
    expect(ranges(line(0, 1, x), line(1, 2, x))).toBe(2);
    expect(ranges(line(0, 1, x), line(1, 2, xLater.replace("77", "78")))).toBe(2);
    expect(ranges(line(0, 1, x), line(1, 2, xLater.replace("fe:00", "fe:01")))).toBe(2);
    expect(ranges(line(0, 1), line(1, 2), line(2, 3, ro), line(3, 4))).toBe(3);
  });
});
