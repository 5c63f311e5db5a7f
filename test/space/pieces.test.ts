/** Regions that are one VMA of the kernel: which are, what a call does to the whole, and cuts and their offsets. */
import { describe, expect, it } from "vitest";
import { modes } from "../../src/space/regions/modes.ts";
import { AddressSpace } from "../../src/space/space.ts";
import { vmaAt, vmaFrom } from "../../src/space/state/vma.ts";
import { recount } from "../helpers/kernel-model.ts";
import {
  anon,
  applyAll,
  at,
  base,
  type Call,
  line,
  mremap,
  munmap,
  page,
  spaceOf,
} from "./helpers.ts";

const pages = (address: number) => (address - base) / page;
const range = (vma: { start: number; end: number } | undefined) =>
  vma && `${pages(vma.start)}-${pages(vma.end)}`;

/** `0-2+2-4 6-8`: regions of one VMA are added up. */
function vmas(space: AddressSpace): string {
  let text = "";
  for (const region of space.regionsIn(base, at(1000))) {
    if (text !== "") text += region.mode & modes.joined ? "+" : " ";
    text += range(region);
  }
  return text;
}

const fixed = (n: number, count: number, flags: number, result = at(n)): Call => ({
  call: "mmap",
  args: [at(n), count * page, 3, 0x30 | flags, -1, 0],
  result,
});
const file = (n: number, count: number, offset: number, id = 1): Call => ({
  call: "mmap",
  args: [at(n), count * page, 1, 2, 3, offset * page],
  result: at(n),
  file: id,
});
const protect = (n: number, count: number, prot: number): Call => ({
  call: "mprotect",
  args: [at(n), count * page, prot],
  result: 0,
});
const advise = (n: number, count: number, advice: number): Call => ({
  call: "madvise",
  args: [at(n), count * page, advice],
  result: 0,
});

describe("one VMA are", () => {
  it.each<[string, Call[], string]>([
    ["two mappings alike", [anon(at(0), 2), anon(at(2), 2)], "0-2+2-4"],
    ["the lower one mapped later", [anon(at(2), 2), anon(at(0), 2)], "0-2+2-4"],
    ["three, the middle one last", [anon(at(0), 1), anon(at(2), 1), anon(at(1), 1)], "0-1+1-2+2-3"],
    ["not two with a gap", [anon(at(0), 1), anon(at(2), 1)], "0-1 2-3"],
    ["not two of another access", [anon(at(0), 1), anon(at(1), 1, 1)], "0-1 1-2"],
    ["not two objects without a name", [fixed(0, 1, 1), fixed(1, 1, 1)], "0-1 1-2"],
    ["a file that goes on", [file(0, 2, 4), file(2, 1, 6)], "0-2+2-3"],
    ["not a file that does not", [file(0, 2, 4), file(2, 1, 4)], "0-2 2-3"],
    ["not two files", [file(0, 2, 4), file(2, 1, 6, 2)], "0-2 2-3"],
    ["not the same of a file and of none", [file(0, 1, 0), anon(at(1), 1, 1)], "0-1 1-2"],
    [
      "pieces that an advice made, once it is gone",
      [anon(at(0), 4), advise(1, 1, 10), advise(1, 1, 11)],
      "0-1+1-2+2-4",
    ],
    ["not while it lasts", [anon(at(0), 4), advise(1, 1, 10)], "0-1 1-2 2-4"],
    ["what an access made alike", [anon(at(0), 2), anon(at(2), 2, 1), protect(2, 2, 3)], "0-2+2-4"],
    [
      "what a move brought together",
      [anon(at(0), 2), anon(at(8), 2), mremap(at(8), 2, 2, at(2), 3)],
      "0-2+2-4",
    ],
    [
      "what a move from between left apart",
      [anon(at(0), 6), mremap(at(2), 2, 2, at(20), 3)],
      "0-2 4-6 20-22",
    ],
    ["what a hole left apart", [anon(at(0), 2), anon(at(2), 2), munmap(at(2), 1)], "0-2 3-4"],
    [
      "what grew up to its neighbour",
      [anon(at(0), 2), anon(at(3), 2), mremap(at(0), 2, 3, at(0))],
      "0-3+3-5",
    ],
  ])("%s", (_, calls, expected) => {
    const space = applyAll(new AddressSpace(), calls);
    expect(vmas(space)).toBe(expected);
    expect(recount(space)).toBeUndefined();
  });

  it("never pieces of what is fixed in size", () => {
    const vdso = "r--p 00000000 00:00 0 [vdso]";
    const space = spaceOf(line(0, 2, vdso) + line(2, 4, vdso));
    expect(vmas(space)).toBe("0-2 2-4");
    applyAll(space, [protect(0, 1, 1)]);
    expect(vmas(space)).toBe("0-2 2-4");
    applyAll(space, [protect(2, 2, 5), protect(2, 2, 1)]);
    expect(vmas(space)).toBe("0-2 2-4");
  });
});

