/** What a listener is told of each call: which ranges come and go, and by which of the words for it. */
import { describe, expect, it } from "vitest";
import { resync } from "../../src/space/compare.ts";
import { parseMaps } from "../../src/space/regions/proc-maps.ts";
import { AddressSpace } from "../../src/space/space.ts";
import { featuresOfRelease } from "../../src/space/state/features.ts";
import type { LineageListener } from "../../src/space/state/lineage.ts";
import { anon, applyAll, at, base, batchOf, type Call, mremap, munmap, page } from "./helpers.ts";

const heap = "7f0000000000-7f0000002000 rw-p 00000000 00:00 0 [heap]\n";
const file = "7f0000000000-7f0000006000 rw-s 00002000 fe:00 77 /tmp/x\n";
const ring = "7f0000000000-7f0000003000 rw-s 00000000 00:0e 35 /[aio] (deleted)\n";

/** `+1 0-2 mapped` came, `-1 0-2@1 moved` went after it had been there since event 1, `~1 0-2 rw` changed. */
class Told implements LineageListener {
  lines: string[] = [];

  took(...[, mapping, start, end, how, parent]: Parameters<LineageListener["took"]>): void {
    this.lines.push(
      `+${mapping} ${pages(start, end)} ${how}${parent === 0 ? "" : ` of ${parent}`}`,
    );
  }

  left(...[, mapping, start, end, since, how]: Parameters<LineageListener["left"]>): void {
    this.lines.push(`-${mapping} ${pages(start, end)}@${since} ${how}`);
  }

  changed(_seq: number, mapping: number, start: number, end: number, mode: number): void {
    this.lines.push(`~${mapping} ${pages(start, end)} ${mode & 7}`);
  }
}

function pages(start: number, end: number): string {
  return `${(start - base) / page}-${(end - base) / page}`;
}

/** What is told of the calls after a beginning of which it is not asked. */
function told(begin: string | readonly Call[], calls: readonly Call[], old = false): string[] {
  const lineage = new Told();
  const features = featuresOfRelease(old ? "6.1" : "6.18");
  const space = new AddressSpace({ lineage, features });
  if (typeof begin === "string") space.adopt(parseMaps(begin).lines);
  else applyAll(space, begin);
  lineage.lines = [];
  const batch = batchOf(calls);
  calls.forEach((_, i) => {
    space.apply(batch, i, 10 + i);
  });
  return lineage.lines;
}

const brk = (end: number): Call => ({ call: "brk", args: [end], result: end });
const shared: Call = { call: "mmap", args: [0, 4 * page, 3, 0x21, -1, 0], result: at(0) };
const moveTo = (start: number, old: number, now: number, to: number, flags: number): Call => ({
  call: "mremap",
  args: [start, old * page, now * page, flags, to],
  result: to,
});

