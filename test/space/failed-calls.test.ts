/** What a call that failed has changed all the same, and what is said of it. */
import { describe, expect, it } from "vitest";
import { modes } from "../../src/space/regions/modes.ts";
import { AddressSpace } from "../../src/space/space.ts";
import { featuresOfRelease } from "../../src/space/state/features.ts";
import { anon, applyAll, at, base, type Call, page, shape, spaceOf } from "./helpers.ts";
import { names } from "./mode-names.ts";

/** A file that can be read alone, private memory, a hole, and private memory: pages 0, 2, 4 to 8, 8. */
const maps = `7f0000000000-7f0000002000 r--p 00000000 fe:00 77 /lib/x.so
7f0000002000-7f0000004000 r--p 00000000 00:00 0
7f0000008000-7f000000a000 r--p 00000000 00:00 0\n`;

function reports(space: AddressSpace): string[] {
  return space.reports.items.map(
    ({ kind, call, reason, start, end }) =>
      `${kind} ${call} ${(start - base) / page}-${(end - base) / page}: ${reason}`,
  );
}

describe("an mprotect that failed", () => {
  const protect = (start: number, pages: number, access: number, result: number): Call => ({
    call: "mprotect",
    args: [at(start), pages * page, access],
    result,
  });
  const outcome = (call: Call, text = maps) => {
    const space = applyAll(spaceOf(text), [call]);
    return [shape(space), ...reports(space)];
  };
  const before = "0-2 r-- 2-4 r-- 8-10 r--";

  it.each<[string, Call, string[]]>([
    ["EINVAL changed nothing", protect(2, 2, 3, -22), [before]],
    [
      "ENOMEM at a hole changed what lies before",
      protect(2, 6, 3, -12),
      ["0-2 r-- 2-4 rw- 8-10 r--"],
    ],
    ["ENOMEM from a hole changed nothing", protect(6, 4, 3, -12), [before]],
    [
      "ENOMEM without a hole is another reason",
      protect(2, 2, 3, -12),
      [before, "unknown mprotect 2-4: it failed part of the way"],
    ],
    [
      "EACCES for a file's execution stopped there",
      protect(0, 4, 5, -13),
      [before, "unknown mprotect 0-4: it was refused part of the way"],
    ],
    ["EACCES in one region changed nothing", protect(2, 2, 3, -13), [before]],
    [
      "success over a hole is believed",
      protect(2, 7, 3, 0),
      [
        "0-2 r-- 2-4 rw- 8-9 rw- 9-10 r--",
        "contradiction mprotect 4-9: it worked over a range that is not mapped",
      ],
    ],
    ["of no length changed nothing", protect(2, 0, 3, 0), [before]],
    [
      "that wraps around changed nothing",
      { call: "mprotect", args: [at(2), -page, 3], result: -12 },
      [before],
    ],
  ])("%s", (_, call, expected) => {
    expect(outcome(call)).toEqual(expected);
  });

  it("with a key is called by its name", () => {
    const call = { call: "pkey_mprotect", args: [at(2), 2 * page, 3, 5], result: -12 } as const;
    expect(outcome(call)).toEqual([before, "unknown pkey_mprotect 2-4: it failed part of the way"]);
    const space = applyAll(spaceOf(maps), [{ ...call, result: 0 }]);
    expect(names(space.regionAt(at(2))!.mode)).toBe("read write account key5");
    // The fourth argument is no part of mprotect, and a register holds something.
    const plain = applyAll(spaceOf(maps), [{ ...call, call: "mprotect", result: 0 }]);
    expect(names(plain.regionAt(at(2))!.mode)).toBe("read write account");
  });

  it.each<[string, string, number, string]>([
    // The regions before the one that is to blame have changed.
    ["a shared file, written", "r--s 00000000 fe:00 77 /tmp/x", 3, "0-1 rw- 1-2 r-- 2-3 r--"],
    ["a private file, written", "r--p 00000000 fe:00 77 /tmp/x", 3, "0-1 r-- 1-2 r-- 2-3 r--"],
    ["a file, executed", "r--p 00000000 fe:00 77 /tmp/x", 5, "0-1 r-x 1-2 r-- 2-3 r--"],
    ["a file, executed already", "r-xp 00000000 fe:00 77 /tmp/x", 5, "0-1 r-- 1-2 r-x 2-3 r--"],
    [
      "a shared file, written already",
      "rw-s 00000000 fe:00 77 /tmp/x",
      3,
      "0-1 r-- 1-2 rw- 2-3 r--",
    ],
    [
      "nameless shared memory, written",
      "r--s 00000000 00:01 5 /dev/zero (deleted)",
      3,
      "0-1 r-- 1-2 r-- 2-3 r--",
    ],
    [
      "nameless shared memory, executed",
      "r--s 00000000 00:01 5 /dev/zero (deleted)",
      7,
      "0-1 r-- 1-2 r-- 2-3 r--",
    ],
  ])("with EACCES blames %s", (_, line, access, expected) => {
    const text = `7f0000000000-7f0000001000 r--p 00000000 00:00 0
7f0000001000-7f0000002000 ${line}
7f0000002000-7f0000003000 r--p 00000000 00:00 0\n`;
    expect(outcome(protect(0, 3, access, -13), text)).toEqual([
      expected,
      "unknown mprotect 0-3: it was refused part of the way",
    ]);
  });

  it("with EACCES blames the first of two", () => {
    const text = `7f0000000000-7f0000001000 r--p 00000000 00:00 0
7f0000001000-7f0000002000 r--p 00000000 fe:00 77 /tmp/x
7f0000002000-7f0000003000 r--p 00000000 fe:00 78 /tmp/y\n`;
    expect(outcome(protect(0, 3, 5, -13), text)[0]).toBe("0-1 r-x 1-2 r-- 2-3 r--");
  });

  it("with EACCES stops at what can never be written, and knows it", () => {
    const readOnly = applyAll(new AddressSpace(), [anon(at(0), 2, 1)]);
    applyAll(readOnly, [anon(at(2), 1, 1)]);
    readOnly.map.columns.mode[readOnly.map.find(at(2))]! |= modes.neverWrite;
    applyAll(readOnly, [protect(1, 2, 3, -13)]);
    expect([shape(readOnly), reports(readOnly)]).toEqual(["0-1 r-- 1-2 rw- 2-3 r--", []]);
    // Executed, it may have been any of them.
    applyAll(readOnly, [protect(1, 2, 5, -13)]);
    expect(reports(readOnly)).toHaveLength(1);
  });
});

