/** The cost of a move: its figures from a recording by hand, and what points fit which curve. */
import { describe, expect, it } from "vitest";
import { judgeMoves, moveCost } from "../../src/analyses/move-cost.ts";
import { analysed, page, scripted } from "../app/replay-sample.ts";
import { type GrowthRow, growthsOf, remap } from "./growths.ts";

const sizes = [1, 4, 16, 64, 256, 512, 1024, 2048, 4096, 16384];

/** A tenth up and down, as measurements are. */
function points(nanosOf: (pages: number) => number) {
  return sizes.map((pages, i) => ({
    pages,
    nanos: nanosOf(pages) * (i % 2 === 0 ? 1.05 : 0.95),
    weight: 1,
  }));
}

describe("the cost of a move against its size", () => {
  it("is constant", () => {
    const { verdict, baseNanos } = judgeMoves(
      points(() => 2000),
      512,
    );
    expect(verdict).toBe("constant");
    expect(baseNanos).toBeGreaterThan(1800);
    expect(baseNanos).toBeLessThan(2200);
  });

  it("is linear, with what each page adds", () => {
    const found = judgeMoves(
      points((pages) => 1500 + 9 * pages),
      512,
    );
    expect(found.verdict).toBe("linear");
    expect(found.nanosPerPage).toBeGreaterThan(8);
    expect(found.nanosPerPage).toBeLessThan(10);
  });

  it("goes in steps of 2 MiB, with what each adds", () => {
    const found = judgeMoves(
      points((pages) => 800 + 700 * Math.ceil(pages / 512)),
      512,
    );
    expect(found.verdict).toBe("steps of 2 MiB");
    expect(found.nanosPer2MiB).toBeGreaterThan(630);
    expect(found.nanosPer2MiB).toBeLessThan(770);
  });

  const around = (value: number) => expect.closeTo(value, 5);
  const judge = (...times: (readonly [pages: number, nanos: number, weight?: number])[]) =>
    judgeMoves(
      times.map(([pages, nanos, weight = 1]) => ({ pages, nanos, weight })),
      512,
    );

  it("is not known from two sizes, but what a move takes is", () => {
    // Each counts by its weight over its square: (3 / 1000 + 1 / 2000) / (3 / 1000² + 1 / 2000²).
    expect(judge([1, 1000, 3], [9, 2000, 1])).toEqual({
      ...{ verdict: "unknown", baseNanos: around(14_000 / 13), nanosPerPage: 0, nanosPer2MiB: 0 },
    });
    expect(judge()).toEqual({
      ...{ verdict: "unknown", baseNanos: 0, nanosPerPage: 0, nanosPer2MiB: 0 },
    });
  });

  it("is constant up to half as much again", () => {
    expect(judge([1, 1000], [10, 1000], [100, 1500])).toEqual({
      verdict: "constant",
      // (2 / 1000 + 1 / 1500) / (2 / 1000² + 1 / 1500²)
      baseNanos: around(12_000 / 11),
      nanosPerPage: 0,
      nanosPer2MiB: 0,
    });
    expect(judge([1, 1000], [10, 1000], [100, 1501]).verdict).toBe("linear");
  });

  it("goes in steps where they leave less than four fifths of what a line does not explain", () => {
    const hollow = (nanos: number) => judge([1, 1000], [256, nanos], [1024, 2000], [4096, 4500]);
    // Of the line's rest the steps leave 74 % and 91 %.
    expect(hollow(800).verdict).toBe("steps of 2 MiB");
    expect(hollow(900).verdict).toBe("linear");
  });

  it("is the line through points on it", () => {
    expect(judge([1, 1010], [20, 1200], [300, 4000])).toEqual({
      verdict: "linear",
      baseNanos: around(1000),
      nanosPerPage: around(10),
      nanosPer2MiB: 0,
    });
  });

  it("falls with no size: a move is not paid for", () => {
    expect(judge([1, 3000], [10, 2000], [100, 1000])).toEqual({
      verdict: "linear",
      // (1 / 3000 + 1 / 2000 + 1 / 1000) / (1 / 3000² + 1 / 2000² + 1 / 1000²)
      baseNanos: around(66_000 / 49),
      nanosPerPage: 0,
      nanosPer2MiB: 0,
    });
  });

  it("begins at nothing where a line would begin below", () => {
    // The squares: Σxy/y² over Σx²/y² is (1 + 0.1 + 0.01) / (1 + 0.01 + 0.0001).
    expect(judge([1, 1], [10, 100], [100, 10_000])).toEqual({
      verdict: "linear",
      baseNanos: 0,
      nanosPerPage: around(1.11 / 1.0101),
      nanosPer2MiB: 0,
    });
  });

  it("goes in steps only where three tables were reached", () => {
    const step = (pages: number) => [pages, 800 + 7000 * Math.ceil(pages / 512)] as const;
    expect(judge(step(1), step(512), step(1024)).verdict).toBe("linear");
    expect(judge(step(1), step(512), step(1025))).toEqual({
      verdict: "steps of 2 MiB",
      baseNanos: around(800),
      nanosPerPage: 0,
      nanosPer2MiB: around(7000),
    });
  });
});

/** Pages that moved and what it took: 1 page, 4 to 7, 16 to 31, 64 to 127, on 1000 ns + 10 ns a page. */
const recorded: readonly (readonly [pages: number, nanos: number])[] = [
  ...([
    [1, 5000],
    [1, 900],
    [1, 1010],
  ] as const), // 3 to 5
  ...([
    [7, 800],
    [4, 1050],
    [5, 1100],
  ] as const),
  ...([
    [30, 1200],
    [20, 1500],
  ] as const),
  [100, 2000], // 11
];

