/** Calls folded by program, call, site and size: what each class keeps, and what tells classes apart. */
import { describe, expect, it } from "vitest";
import { type SiteClass, SiteFold } from "../../../src/analyses/diff/site-fold.ts";
import { kindCodes } from "../../../src/events/kinds.ts";
import { at, page } from "../../app/replay-sample.ts";
import { batchOf, type EventRow } from "../../store/batches.ts";
import { brk, heapStart, namedSites, remap, returnTo } from "../growths.ts";

const sites = namedSites("f (f.c:1)", "g (g.c:2)");
const programs = ["", "grow", "sort", "grow"];

function classes(rows: readonly EventRow[], heapEnds: readonly number[] = [], pageBytes = page) {
  const programOf = (process: number) => programs[process] ?? "unknown program";
  const heapEnd = (blob: number) => heapEnds[blob];
  const fold = new SiteFold({ sites, programOf, heapEnd, pageBytes });
  fold.feed(batchOf(rows));
  return fold.classes();
}

/** `program call site pages: count`, in the order in which they were first met. */
function told(found: readonly SiteClass[]): string[] {
  return found.map(({ program, call, site, sizeClassBytes, count }) => {
    return `${program} ${call} ${site} ${sizeClassBytes / page}: ${count}`;
  });
}

const [f, g] = [{ returnAddress: returnTo(1) }, { returnAddress: returnTo(2) }];

it("a class has its calls' figures, and what became of its growths with their events", () => {
  const rows = [
    remap({ from: 0, old: 1, now: 2 }, { ...f, duration: 10 }),
    remap({ from: 0, old: 2, now: 3, errno: 12 }, { ...f, duration: 200 }),
    remap({ from: 0, old: 4, now: 2 }, { ...f, duration: 3000 }), // no growth
    remap({ from: 0, old: 1, now: 2, to: 9, how: 3 }, { ...f, duration: 40_000 }),
    remap({ from: 0, old: 1, now: 3, to: 9 }, { ...f, duration: -1, flags: 1 }), // never came back
    remap({ from: 0, old: 1, now: 3, to: 9 }, { ...f, duration: 500_000 }),
  ];
  // Two and three pages are one size: from two pages to below four.
  expect(classes(rows)).toEqual([
    {
      ...{ program: "grow", call: "mremap", site: "f (f.c:1)", sizeClassBytes: 2 * page },
      ...{ count: 6, failed: 1, nanos: 543_210, firstSeq: 1 },
      outcomes: ["inPlace", "refused", "relocated", "moved"],
      outcomeSeqs: [1, 2, 4, 6],
    },
  ]);
});

describe("classes", () => {
  it("are apart by program, call, site and size, and together for processes of one program", () => {
    const call = (process: number, more: Partial<EventRow>): EventRow => {
      return { kind: kindCodes.munmap, process, args: [at(0), page], ...more };
    };
    const rows = [
      call(1, f),
      call(1, g),
      call(2, f),
      call(3, f),
      call(3, { ...f, kind: kindCodes.madvise }),
      call(2, { ...f, args: [at(0), 2 * page] }),
      call(2, g),
      call(2, f),
    ];
    const found = classes(rows);
    expect(told(found)).toEqual([
      ...["grow munmap f (f.c:1) 1: 2", "grow munmap g (g.c:2) 1: 1", "sort munmap f (f.c:1) 1: 2"],
      ...[
        "grow madvise f (f.c:1) 1: 1",
        "sort munmap f (f.c:1) 2: 1",
        "sort munmap g (g.c:2) 1: 1",
      ],
    ]);
    expect(found.map(({ firstSeq }) => firstSeq)).toEqual([1, 2, 3, 5, 6, 7]);
  });

  const length = 70 * page;
  it.each<[string, number, number[], number]>([
    ["mmap", kindCodes.mmap, [0, length], 64],
    ["munmap", kindCodes.munmap, [at(0), length], 64],
    ["mremap, the new one", kindCodes.mremap, [at(0), page, length, 1], 64],
    ["mprotect", kindCodes.mprotect, [at(0), length, 1], 64],
    ["pkey_mprotect", kindCodes.pkey_mprotect, [at(0), length, 1, 0], 64],
    ["madvise", kindCodes.madvise, [at(0), length, 4], 64],
    ["remap_file_pages", kindCodes.remap_file_pages, [at(0), length, 0, 0, 0], 64],
    ["none of shmdt", kindCodes.shmdt, [at(0), length], 0],
    ["none of nothing", kindCodes.munmap, [at(0), 0], 0],
    ["none that is no size", kindCodes.munmap, [at(0), -1], 0],
    ["a byte is a page", kindCodes.munmap, [at(0), 1], 1],
    ["a byte more than one is two", kindCodes.munmap, [at(0), page + 1], 2],
    ["up to below the double", kindCodes.munmap, [at(0), 128 * page - page], 64],
    ["the double", kindCodes.munmap, [at(0), 128 * page], 128],
  ])("have the size of %s", (_, kind, args, pages) => {
    const [one] = classes([{ kind, args, result: at(0), ...f }]);
    expect(one?.sizeClassBytes).toBe(pages * page);
  });

  it("go by the recording's pages", () => {
    const [one] = classes([{ kind: kindCodes.munmap, args: [0, 70_000], ...f }], [], 65_536);
    expect(one?.sizeClassBytes).toBe(2 * 65_536);
  });

  it("are of memory calls alone", () => {
    const others = [kindCodes.exit_group, kindCodes.clone, kindCodes.processEnded];
    expect(classes(others.map((kind) => ({ kind })))).toEqual([]);
  });
});

describe("a heap", () => {
  const observed = (blob: number): EventRow => {
    return { kind: kindCodes.mapsObserved, args: [blob, 1, 1] };
  };
  const ends = [2, 7].map((pages) => heapStart + pages * page);

  it("grows from the end that its first maps text says", () => {
    expect(told(classes([observed(0), brk(6)], ends))).toEqual([
      "grow brk no name for site 0 4: 1",
    ]);
    const rows = [observed(5), observed(0), observed(1), brk(6)];
    expect(told(classes(rows, ends))).toEqual(["grow brk no name for site 0 4: 1"]);
    const [unknown] = classes([brk(6)], ends);
    expect([unknown?.sizeClassBytes, unknown?.outcomes]).toEqual([0, []]);
  });
});
