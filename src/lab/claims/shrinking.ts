/** Shrinking, and pointers that are no longer good. */

import { mremapFlags } from "../../events/flags.ts";
import { pageBytes } from "../arena.ts";
import { endText } from "../child-process.ts";
import { type Claim, check } from "../claim.ts";
import * as words from "../words.ts";

const mark = 41;
const otherMark = 91;

export const shrinkFreesTail: Claim = {
  id: "shrink-frees-tail",
  title: "shrinking unmaps the tail",
  says: "Shrinking unmaps the tail: a touch there ends the program",
  source: "mremap(2)",
  standing: "rule",
  async attempt({ arena, runChild }) {
    const at = arena.map(0, 8, { mark });
    const result = arena.remap(at, 8 * pageBytes, 4 * pageBytes, 0);
    const tail = at + 4 * pageBytes;
    const child = await runChild(["touch-shrunk-tail"]);
    return {
      checks: [
        check("8 to 4 pages", words.sameAddress, words.place(result, at)),
        check("the head", words.kept, words.content(arena.holds(at, 4, mark))),
        check("the tail", words.isUnmapped, words.mappedness(arena, tail)),
        check("a read there, in a child", "SIGSEGV", endText(child)),
      ],
    };
  },
};

export const savedPointer: Claim = {
  id: "saved-pointer",
  title: "a saved pointer faults, then misleads",
  says: "A pointer saved before a move faults, until something else is mapped there",
  source: "mremap(2), MREMAP_MAYMOVE",
  standing: "rule",
  async attempt({ arena, runChild }) {
    const saved = arena.map(0, 4, { mark });
    arena.map(4, 1);
    const result = arena.remap(saved, 4 * pageBytes, 8 * pageBytes, mremapFlags.mayMove);
    const child = await runChild(["touch-saved-pointer"]);
    const before = words.readOf(arena, saved);
    arena.map(0, 1, { mark: otherMark });
    return {
      checks: [
        check("4 to 8 pages, MAYMOVE", words.anotherAddress, words.place(result, saved)),
        check("a read through it", "faults", before),
        check("the same, in a child", "SIGSEGV", endText(child)),
        check("when others came there", `reads ${otherMark}`, words.readOf(arena, saved)),
      ],
    };
  },
};