it("moves are told by size, beside what copying would have taken", () => {
  const folder = scripted((script) => {
    script.start(1);
    script.rows(remap({ from: 0, old: 64, now: 65 }, { duration: 77 })); // 2: in place
    for (const [old, duration] of recorded) {
      script.rows(remap({ from: 0, old, now: old + 300, to: 500 }, { duration }));
    }
    script.rows(
      remap({ from: 0, old: 64, now: 65, to: 500, how: 3 }, { duration: 99 }), // the program's
      remap({ from: 0, old: 64, now: 65, to: 500 }, { duration: 0 }), // 13: no time
      remap({ from: 0, old: 64, now: 65, to: 500 }, { duration: -1, flags: 1 }),
    );
  });
  const totalNanos = 5000 + 900 + 1010 + 800 + 1050 + 1100 + 1200 + 1500 + 2000;
  // 3 + 16 + 50 + 100 pages, at 10 GiB a second.
  const copyNanos = ((169 * page) / (10 * 1024 ** 3)) * 1e9;
  const { data, findings } = analysed(folder).of("move-cost")!;
  expect(data).toEqual({
    pageBytes: page,
    moves: 9,
    sizes: [
      { fromPages: 1, count: 3, medianPages: 1, medianNanos: 1010, p99Nanos: 5000 },
      { fromPages: 4, count: 3, medianPages: 5, medianNanos: 1050, p99Nanos: 1100 },
      { fromPages: 16, count: 2, medianPages: 20, medianNanos: 1200, p99Nanos: 1500 },
      { fromPages: 64, count: 1, medianPages: 100, medianNanos: 2000, p99Nanos: 2000 },
    ],
    verdict: "linear",
    baseNanos: expect.closeTo(1000),
    nanosPerPage: expect.closeTo(10),
    nanosPer2MiB: 0,
    totalNanos,
    copyNanos: expect.closeTo(copyNanos),
    copyBytesPerSecond: 10 * 1024 ** 3,
  });
  expect(findings).toEqual([
    {
      sentence:
        "a move took longer in proportion to its size; 9 moves took 14.6 µs, copying would have taken 64.5 µs at an assumed 10 GiB/s",
      severity: "note",
      numbers: {
        moves: 9,
        totalNanos: 14_560,
        copyNanos: expect.closeTo(copyNanos),
        baseNanos: expect.closeTo(1000),
        nanosPerPage: expect.closeTo(10),
        nanosPer2MiB: 0,
      },
      // The slowest first, the one without a time last.
      events: [3, 11, 10, 9, 8, 7, 5, 4, 6, 13],
    },
  ]);
});

function concluded(moves: readonly (readonly [pages: number, nanos: number])[]) {
  const { facts, growth } = growthsOf(
    moves.map(([oldPages, nanos]): GrowthRow => {
      return { outcome: "moved", oldPages, newPages: oldPages + 1, nanos };
    }),
  );
  return moveCost.conclude(facts, { growth });
}

it("answers its question from events, by inference", () => {
  const { id, title, question, basis } = moveCost;
  expect({ id, title, question, basis }).toEqual({
    id: "move-cost",
    title: "Cost of a move",
    question: "Does a move take longer the larger the mapping is, and would copying have?",
    basis: ["events", "inference"],
  });
});

describe("what it says", () => {
  it.each<[string, [number, number][], RegExp[]]>([
    ["nothing of nothing", [], []],
    [
      "nothing of two sizes",
      [
        [1, 500],
        [2, 900],
      ],
      [],
    ],
    [
      "that size did not matter",
      [
        [1, 500],
        [2, 500],
        [4, 500],
      ],
      [/^a move took the same whatever its size; 3 moves took 1.5 µs, /],
    ],
    [
      "that tables did",
      [
        [1, 500],
        [513, 700],
        [1025, 900],
        [8192, 3500],
      ],
      [/^a move took longer with each 2 MiB, the reach of one page table; /],
    ],
  ])("%s", (_, moves, expected) => {
    const { findings } = concluded(moves);
    expect(findings.map(({ sentence }) => sentence)).toEqual(
      expected.map((pattern) => expect.stringMatching(pattern)),
    );
  });

  it("shows the ten slowest", () => {
    const moves = Array.from({ length: 11 }, (_, i) => [2 ** (i % 3), 500 + i] as const);
    expect(concluded(moves).findings[0]?.events).toEqual([11, 10, 9, 8, 7, 6, 5, 4, 3, 2]);
  });

  it("takes the root of a size's moves for its weight", () => {
    // One move of a page in 1000 ns and four of two pages in 2000 ns weigh one and two.
    const { data } = concluded([[1, 1000], ...Array.from({ length: 4 }, () => [2, 2000] as const)]);
    // (1 / 1000 + 2 / 2000) / (1 / 1000² + 2 / 2000²)
    expect(data).toMatchObject({ verdict: "unknown", baseNanos: expect.closeTo(4000 / 3) });
  });
});

it("sizes go from a power of two of pages to below the next, however large", () => {
  const sizes = [7, 8, 15, 16, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 33 - 1];
  const { data } = concluded(sizes.map((pages) => [pages, 500] as const));
  expect(data.sizes.map(({ fromPages, count }) => [fromPages, count])).toEqual([
    [4, 1],
    [8, 2],
    [16, 1],
    [2 ** 31, 2],
    [2 ** 32, 2],
  ]);
});
