/** Growing where a mapping stands, and what happens when it cannot. */

import { mremapFlags } from "../../events/flags.ts";
import { type Arena, pageBytes } from "../arena.ts";
import { type Check, type Claim, check } from "../claim.ts";
import { framesOf, sameFrames } from "../page-frames.ts";
import * as words from "../words.ts";

const mark = 11;
const otherMark = 77;

export const growInPlace: Claim = {
  id: "grow-in-place",
  title: "grows in place when room is above",
  says: "A mapping grows where it stands when the range above it is free",
  source: "mremap(2)",
  standing: "rule",
  attempt({ arena }) {
    const at = arena.map(0, 4, { mark });
    const result = arena.remap(at, 4 * pageBytes, 8 * pageBytes, 0);
    return {
      checks: [
        check("4 to 8 pages, no flags", words.sameAddress, words.place(result, at)),
        check("what it held", words.kept, words.content(arena.holds(at, 4, mark))),
        check("a new page", "reads 0", words.readOf(arena, at + 5 * pageBytes)),
        check("pages that can be read", "8", String(arena.readablePages(at, 16))),
      ],
    };
  },
};

/** Four pages with one of another mapping directly above; gives the address of the four. */
function blocked(arena: Arena): number {
  const at = arena.map(0, 4, { mark });
  arena.map(4, 1, { prot: 3, shared: true, mark: otherMark });
  return at;
}

function blockerStands(arena: Arena): Check {
  const stands = words.content(arena.holds(arena.at(4), 1, otherMark), words.asItWas);
  return check("the mapping above", words.asItWas, stands);
}

export const refusedWhenBlocked: Claim = {
  id: "blocked-is-refused",
  title: "blocked, without MAYMOVE: ENOMEM",
  says: "Without MREMAP_MAYMOVE a mapping with another one above cannot grow",
  source: "mremap(2), ENOMEM",
  standing: "rule",
  attempt({ arena }) {
    const at = blocked(arena);
    const result = arena.remap(at, 4 * pageBytes, 8 * pageBytes, 0);
    const still = words.content(arena.holds(at, 4, mark), words.asItWas);
    return {
      checks: [
        check("4 to 8 pages, no flags", "ENOMEM", words.place(result, at)),
        check("the mapping", words.asItWas, still),
        blockerStands(arena),
      ],
    };
  },
};

export const moveKeepsContent: Claim = {
  id: "move-keeps-content",
  title: "a move keeps content, frees the old",
  says: "With MREMAP_MAYMOVE it moves: what it held comes along, the old range is free",
  source: "mremap(2)",
  standing: "rule",
  attempt({ arena }) {
    const at = blocked(arena);
    const before = framesOf(at, 4);
    const result = arena.remap(at, 4 * pageBytes, 8 * pageBytes, mremapFlags.mayMove);
    const checks = [
      check("4 to 8 pages, MAYMOVE", words.anotherAddress, words.place(result, at)),
      check("what it held", words.kept, words.content(arena.holds(result, 4, mark))),
      check("the old range", words.isUnmapped, words.mappedness(arena, at)),
      blockerStands(arena),
    ];
    const same = sameFrames(before, framesOf(result, 4));
    // Page frames can be seen by root alone.
    if (same !== undefined) checks.push(check("page frames", "the same, not copies", same));
    return { checks };
  },
};
