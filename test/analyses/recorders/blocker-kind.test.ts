/** What a region is called that stands in the way, from its mode, its birth and its file. */
import { describe, expect, it } from "vitest";
import {
  type BlockerKind,
  blockerCode,
  blockerKindOf,
  blockerKinds,
  isNamedByFile,
} from "../../../src/analyses/recorders/blocker-kind.ts";
import { traits } from "../../../src/analyses/recorders/track.ts";
import { kindBits, kinds, modes } from "../../../src/space/regions/modes.ts";

const MiB = 1024 ** 2;
const readWrite = modes.read | modes.write;
const arena = traits.bornUntouchable | traits.noReserve;

interface Region {
  readonly mode: number;
  readonly born?: number;
  readonly path?: string;
  readonly start?: number;
  readonly bytes?: number;
  readonly isOfSameSite?: boolean;
}

const cases: readonly (readonly [BlockerKind, string, Region])[] = [
  ["kernel", "the vdso", { mode: kindBits(kinds.special) | modes.read | modes.exec }],
  ["main stack", "a stack of the kernel's", { mode: kindBits(kinds.stack) | readWrite }],
  ["library", "a library", { mode: kindBits(kinds.file) | modes.read, path: "/lib/libz.so" }],
  ["library", "one with a version", { mode: kindBits(kinds.file), path: "/lib/libz.so.1.2.13" }],
  ["library", "code", { mode: kindBits(kinds.file) | modes.exec, path: "/usr/bin/sort" }],
  ["file", "a song", { mode: kindBits(kinds.file) | readWrite, path: "/home/a.song" }],
  ["file", "one that is named so", { mode: kindBits(kinds.file) | readWrite, path: "/x.so.old" }],
  ["file", "a folder that is", { mode: kindBits(kinds.file), path: "/x.so/a" }],
  ["shared memory", "of nobody's name", { mode: kindBits(kinds.sharedAnonymous) | readWrite }],
  ["shared memory", "a segment", { mode: kindBits(kinds.sysv) | readWrite }],
  ["heap", "brk's", { mode: readWrite | modes.heap, born: traits.stack, isOfSameSite: true }],
  ["thread stack", "MAP_STACK", { mode: readWrite, born: traits.stack, isOfSameSite: true }],
  ["thread stack", "its guard", { mode: 0, born: traits.stack | arena, start: 64 * MiB }],
  ["malloc arena", "at a multiple of 64 MiB", { mode: readWrite, born: arena, start: 128 * MiB }],
  ["malloc arena", "its rest", { mode: 0, born: arena, start: 64 * MiB, bytes: 63 * MiB }],
  ["anonymous", "elsewhere", { mode: readWrite, born: arena, start: 32 * MiB }],
  ["anonymous", "reserved alone", { mode: readWrite, born: traits.noReserve, start: 64 * MiB }],
  ["anonymous", "untouchable alone", { mode: readWrite, born: traits.bornUntouchable, start: 0 }],
  ["guard", "a page", { mode: 0, bytes: 4096, isOfSameSite: true }],
  ["guard", "a mebibyte", { mode: 0, bytes: MiB }],
  ["reservation", "a page more", { mode: 0, bytes: MiB + 4096 }],
  ["anonymous", "read alone", { mode: modes.read }],
  ["anonymous", "write alone", { mode: modes.write }],
  ["anonymous", "exec alone", { mode: modes.exec }],
  ["buffer of the same site", "of one place", { mode: readWrite, isOfSameSite: true }],
  ["anonymous", "of another", { mode: readWrite }],
];

it.each(cases)("%s: %s", (kind, _, region) => {
  const { mode, born = 0, path = "", start = 4096, bytes = 8192, isOfSameSite = false } = region;
  expect(blockerKindOf(mode >>> 0, born, path, start, start + bytes, isOfSameSite)).toBe(kind);
});

describe("the kinds", () => {
  it("have the numbers of their places", () => {
    expect(blockerKinds.map((kind) => blockerKinds[blockerCode(kind)])).toEqual(blockerKinds);
    // A column of kinds is 0 where nothing was found.
    expect(blockerCode("nothing")).toBe(0);
  });

  it("are these words, which scripts read", () => {
    expect(blockerKinds).toEqual([
      ...["nothing", "rest of the same mapping", "thread stack", "malloc arena", "library", "file"],
      ...["buffer of the same site", "guard", "reservation", "heap", "main stack", "kernel"],
      ...["shared memory", "anonymous", "recorder"],
    ]);
  });

  it("of files are named by them", () => {
    expect(blockerKinds.filter(isNamedByFile)).toEqual(["library", "file", "kernel"]);
  });
});
