/** The parts of the model by hand: features, rounding, files, placement, reports, listeners. */
import { describe, expect, it } from "vitest";
import { AddressSpace } from "../../src/space/space.ts";
import { defaultFeatures, featuresOfRelease } from "../../src/space/state/features.ts";
import { FileTable } from "../../src/space/state/files.ts";
import { type LineageListener, teeLineage } from "../../src/space/state/lineage.ts";
import { isAligned, pageUp, unsigned } from "../../src/space/state/pages.ts";
import { choosePlace } from "../../src/space/state/placement.ts";
import { ReportList, type SpaceReport } from "../../src/space/state/reports.ts";
import { anon, applyAll, at, page } from "./helpers.ts";

describe("features of a release", () => {
  it("are those of Linux 6.18 where nothing is known", () => {
    expect(defaultFeatures).toEqual({
      pageBytes: 4096,
      hugePageBytes: 2_097_152,
      // 2^47 less a page: Documentation/arch/x86/x86_64/mm.rst.
      taskSize: 2 ** 47 - 4096,
      minAddress: 65_536,
      fixedNoReplace: true,
      moveSeveral: true,
      mmapRestores: true,
      dontUnmapAny: true,
      stackNoHuge: true,
      uncharge: true,
      pkeys: false,
      hugeAdvice: true,
      mergeAdvice: true,
      guardAdvice: true,
    });
    expect(featuresOfRelease("unknown")).toEqual(defaultFeatures);
    expect(featuresOfRelease("v6.1")).toEqual(defaultFeatures);
  });

  it.each([
    ["fixedNoReplace", "4.16.18", "4.17.0"],
    ["dontUnmapAny", "5.12.19", "5.13.1-generic"],
    ["uncharge", "6.4.0", "6.5"],
    ["stackNoHuge", "6.6.99", "6.7.0"],
    ["mmapRestores", "6.11.0", "6.12.0"],
    ["guardAdvice", "6.12.9", "6.13.0"],
    ["moveSeveral", "6.16.0", "6.17.0-rc1"],
  ] as const)("%s: not in %s, but in %s", (name, before, since) => {
    expect(featuresOfRelease(before)[name]).toBe(false);
    expect(featuresOfRelease(since)[name]).toBe(true);
    // The other features of the two releases are the same, so each has its own version.
    const rest = (release: string) => ({ ...featuresOfRelease(release), [name]: "either" });
    expect(rest(since)).toEqual(rest(before));
  });
});

describe("lengths", () => {
  it("round up to pages as 64-bit registers do", () => {
    const given = [0, 1, 4095, 4096, 4097, 2 ** 40 + 1, -1, -4095, -4096, -8192];
    const small = [0, 4096, 4096, 4096, 8192, 2 ** 40 + 4096, 0, 0];
    expect(given.map((length) => pageUp(length, 4096))).toEqual([
      ...small,
      2 ** 64 - 4096,
      2 ** 64 - 8192,
    ]);
    const large = [0, 1, 65_536, 65_537, -1, -65_535, -65_536];
    expect(large.map((length) => pageUp(length, 65_536))).toEqual([
      0,
      65_536,
      65_536,
      131_072,
      0,
      0,
      2 ** 64 - 65_536,
    ]);
  });

  it("are aligned or not, and unsigned", () => {
    expect([0, 4096, 4097, -4096].map((one) => isAligned(one, 4096))).toEqual([
      true,
      true,
      false,
      true,
    ]);
    expect([0, 5, -4096].map(unsigned)).toEqual([0, 5, 2 ** 64 - 4096]);
  });
});

describe("the place that the kernel chooses", () => {
  const spaceWith = (placeBelow?: number) => {
    const features = { ...defaultFeatures, ...(placeBelow !== undefined && { placeBelow }) };
    return applyAll(new AddressSpace({ features }), [
      anon(at(0), 4),
      anon(at(6), 2),
      anon(at(9), 1),
    ]);
  };
  const pages = (address: number | undefined) =>
    address === undefined || address < 0 ? address : (address - at(0)) / page;

  it("is the hint, rounded down, where it is free", () => {
    const space = spaceWith();
    expect(pages(choosePlace(space, at(4), 2 * page))).toBe(4);
    expect(pages(choosePlace(space, at(5) - 1, page))).toBe(4);
    expect(choosePlace(space, at(5), 2 * page)).toBeUndefined();
    expect(choosePlace(space, 0, page)).toBeUndefined();
    // Raised to the lowest address that a program may have.
    expect(choosePlace(space, page, page)).toBe(65_536);
    const last = defaultFeatures.taskSize - page;
    expect(choosePlace(space, last, page)).toBe(last);
    expect(choosePlace(space, last, 2 * page)).toBeUndefined();
    expect(choosePlace(space, 0, defaultFeatures.taskSize + page)).toBe(-1);
    // A hint in the upper half is not an address of the lower one.
    expect(choosePlace(space, -page, page)).toBeUndefined();
  });

  it("is the highest gap that is large enough", () => {
    expect(pages(choosePlace(spaceWith(at(12)), 0, 2 * page))).toBe(10);
    expect(pages(choosePlace(spaceWith(at(11)), 0, page))).toBe(10);
    expect(pages(choosePlace(spaceWith(at(11)), 0, 2 * page))).toBe(4);
    expect(pages(choosePlace(spaceWith(at(10)), 0, page))).toBe(8);
    expect(pages(choosePlace(spaceWith(at(10)), at(6), page))).toBe(8);
    expect(pages(choosePlace(spaceWith(at(10)), 0, 3 * page))).toBe(-3);
  });

  it("is none below the lowest address that a program may have", () => {
    const features = { ...defaultFeatures, placeBelow: 65_536 + 2 * page };
    const space = new AddressSpace({ features });
    expect(choosePlace(space, 0, 2 * page)).toBe(65_536);
    expect(choosePlace(space, 0, 3 * page)).toBe(-1);
  });
});