describe("the VMA around an address", () => {
  const space = applyAll(new AddressSpace(), [
    anon(at(0), 2),
    anon(at(2), 2),
    anon(at(4), 2),
    anon(at(6), 2, 1),
    anon(at(10), 2),
  ]);

  it("goes from its first piece to its last", () => {
    expect([0, 1, 2, 3, 5].map((n) => range(vmaAt(space, at(n))))).toEqual(Array(5).fill("0-6"));
    expect([6, 8, 9, 10, 12].map((n) => range(vmaAt(space, at(n))))).toEqual([
      "6-8",
      undefined,
      undefined,
      "10-12",
      undefined,
    ]);
    expect(vmaAt(space, at(6))!.mode & 7).toBe(1);
    expect(vmaAt(space, at(5))!.mode & 7).toBe(3);
  });

  it("is the next one above, where nothing lies", () => {
    expect([3, 8, 11, 12].map((n) => range(vmaFrom(space, at(n))))).toEqual([
      "0-6",
      "10-12",
      "10-12",
      undefined,
    ]);
    expect(range(vmaFrom(space, 0))).toBe("0-6");
    expect(vmaFrom(new AddressSpace(), 0)).toBeUndefined();
  });
});

describe("MREMAP_DONTUNMAP of locked memory", () => {
  const lockedMap = (n: number, count: number): Call => fixed(n, count, 0x2002);
  const locked = (space: AddressSpace) =>
    space
      .regionsIn(base, at(1000))
      .map((region) => `${range(region)}${region.mode & modes.locked ? " locked" : ""}`);

  it("unlocks the whole VMA that it leaves, and no neighbour", () => {
    const space = applyAll(new AddressSpace(), [
      lockedMap(0, 1),
      protect(0, 1, 1),
      lockedMap(1, 2),
      lockedMap(3, 2),
      lockedMap(5, 2),
      lockedMap(7, 1),
      protect(7, 1, 1),
      mremap(at(3), 2, 2, at(20), 7),
    ]);
    expect(locked(space)).toEqual([
      "0-1 locked",
      "1-3",
      "3-5",
      "5-7",
      "7-8 locked",
      "20-22 locked",
    ]);
    expect(recount(space)).toBeUndefined();
  });

  it("numbers what stays behind, piece by piece", () => {
    const space = applyAll(new AddressSpace(), [
      anon(at(0), 2),
      anon(at(2), 2),
      mremap(at(0), 4, 4, at(20), 7),
      anon(at(40), 1),
    ]);
    const numbers = [0, 2, 20, 22, 40].map((n) => space.regionAt(at(n))!.mapping);
    expect(numbers).toEqual([3, 4, 1, 2, 5]);
    expect([0, 20].map((n) => space.regionAt(at(n))!.born)).toEqual([3, 1]);
  });
});

describe("a cut", () => {
  it("leaves private memory at offset 0, and moves a file's and a shared object's on", () => {
    const space = applyAll(new AddressSpace(), [
      anon(at(0), 4),
      file(10, 4, 6),
      fixed(20, 4, 1),
      protect(1, 2, 0),
      protect(11, 2, 0),
      protect(21, 2, 0),
    ]);
    const offsets = (n: number) =>
      [n, n + 1, n + 3].map((p) => space.regionAt(at(p))!.offset / page);
    expect([0, 10, 20].map(offsets)).toEqual([
      [0, 0, 0],
      [6, 7, 9],
      [0, 1, 3],
    ]);
    applyAll(space, [munmap(at(10), 1), munmap(at(0), 1), munmap(at(12), 1)]);
    expect([1, 11, 13].map((n) => space.regionAt(at(n))!.offset / page)).toEqual([0, 7, 9]);
  });
});
