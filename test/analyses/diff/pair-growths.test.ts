/** Growth against growth: what turned into what, what has no partner, and what comes first. */
import { expect, it } from "vitest";
import { pairGrowths } from "../../../src/analyses/diff/pair-growths.ts";
import type { SiteClass } from "../../../src/analyses/diff/site-fold.ts";
import type { GrowthOutcome } from "../../../src/analyses/recorders/growth.ts";

/** Its growths are events `from`, from + 1, ... */
function classOf(site: string, from: number, ...outcomes: GrowthOutcome[]): SiteClass {
  return {
    ...{ program: "grow", call: "mremap", site, sizeClassBytes: 4096, count: 1, failed: 0 },
    ...{ nanos: 0, firstSeq: from, outcomes },
    outcomeSeqs: outcomes.map((_, i) => from + i),
  };
}

const key = (site: string) => ({ program: "grow", call: "mremap", site, sizeClassBytes: 4096 });

it("pairs have each turn with its count and its first events, the commonest first", () => {
  const a = classOf("f", 10, "inPlace", "moved", "inPlace", "refused", "inPlace", "moved");
  const b = classOf("f", 50, "moved", "inPlace", "inPlace", "refused", "moved");
  expect(pairGrowths([a], [b])).toEqual([
    {
      ...{ ...key("f"), pairs: 5, same: 2, onlyA: 1, onlyB: 0 },
      turns: [
        { from: "inPlace", to: "moved", count: 2, firstSeqA: 10, firstSeqB: 50 },
        { from: "moved", to: "inPlace", count: 1, firstSeqA: 11, firstSeqB: 51 },
      ],
    },
  ]);
  const [back] = pairGrowths([b], [a]);
  expect(back).toMatchObject({ onlyA: 0, onlyB: 1 });
  // Met first and less often, a turn comes second.
  const late = pairGrowths(
    [classOf("f", 1, "refused", "moved", "moved")],
    [classOf("f", 1, "moved", "inPlace", "inPlace")],
  );
  expect(late[0]?.turns.map(({ from, to, count }) => [from, to, count])).toEqual([
    ["moved", "inPlace", 2],
    ["refused", "moved", 1],
  ]);
});

it("what one side alone has stands by itself, and what never grew does not", () => {
  const found = pairGrowths(
    [classOf("a", 1, "moved", "moved"), classOf("none", 5)],
    [classOf("b", 1, "moved"), classOf("none", 5)],
  );
  expect(found).toEqual([
    { ...key("a"), pairs: 0, same: 0, onlyA: 2, onlyB: 0, turns: [] },
    { ...key("b"), pairs: 0, same: 0, onlyA: 0, onlyB: 1, turns: [] },
  ]);
});

it("most turns come first, and then most without a partner", () => {
  const a = [
    classOf("alike", 1, "moved"),
    classOf("one alone", 1, "moved", "moved"),
    classOf("three alone", 1, "moved"),
    classOf("one turn", 1, "moved", "moved", "moved"),
    classOf("two turns", 1, "moved", "moved"),
  ];
  const b = [
    classOf("alike", 1, "moved"),
    classOf("one alone", 1, "moved"),
    classOf("three alone", 1, "moved", "moved", "moved", "moved"),
    classOf("one turn", 1, "moved", "moved", "inPlace"),
    classOf("two turns", 1, "refused", "inPlace"),
  ];
  expect(pairGrowths(a, b).map(({ site }) => site)).toEqual([
    ...["two turns", "one turn", "three alone", "one alone", "alike"],
  ]);
});
