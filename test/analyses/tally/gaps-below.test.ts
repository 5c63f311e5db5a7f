/** A program that lies low in its space, as one that is not position independent: no gap is below it. */
import { expect, it } from "vitest";
import { gapsOf } from "../../../src/analyses/tally/gaps.ts";
import { page, spaceOf } from "../../space/helpers.ts";

it("what lies below the first region is no gap, however near it is to 0", () => {
  const space = spaceOf("00400000-00402000 r-xp 00000000 00:00 0 \n");
  expect(gapsOf(space)).toEqual({ count: 0, bytes: 0, largestBytes: 0, mappedBytes: 2 * page });
});
