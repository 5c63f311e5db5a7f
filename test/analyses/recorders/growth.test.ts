import { describe, expect, it } from "vitest";
import {
  classifyBrk,
  classifyMremap,
  GrowthClassifier,
  growthOutcomes,
  lackedRoom,
} from "../../../src/analyses/recorders/growth.ts";
import { kindCodes } from "../../../src/events/kinds.ts";
import { batchOf } from "../../store/batches.ts";

const page = 4096;
const at = 0x7f00_0000_0000;
const MAYMOVE = 1;
const FIXED = 2;
const DONTUNMAP = 4;

describe("mremap", () => {
  const cases: readonly (readonly [
    what: string,
    call: { oldBytes: number; newBytes: number; flags: number; result: number },
    expected: { outcome: string; bytes: number },
  ])[] = [
    [
      "longer at the same address",
      { oldBytes: page, newBytes: 3 * page, flags: MAYMOVE, result: at },
      { outcome: "inPlace", bytes: 2 * page },
    ],
    [
      "longer elsewhere",
      { oldBytes: page, newBytes: 3 * page, flags: MAYMOVE, result: at + 64 * page },
      { outcome: "moved", bytes: 2 * page },
    ],
    [
      "longer where the program said",
      { oldBytes: page, newBytes: 3 * page, flags: MAYMOVE | FIXED, result: at + 64 * page },
      { outcome: "relocated", bytes: 2 * page },
    ],
    [
      "as long where the program said",
      { oldBytes: page, newBytes: page, flags: MAYMOVE | FIXED, result: at + 64 * page },
      { outcome: "relocated", bytes: 0 },
    ],
    [
      "shorter where the program said",
      { oldBytes: 3 * page, newBytes: page, flags: MAYMOVE | FIXED, result: at + 64 * page },
      { outcome: "relocated", bytes: 0 },
    ],
    [
      "elsewhere, the old range kept",
      { oldBytes: page, newBytes: page, flags: MAYMOVE | DONTUNMAP, result: at + 64 * page },
      { outcome: "relocated", bytes: 0 },
    ],
    [
      "no room and no MAYMOVE",
      { oldBytes: page, newBytes: 3 * page, flags: 0, result: -12 },
      { outcome: "refused", bytes: 2 * page },
    ],
    [
      "a failure that asked for no more",
      { oldBytes: page, newBytes: page, flags: MAYMOVE | FIXED, result: -22 },
      { outcome: "refused", bytes: 0 },
    ],
    [
      "shorter",
      { oldBytes: 3 * page, newBytes: page, flags: 0, result: at },
      { outcome: "shrunk", bytes: 2 * page },
    ],
    [
      "as long",
      { oldBytes: page, newBytes: page, flags: MAYMOVE, result: at },
      { outcome: "unchanged", bytes: 0 },
    ],
    [
      "as long once rounded to pages",
      { oldBytes: 1, newBytes: page, flags: MAYMOVE, result: at },
      { outcome: "unchanged", bytes: 0 },
    ],
    [
      "longer by the rounding",
      { oldBytes: page, newBytes: page + 1, flags: MAYMOVE, result: at },
      { outcome: "inPlace", bytes: page },
    ],
    [
      "a second mapping of shared pages",
      { oldBytes: 0, newBytes: 2 * page, flags: MAYMOVE, result: at + 64 * page },
      { outcome: "duplicated", bytes: 2 * page },
    ],
    [
      "terabytes, beyond 32-bit arithmetic",
      { oldBytes: 2 ** 40, newBytes: 2 ** 42, flags: MAYMOVE, result: at },
      { outcome: "inPlace", bytes: 2 ** 42 - 2 ** 40 },
    ],
  ];
  for (const [what, call, expected] of cases) {
    it(`${what}: ${expected.outcome}`, () => {
      expect(classifyMremap({ oldAddress: at, ...call }, page)).toEqual(expected);
    });
  }
});

describe("brk", () => {
  const heap = 0x5555_0000_0000;
  const cases: readonly (readonly [
    what: string,
    call: { requested: number; result: number; before: number | undefined },
    expected: object | undefined,
  ])[] = [
    ["a question", { requested: 0, result: heap, before: heap }, undefined],
    ["below the heap", { requested: 4096, result: heap, before: heap }, undefined],
    [
      "more",
      { requested: heap + 2 * page, result: heap + 2 * page, before: heap },
      { outcome: "inPlace", bytes: 2 * page },
    ],
    [
      "less",
      { requested: heap, result: heap, before: heap + 2 * page },
      { outcome: "shrunk", bytes: 2 * page },
    ],
    [
      "the same",
      { requested: heap, result: heap, before: heap },
      { outcome: "unchanged", bytes: 0 },
    ],
    [
      "more within the page",
      { requested: heap + 9, result: heap + 9, before: heap + 1 },
      { outcome: "unchanged", bytes: 0 },
    ],
    [
      "more than there is room for",
      { requested: heap + 2 * page, result: heap, before: heap },
      { outcome: "refused", bytes: 2 * page },
    ],
    [
      "refused with nothing known before",
      { requested: heap + 2 * page, result: heap, before: undefined },
      { outcome: "refused", bytes: 2 * page },
    ],
    [
      "granted with nothing known before",
      { requested: heap, result: heap, before: undefined },
      undefined,
    ],
  ];
  for (const [what, call, expected] of cases) {
    it(`${what}`, () => {
      expect(classifyBrk(call, page)).toEqual(expected);
    });
  }

  it("is followed for each process by itself", () => {
    const brk = (process: number, end: number, result = end) => ({
      kind: kindCodes.brk,
      process,
      args: [end],
      result,
    });
    const rows = [
      brk(1, 0, heap),
      brk(2, 0, heap + page),
      brk(1, heap + page),
      brk(2, heap + 2 * page),
      brk(1, heap),
    ];
    const batch = batchOf(rows);
    const classifier = new GrowthClassifier(page);
    const outcomes = rows.map((_, row) => classifier.classify(batch, row)?.outcome);
    expect(outcomes).toEqual([undefined, undefined, "inPlace", "inPlace", "shrunk"]);
    expect([classifier.breakOf(1), classifier.breakOf(2)]).toEqual([heap, heap + 2 * page]);
  });
});