describe("reports", () => {
  it("are all counted, and the first ones kept", () => {
    const report = (seq: number, kind: SpaceReport["kind"]): SpaceReport => {
      return { seq, kind, call: "brk", reason: "none", start: 0, end: 0 };
    };
    const list = new ReportList(2);
    list.add(report(1, "unknown"));
    list.add(report(2, "contradiction"));
    list.add(report(3, "contradiction"));
    expect([list.unknowns, list.contradictions]).toEqual([1, 2]);
    expect(list.items.map(({ seq }) => seq)).toEqual([1, 2]);
    const usual = new ReportList();
    for (let seq = 0; seq < 1001; seq++) usual.add(report(seq, "unknown"));
    expect([usual.items.length, usual.unknowns]).toEqual([1000, 1001]);
  });
});

describe("two listeners", () => {
  it("are told the same", () => {
    const heard: unknown[][] = [];
    const listener = (name: string): LineageListener => ({
      took: (...what) => heard.push([name, "took", ...what]),
      left: (...what) => heard.push([name, "left", ...what]),
      changed: (...what) => heard.push([name, "changed", ...what]),
    });
    const both = teeLineage(listener("a"), listener("b"));
    both.took(1, 2, 3, 4, "mapped", 5, 6, 7);
    both.left(8, 9, 10, 11, 12, "moved");
    both.changed?.(13, 14, 15, 16, 17);
    const told = [
      ["took", 1, 2, 3, 4, "mapped", 5, 6, 7],
      ["left", 8, 9, 10, 11, 12, "moved"],
      ["changed", 13, 14, 15, 16, 17],
    ];
    expect(heard).toEqual(
      told.flatMap((what) => [
        ["a", ...what],
        ["b", ...what],
      ]),
    );
    const { changed: _, ...deaf } = listener("c");
    expect(() => teeLineage(deaf, deaf).changed?.(1, 2, 3, 4, 5)).not.toThrow();
  });
});

describe("files", () => {
  it("are one by device and inode, under the first name", () => {
    const files = new FileTable();
    const first = files.intern({ dev: 5, inode: 7n, path: "/lib/a.so" });
    expect(first).toBe(1);
    expect(files.intern({ dev: 5, inode: "7", path: "/lib/b.so" })).toBe(1);
    expect(files.intern({ dev: 6, inode: 7n, path: "/lib/a.so" })).toBe(2);
    expect(files.intern({ dev: 5, inode: 8n, path: "/lib/a.so (deleted)", readOnly: true })).toBe(
      3,
    );
    expect(files.get(1)).toEqual({
      id: 1,
      dev: 5,
      inode: "7",
      path: "/lib/a.so",
      deleted: false,
      readOnly: false,
    });
    expect(files.get(3)).toMatchObject({ path: "/lib/a.so", deleted: true, readOnly: true });
    expect([files.get(0), files.get(4)]).toEqual([undefined, undefined]);
  });

  it("without an inode are one by their name", () => {
    const files = new FileTable();
    expect(files.intern({ dev: 0, inode: "0", path: "[vdso]" })).toBe(1);
    expect(files.intern({ dev: 0, inode: "0", path: "[vvar]" })).toBe(2);
    expect(files.intern({ dev: 0, inode: 0n, path: "[vdso]" })).toBe(1);
    expect(files.intern({ dev: 0, inode: "0", path: "/x", deleted: true })).toBe(3);
    expect(files.get(3)?.deleted).toBe(true);
  });

  it("of events are looked up once", () => {
    const asked: number[] = [];
    const files = new FileTable((id) => {
      asked.push(id);
      return id === 9 ? undefined : { dev: 5, inode: BigInt(id), path: `/file/${id}` };
    });
    expect([files.ofEvent(0), files.ofEvent(4), files.ofEvent(4), files.ofEvent(9)]).toEqual([
      0, 1, 1, 2,
    ]);
    expect(asked).toEqual([4, 9]);
    expect(files.get(2)).toMatchObject({ path: "[unknown file 9]", inode: "0", dev: 0 });
    expect(new FileTable().ofEvent(3)).toBe(1);
  });
});
