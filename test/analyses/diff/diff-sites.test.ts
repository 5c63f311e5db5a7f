/** Sites of two recordings side by side: what is new, gone, changed or the same, with all figures. */
import { describe, expect, it } from "vitest";
import { compareSites, type SiteFigures } from "../../../src/analyses/diff/diff-sites.ts";
import type { SiteClass } from "../../../src/analyses/diff/site-fold.ts";
import type { GrowthOutcome } from "../../../src/analyses/recorders/growth.ts";

function classOf(site: string, more: Partial<SiteClass> = {}): SiteClass {
  return {
    ...{ program: "grow", call: "mremap", site, sizeClassBytes: 4096, count: 1, failed: 0 },
    ...{ nanos: 0, firstSeq: 1, outcomes: [], outcomeSeqs: [] },
    ...more,
  };
}

const figures: SiteFigures = {
  ...{ count: 1, failed: 0, nanos: 0, growths: 0, moved: 0, refused: 0, firstSeq: 1 },
};

describe("a site", () => {
  it("has the figures of all its sizes", () => {
    const a = [
      classOf("f", {
        ...{ count: 5, failed: 1, nanos: 70, firstSeq: 9 },
        outcomes: ["moved", "inPlace", "refused", "moved"],
      }),
      classOf("f", {
        ...{ sizeClassBytes: 8192, count: 30, failed: 2, nanos: 800, firstSeq: 4 },
        outcomes: ["refused", "refused", "moved"],
      }),
    ];
    expect(compareSites(a, [])).toEqual([
      {
        ...{ program: "grow", call: "mremap", site: "f", status: "gone", b: null },
        a: { count: 35, failed: 3, nanos: 870, growths: 7, moved: 3, refused: 3, firstSeq: 4 },
      },
    ]);
    expect(compareSites([], a.slice(0, 1))).toEqual([
      {
        ...{ program: "grow", call: "mremap", site: "f", status: "new", a: null },
        b: { count: 5, failed: 1, nanos: 70, growths: 4, moved: 2, refused: 1, firstSeq: 9 },
      },
    ]);
  });

  it("is another in another program, and of another call", () => {
    const here = classOf("f");
    const others = [classOf("f", { program: "sort" }), classOf("f", { call: "mmap" })];
    const changes = compareSites([here], [here, ...others]);
    expect(changes.map(({ program, call, status }) => [program, call, status])).toEqual([
      ["grow", "mmap", "new"],
      ["sort", "mremap", "new"],
      ["grow", "mremap", "same"],
    ]);
  });
});

describe("it has changed", () => {
  const status = (a: Partial<SiteClass>, b: Partial<SiteClass>) =>
    compareSites([classOf("f", a)], [classOf("f", b)])[0]?.status;
  const became = (...outcomes: GrowthOutcome[]) => ({ outcomes });

  it.each<[string, Partial<SiteClass>, Partial<SiteClass>]>([
    ["with its calls", { count: 2 }, { count: 3 }],
    ["with its failures", { failed: 1 }, { failed: 0 }],
    ["with its growths", became("inPlace"), became("inPlace", "inPlace")],
    ["with its moves", became("inPlace"), became("moved")],
    ["with its refusals", became("inPlace"), became("refused")],
  ])("%s", (_, a, b) => {
    expect(status(a, b)).toBe("changed");
  });

  it("neither with its time nor with when it was first", () => {
    expect(status({ nanos: 5, firstSeq: 7 }, { nanos: 9000, firstSeq: 8 })).toBe("same");
  });
});

it("new and gone come first, then those whose moves and whose calls changed most", () => {
  const moves = (count: number) => ({ outcomes: Array<GrowthOutcome>(count).fill("moved") });
  const a = [
    classOf("same z"),
    classOf("same y"),
    classOf("same x"),
    classOf("calls by 2", { count: 9 }),
    classOf("calls by 5", { count: 9 }),
    classOf("moves by 1", moves(4)),
    classOf("moves by 2", { ...moves(1), count: 500_000 }),
    classOf("gone"),
  ];
  const b = [
    classOf("same y"),
    classOf("same x"),
    classOf("same z"),
    classOf("calls by 2", { count: 7 }),
    classOf("calls by 5", { count: 14 }),
    classOf("moves by 1", { ...moves(3), count: 999_999 }),
    classOf("moves by 2", { ...moves(3), count: 500_000 }),
    classOf("new, once"),
    classOf("new, often", { count: 8 }),
  ];
  expect(compareSites(a, b).map(({ site }) => site)).toEqual([
    ...["new, often", "new, once", "gone", "moves by 2", "moves by 1"],
    ...["calls by 5", "calls by 2", "same x", "same y", "same z"],
  ]);
  expect(compareSites(a, b)[2]).toMatchObject({ a: figures, b: null });
});