describe("a listener is told", () => {
  it.each<[string, string | readonly Call[], readonly Call[], string[]]>([
    ["a mapping", [], [anon(at(0), 2)], ["+1 0-2 mapped"]],
    ["its end", [anon(at(0), 2)], [munmap(at(0), 2)], ["-1 0-2@1 unmapped"]],
    [
      "the cut of its ends and of its middle",
      [anon(at(0), 9)],
      [munmap(at(0), 1), munmap(at(8), 1), munmap(at(3), 2)],
      ["-1 0-1@1 unmapped", "-1 8-9@1 unmapped", "-1 3-5@1 unmapped"],
    ],
    [
      "what replaced it",
      [anon(at(0), 4)],
      [anon(at(1), 2)],
      ["-1 1-3@1 replaced", "+2 1-3 mapped"],
    ],
    [
      "the heap's growth and shrinking",
      heap,
      [brk(at(4)), brk(at(1))],
      ["+1 0-4 grown", "-1 0-2@0 grown", "-1 1-4@10 shrunk"],
    ],
    [
      "what the heap grew over",
      heap,
      [anon(at(2), 2), brk(at(3))],
      ["+2 2-4 mapped", "-2 2-3@10 replaced", "+1 0-3 grown", "-1 0-2@0 grown"],
    ],
    [
      "a ring's end",
      ring,
      [{ call: "io_destroy", args: [at(0)], result: 0 }],
      ["-1 0-3@0 unmapped"],
    ],
    [
      "pages of a file rearranged",
      file,
      [{ call: "remap_file_pages", args: [at(1), 2 * page, 0, 40, 0], result: 0 }],
      ["-1 1-3@0 replaced", "+1 1-3 mapped"],
    ],
    [
      "growth in place",
      [anon(at(0), 2)],
      [mremap(at(0), 2, 3, at(0))],
      ["+1 0-3 grown", "-1 0-2@1 grown"],
    ],
    ["shrinking", [anon(at(0), 4)], [mremap(at(0), 4, 1, at(0), 0)], ["-1 1-4@1 shrunk"]],
    ["a growth of what is not there", [], [mremap(at(0), 2, 3, at(0))], ["+1 2-3 mapped"]],
    [
      "a growth over a neighbour",
      [anon(at(0), 2), anon(at(2), 2, 1)],
      [mremap(at(0), 2, 3, at(0))],
      ["-2 2-3@2 replaced", "+1 0-3 grown", "-1 0-2@1 grown"],
    ],
    ["a move", [anon(at(0), 2)], [mremap(at(0), 2, 3, at(8))], ["-1 0-2@1 moved", "+1 8-11 moved"]],
    [
      "a move of a part",
      [anon(at(0), 4)],
      [mremap(at(1), 2, 3, at(8))],
      ["-1 1-3@1 moved", "+1 8-11 moved"],
    ],
    ["a move from nowhere", [], [mremap(at(0), 2, 3, at(8))], ["+1 8-11 mapped"]],
    [
      "a move over what lives",
      [anon(at(0), 2), anon(at(8), 1)],
      [mremap(at(0), 2, 3, at(8))],
      ["-2 8-9@2 replaced", "-1 0-2@1 moved", "+1 8-11 moved"],
    ],
    [
      "a move that MREMAP_FIXED makes, of another size",
      [anon(at(0), 3), anon(at(8), 4)],
      [moveTo(at(0), 3, 1, at(9), 3)],
      ["-2 9-10@2 replaced", "-1 1-3@1 shrunk", "-1 0-1@1 moved", "+1 9-10 moved"],
    ],
    [
      "a move of two with a gap, past what lies in the gap's place",
      [anon(at(0), 1), anon(at(3), 1), anon(at(20), 4)],
      [moveTo(at(0), 4, 4, at(20), 3)],
      [
        "-3 20-21@3 replaced",
        "-3 23-24@3 replaced",
        "-1 0-1@1 moved",
        "-2 3-4@2 moved",
        "+1 20-21 moved",
        "+2 23-24 moved",
      ],
    ],
    [
      "a second mapping of the same memory",
      [shared],
      [mremap(at(1), 0, 2, at(8))],
      ["+2 8-10 duplicated of 1"],
    ],
    [
      "what MREMAP_DONTUNMAP leaves behind",
      [anon(at(0), 2)],
      [mremap(at(0), 2, 2, at(8), 5)],
      ["-1 0-2@1 moved", "+2 0-2 left behind of 1", "+1 8-10 moved"],
    ],
    [
      "another access, in pieces",
      [anon(at(0), 4)],
      [{ call: "mprotect", args: [at(1), 2 * page, 5], result: 0 }],
      ["~1 1-3 5"],
    ],
    [
      "no advice, which is no access",
      [anon(at(0), 4)],
      [{ call: "madvise", args: [at(1), 2 * page, 10], result: 0 }],
      [],
    ],
  ])("%s", (_, begin, calls, expected) => {
    expect(told(begin, calls)).toEqual(expected);
  });

  it("what a move that failed did before, on a kernel that unmaps first", () => {
    // The source is shorter than the old length says: EFAULT.
    const failing: Call = { ...moveTo(at(0), 2, 3, at(20), 3), result: -14 };
    const begin = [anon(at(0), 1), anon(at(20), 2)];
    expect(told(begin, [failing], true)).toEqual(["-2 20-22@2 replaced"]);
    expect(told(begin, [failing])).toEqual([]);
  });

  it("what several moved before the kernel refused one", () => {
    const lineage = new Told();
    const space = new AddressSpace({ lineage });
    // A ring moves alone or not at all (vma_multi_allowed).
    space.adopt(
      parseMaps(
        `7f0000000000-7f0000001000 rw-p 00000000 00:00 0
7f0000001000-7f0000002000 rw-s 00000000 00:0e 35 /[aio] (deleted)
7f0000014000-7f0000016000 rw-p 00000000 00:00 0\n`,
      ).lines,
    );
    lineage.lines = [];
    applyAll(space, [
      { call: "mremap", args: [at(0), 2 * page, 2 * page, 3, at(20)], result: -14 },
    ]);
    expect(lineage.lines).toEqual(["-3 20-21@0 replaced", "-1 0-1@0 moved", "+1 20-21 moved"]);
  });

  it("the mode and the backing of what came, and none before the recording", () => {
    const came: number[][] = [];
    const lineage: LineageListener = {
      took: (seq, mapping, _start, _end, _how, _parent, mode, backing) => {
        came.push([seq, mapping, mode, backing]);
      },
      left: () => undefined,
    };
    const space = new AddressSpace({ lineage });
    // read write shared, of a file: kind 1 in the upper four bits.
    const shared = 1 + 2 + 8 + 2 ** 28;
    space.adopt(parseMaps(file).lines, 5);
    expect(came).toEqual([[5, 1, shared, 1]]);
    expect(space.regionAt(at(0))).toMatchObject({ born: 0, since: 5 });
    const batch = batchOf([
      mremap(at(0), 6, 8, at(0)),
      mremap(at(0), 8, 8, at(20), 5),
      mremap(at(20), 8, 9, at(40)),
    ]);
    for (let i = 0; i < 3; i += 1) space.apply(batch, i, 6 + i);
    expect(came.slice(1)).toEqual([
      [6, 1, shared, 1],
      [7, 2, shared, 1],
      [7, 1, shared, 1],
      [8, 1, shared, 1],
    ]);
    expect(space.regionAt(at(0))).toMatchObject({ mapping: 2, born: 7, since: 7 });
    expect(space.regionAt(at(40))).toMatchObject({ mapping: 1, born: 0, since: 8 });
  });

  it("a segment's place and its end", () => {
    const lineage = new Told();
    const space = new AddressSpace({ lineage });
    applyAll(space, [anon(at(0), 1)]);
    const batch = batchOf([
      { call: "shmat", args: [6, 0, 0o40000, page, 6], result: at(0) },
      { call: "shmdt", args: [at(0)], result: 0 },
    ]);
    batch.flags[0] = 8;
    space.apply(batch, 0, 2);
    space.apply(batch, 1, 3);
    expect(lineage.lines.slice(1)).toEqual([
      "-1 0-1@1 replaced",
      "+2 0-1 mapped",
      "-2 0-1@2 unmapped",
    ]);
  });

  it("what maps no longer show, and the end of all", () => {
    const lineage = new Told();
    const space = new AddressSpace({ lineage });
    applyAll(space, [anon(at(0), 2), anon(at(4), 1)]);
    lineage.lines = [];
    const lines =
      "7f0000000000-7f0000001000 rw-p 00000000 00:00 0\n7f0000008000-7f0000009000 r--p 00000000 00:00 0\n";
    resync(space, parseMaps(lines).lines);
    expect(lineage.lines).toEqual(["-1 1-2@1 not found", "-2 4-5@2 not found", "+3 8-9 found"]);
    lineage.lines = [];
    space.adopt([], 5);
    expect(lineage.lines).toEqual(["-1 0-1@1 not found", "-3 8-9@2 not found"]);
    lineage.lines = [];
    applyAll(space, [anon(at(0), 2)]);
    space.end(9);
    expect(lineage.lines).toEqual(["+4 0-2 mapped", "-4 0-2@1 ended"]);
  });
});
