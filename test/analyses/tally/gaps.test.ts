/** The gaps between regions, as far as they lie inside an area. */
import { expect, it } from "vitest";
import { gapsOf, mostGapBytes } from "../../../src/analyses/tally/gaps.ts";
import { AddressSpace } from "../../../src/space/space.ts";
import { maps } from "../../app/replay-sample.ts";
import { page, spaceOf } from "../../space/helpers.ts";

it("a space without regions has none", () => {
  expect(gapsOf(new AddressSpace())).toEqual({
    ...{ count: 0, bytes: 0, largestBytes: 0, mappedBytes: 0 },
  });
});

it("counts what lies between two, and neither before the first nor behind the last", () => {
  const space = spaceOf(maps("rw-p 5-9", "r--p 9-10", "rw-p 17-20", "rw-p 22-23"));
  expect(gapsOf(space)).toEqual({
    count: 2,
    bytes: (7 + 2) * page,
    largestBytes: 7 * page,
    mappedBytes: (4 + 1 + 3 + 1) * page,
  });
});

it("counts nothing below a program that lies low", () => {
  const space = spaceOf("00400000-00402000 r-xp 00000000 00:00 0 \n");
  expect(gapsOf(space)).toMatchObject({ count: 0, bytes: 0, mappedBytes: 2 * page });
});

it("counts a page", () => {
  expect(gapsOf(spaceOf(maps("rw-p 0-1", "rw-p 2-3")))).toMatchObject({ count: 1, bytes: page });
});

it("leaves out what lies between areas, from 64 GiB on", () => {
  const area = mostGapBytes / page;
  expect(area * page).toBe(64 * 2 ** 30);
  const space = spaceOf(maps("rw-p 0-1", `rw-p ${1 + area}-${2 + area}`));
  expect(gapsOf(space)).toEqual({ count: 0, bytes: 0, largestBytes: 0, mappedBytes: 2 * page });
  const near = spaceOf(maps("rw-p 0-1", `rw-p ${area}-${1 + area}`));
  expect(gapsOf(near)).toMatchObject({ count: 1, bytes: mostGapBytes - page });
});