it("outcomes have their codes by this order, those that ask for more first", () => {
  expect(growthOutcomes).toEqual([
    ...["inPlace", "moved", "relocated", "refused", "shrunk", "unchanged", "duplicated"],
  ]);
});

describe("room was what it lacked", () => {
  const [noMemory, fault] = [-12, -14];
  it.each([
    ["moved", false, at, true],
    ["inPlace", false, at, false],
    ["relocated", false, at, false],
    ["refused", false, noMemory, true],
    ["refused", false, fault, false],
    // A brk that is refused answers with the break.
    ["refused", true, 0x5555_0000_0000, true],
    ["shrunk", true, noMemory, false],
  ] as const)("%s, brk %j, %i: %j", (outcome, isBrk, result, expected) => {
    expect(lackedRoom(outcome, isBrk, result)).toBe(expected);
  });
});

describe("a classifier", () => {
  const mremap = (flags: number, result: number) =>
    batchOf([{ kind: kindCodes.mremap, args: [at, 5000, 70_000, flags, at], result }]);

  it("rounds to the recording's pages", () => {
    const classified = (pageBytes?: number) => {
      const classifier = new GrowthClassifier(pageBytes);
      const growth = classifier.classify(mremap(MAYMOVE, at), 0);
      return [growth?.outcome, growth?.bytes, classifier.oldBytes, classifier.newBytes];
    };
    // 5,000 bytes are 2 pages, 70,000 are 18; or one and two of 64 KiB.
    expect(classified()).toEqual(["inPlace", 16 * page, 2 * page, 18 * page]);
    expect(classified(65_536)).toEqual(["inPlace", 65_536, 65_536, 2 * 65_536]);
  });

  it("reads flags and result where they stand", () => {
    const outcome = (flags: number, result: number) =>
      new GrowthClassifier(page).outcomeAt(mremap(flags, result), 0);
    expect(outcome(MAYMOVE, at + page)).toBe("moved");
    expect(outcome(MAYMOVE | FIXED, at)).toBe("relocated");
    expect(outcome(MAYMOVE | DONTUNMAP, at)).toBe("relocated");
    expect(outcome(MAYMOVE, -12)).toBe("refused");
  });

  it("says where a heap went from and to, and of a refusal what was asked", () => {
    const heap = 0x5555_0000_0000;
    const rows = [
      { kind: kindCodes.brk, args: [heap + 5000], result: heap + 5000 },
      { kind: kindCodes.brk, args: [heap + 9 * page], result: heap + 5000 },
      { kind: kindCodes.brk, args: [heap], result: heap },
    ];
    const batch = batchOf(rows);
    const classifier = new GrowthClassifier(page);
    classifier.setBreak(1, heap + 1);
    const sizes = rows.map((_, row) => {
      const outcome = classifier.outcomeAt(batch, row);
      return [outcome, classifier.oldBytes - heap, classifier.newBytes - heap];
    });
    expect(sizes).toEqual([
      ["inPlace", page, 2 * page],
      ["refused", 2 * page, 9 * page],
      ["shrunk", 2 * page, 0],
    ]);
  });

  it("knows nothing of a heap that it sees first when it has grown", () => {
    const classifier = new GrowthClassifier(page);
    const batch = batchOf([{ kind: kindCodes.brk, args: [page], result: page }]);
    expect(classifier.outcomeAt(batch, 0)).toBeUndefined();
    expect([classifier.oldBytes, classifier.newBytes]).toEqual([page, page]);
  });
});

describe("a call that never came back", () => {
  it("is no growth and moves no break", () => {
    const classifier = new GrowthClassifier(page);
    classifier.setBreak(1, 0x1000);
    const rows = [
      { kind: kindCodes.mremap, args: [at, page, 2 * page, MAYMOVE], flags: 1 },
      { kind: kindCodes.brk, args: [0x9000], flags: 1 },
      { kind: kindCodes.mmap, args: [0, page], result: at },
    ];
    const batch = batchOf(rows);
    expect(rows.map((_, row) => classifier.classify(batch, row))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(classifier.breakOf(1)).toBe(0x1000);
  });
});
