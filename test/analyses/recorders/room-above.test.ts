/** The room above a mapping: how much is free, and what ends it. */
import { describe, expect, it } from "vitest";
import { roomAbove } from "../../../src/analyses/recorders/room-above.ts";
import { maps } from "../../app/replay-sample.ts";
import { at, page, spaceOf } from "../../space/helpers.ts";

const taskSize = 0x7fff_ffff_f000;

/** [free pages, pages from and to of the obstacle, whether it is maptrail's]. */
function above(
  text: string,
  end: number,
  needPages: number,
  tools: readonly (readonly [from: number, to: number])[] = [],
) {
  const toolRanges = tools.map(([from, to]) => [at(from), at(to)] as const);
  const space = spaceOf(text, { toolRanges });
  const { gapBytes, obstacle } = roomAbove(space, end, needPages * page);
  const free = gapBytes / page;
  if (obstacle === undefined) return [free];
  const { start, end: to, row } = obstacle;
  const range = [(start - at(0)) / page, (to - at(0)) / page];
  return [free, ...range, row < 0 ? "maptrail" : space.map.columns.end[row] === to];
}

describe("above a mapping", () => {
  const text = maps("rw-p 0-4", "rw-p 10-12", "rw-p 20-30");

  it("something stands where the need reaches it", () => {
    expect(above(text, at(4), 6)).toEqual([6]);
    expect(above(text, at(4), 7)).toEqual([6, 10, 12, true]);
    expect(above(text, at(10), 1)).toEqual([0, 10, 12, true]);
  });

  it("its own rest stands, from its end on", () => {
    expect(above(text, at(22), 1)).toEqual([0, 22, 30, true]);
  });

  it("nothing stands up to the end of user space", () => {
    expect(above(text, at(30), 5)).toEqual([(taskSize - at(30)) / page]);
  });

  it("a break within a page ends with the page", () => {
    expect(above(text, at(4) - 100, 6)).toEqual([6]);
    expect(above(text, at(4) + 1, 6)).toEqual([5, 10, 12, true]);
  });
});

describe("memory of maptrail", () => {
  const text = maps("rw-p 0-4", "rw-p 10-12");

  it("is in the way where it lies in the need", () => {
    expect(above(text, at(4), 3, [[6, 7]])).toEqual([2, 6, 7, "maptrail"]);
    expect(above(text, at(4), 2, [[6, 7]])).toEqual([6]);
    expect(above(text, at(4), 9, [[6, 7]])).toEqual([2, 6, 7, "maptrail"]);
    expect(above(text, at(4), 9, [[2, 4]])).toEqual([6, 10, 12, true]);
    // What stands beneath it comes first.
    expect(above(text, at(4), 9, [[12, 13]])).toEqual([6, 10, 12, true]);
  });

  it("is the lowest of several, and leaves nothing free where it begins below", () => {
    expect(
      above(text, at(4), 5, [
        [8, 9],
        [5, 6],
        [7, 8],
      ]),
    ).toEqual([1, 5, 6, "maptrail"]);
    expect(above(text, at(4), 5, [[3, 6]])).toEqual([0, 3, 6, "maptrail"]);
  });
});
