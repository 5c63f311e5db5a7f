/** MREMAP_FIXED: the program chooses the place. */

import { mremapFlags } from "../../events/flags.ts";
import { pageBytes } from "../arena.ts";
import { type Claim, check } from "../claim.ts";
import * as words from "../words.ts";

const mark = 21;
const otherMark = 81;
const mayMoveFixed = mremapFlags.mayMove + mremapFlags.fixed;

export const fixedReplaces: Claim = {
  id: "fixed-replaces",
  title: "FIXED replaces what lay at the target",
  says: "MREMAP_FIXED unmaps whatever lies at the target, without asking",
  source: "mremap(2), MREMAP_FIXED",
  standing: "rule",
  attempt({ arena }) {
    const at = arena.map(0, 2, { mark });
    arena.map(8, 4, { mark: otherMark });
    const target = arena.at(9);
    const result = arena.remap(at, 2 * pageBytes, 2 * pageBytes, mayMoveFixed, target);
    const around = arena.holds(arena.at(8), 1, otherMark) && arena.holds(arena.at(11), 1, 84);
    return {
      checks: [
        check("2 pages onto 2 of 4 others", words.theTarget, words.place(result, at, target)),
        check("what lies there now", "the moved pages", moved(arena.holds(target, 2, mark))),
        check("the pages beside them", words.asItWas, words.content(around, words.asItWas)),
        check("the old range", words.isUnmapped, words.mappedness(arena, at)),
      ],
    };
  },
};

function moved(isMoved: boolean): string {
  return isMoved ? "the moved pages" : "something else";
}

export const fixedNeedsMayMove: Claim = {
  id: "fixed-needs-maymove",
  title: "FIXED without MAYMOVE is EINVAL",
  says: "MREMAP_FIXED without MREMAP_MAYMOVE is EINVAL",
  source: "mremap(2), EINVAL",
  standing: "rule",
  attempt({ arena }) {
    const at = arena.map(0, 2, { mark });
    const target = arena.map(8, 2, { mark: otherMark });
    const result = arena.remap(at, 2 * pageBytes, 2 * pageBytes, mremapFlags.fixed, target);
    const stands = arena.holds(at, 2, mark) && arena.holds(target, 2, otherMark);
    return {
      checks: [
        check("FIXED alone", "EINVAL", words.place(result, at, target)),
        check("both mappings", words.asItWas, words.content(stands, words.asItWas)),
      ],
    };
  },
};

export const fixedOverlap: Claim = {
  id: "fixed-overlap",
  title: "FIXED onto itself is EINVAL",
  says: "The target may not overlap the range that moves",
  source: "mremap(2), EINVAL",
  standing: "rule",
  attempt({ arena }) {
    const at = arena.map(0, 4, { mark });
    const target = arena.at(2);
    const result = arena.remap(at, 4 * pageBytes, 4 * pageBytes, mayMoveFixed, target);
    const stands = words.content(arena.holds(at, 4, mark), words.asItWas);
    return {
      checks: [
        check("4 pages, 2 pages further up", "EINVAL", words.place(result, at, target)),
        check("the mapping", words.asItWas, stands),
      ],
    };
  },
};