describe("a madvise that failed", () => {
  const advise = (start: number, pages: number, advice: number, result: number): Call => ({
    call: "madvise",
    args: [at(start), pages * page, advice],
    result,
  });
  const kept = (...calls: Call[]) => {
    const space = applyAll(spaceOf(maps), calls);
    return space
      .regionsIn(base, at(20))
      .filter(({ mode }) => mode & (modes.dontFork | modes.wipeOnFork))
      .map(({ start, end }) => `${(start - base) / page}-${(end - base) / page}`)
      .join(" ");
  };

  it("over a hole was done for the rest", () => {
    expect(kept(advise(2, 7, 10, -12))).toBe("2-4 8-9");
    expect(kept(advise(2, 7, 10, 0))).toBe("2-4 8-9");
  });

  it("with another error was not, but for what comes before a region that refused to be wiped", () => {
    expect(kept(advise(2, 2, 10, -22))).toBe("");
    expect(kept(advise(2, 2, 10, -11))).toBe("");
    expect(kept(advise(0, 4, 18, -22))).toBe("");
    expect(kept(advise(2, 2, 18, -22))).toBe("2-4");
  });

  it("was refused whole where its range cannot be", () => {
    const args = (...numbers: number[]): Call => ({ call: "madvise", args: numbers, result: -22 });
    expect(kept(args(at(2) + 1, page, 18))).toBe("");
    expect(kept(args(at(2), -page, 18))).toBe("");
    expect(kept(args(-page, page, 18))).toBe("");
    expect(kept(args(at(2), 1, 18))).toBe("2-3");
  });
});

describe("an mmap or mremap that failed, on a kernel that unmaps first", () => {
  const old = featuresOfRelease("6.1");
  const reported = (call: Call, features = old) => {
    const space = applyAll(new AddressSpace({ features }), [anon(at(0), 2), call]);
    return [shape(space), ...reports(space)];
  };
  const map = (flags: number, result: number): Call => ({
    call: "mmap",
    args: [at(0), 2 * page, 3, flags, -1, 0],
    result,
  });

  it("may have unmapped its destination", () => {
    const unknown = "unknown mmap 0-2: it failed, and may have unmapped its destination";
    expect(reported(map(0x32, -12))).toEqual(["0-2 rw-", unknown]);
    expect(reported(map(0x22, -12))).toEqual(["0-2 rw-"]);
    expect(reported(map(0x32, -22))).toEqual(["0-2 rw-"]);
    expect(reported(map(0x32, -12), featuresOfRelease("6.12"))).toEqual(["0-2 rw-"]);
  });

  const move = (flags: number, result: number): Call => ({
    call: "mremap",
    args: [at(0), 2 * page, 3 * page, flags, at(10)],
    result,
  });

  it("for a reason that is not foretold, as well", () => {
    const unknown = "unknown mremap 10-13: it failed, and may have unmapped its destination";
    expect(reported(move(3, -12))).toEqual(["0-2 rw-", unknown]);
    // It would have grown in place or moved: nothing is unmapped for that.
    expect(reported(move(1, -12))).toEqual(["0-2 rw-"]);
    // Foretold, and without a step.
    expect(reported(move(2, -22))).toEqual(["0-2 rw-"]);
    expect(reported(move(2, -12))).toEqual(["0-2 rw-"]);
  });
});
