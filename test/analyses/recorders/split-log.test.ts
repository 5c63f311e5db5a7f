/** Regions that mprotect makes more, by place: none where it joins or changes nothing. */
import { expect, it } from "vitest";
import { SplitLog } from "../../../src/analyses/recorders/split-log.ts";
import { kindCodes } from "../../../src/events/kinds.ts";
import { at, maps, page } from "../../app/replay-sample.ts";
import { namedSites, protect, returnTo } from "../growths.ts";
import { passed } from "../passed.ts";

const sites = namedSites("a", "b");
const [a, b] = [{ returnAddress: returnTo(1) }, { returnAddress: returnTo(2) }];
const text = maps("rw-p 0-10", "rw-p 20-22");

it("counts what each place cut, from its first on", () => {
  const rows = [
    protect(0, 10, 1, b), // the whole
    protect(3, 1, 3, b), // two more
    protect(0, 1, 3, a), // one more
    protect(9, 1, 3, b), // one more
    { kind: kindCodes.mmap, args: [at(0), page, 1, 0x32, -1, 0], result: at(0), ...a },
    { kind: kindCodes.munmap, args: [at(6), page], ...a },
    { kind: kindCodes.pkey_mprotect, args: [at(20), page, 1, 0], ...a }, // one more
    protect(100, 1, 1, { ...a, result: -12 }),
  ];
  const { splits } = passed({ splits: SplitLog }, rows, { maps: text, sites });
  expect([...splits.bySite]).toEqual([
    [2, { splits: 3, firstSeq: 2 }],
    [1, { splits: 2, firstSeq: 3 }],
  ]);
});

it("counts nothing where nobody knows what was mapped", () => {
  const { splits } = passed({ splits: SplitLog }, [protect(3, 1, 1, a)], {
    maps: undefined,
    sites,
  });
  expect(splits.bySite.size).toBe(0);
});
