/** Ways of mremap that keep the old range, and calls over several mappings at once. */

import { mremapFlags, prot } from "../../events/flags.ts";
import { protect } from "../../ffi/own-memory.ts";
import { pageBytes } from "../arena.ts";
import { type Claim, check } from "../claim.ts";
import * as words from "../words.ts";

const mark = 51;
const { mayMove, fixed, dontUnmap } = mremapFlags;

export const dontUnmapKeeps: Claim = {
  id: "dontunmap",
  title: "DONTUNMAP leaves the old range empty",
  says: "MREMAP_DONTUNMAP moves the pages and leaves the old range mapped and empty",
  source: "mremap(2), MREMAP_DONTUNMAP",
  standing: "rule",
  since: [5, 7],
  attempt({ arena }) {
    const at = arena.map(0, 4, { mark });
    const sizes = [4 * pageBytes, 4 * pageBytes] as const;
    const alone = arena.remap(at, ...sizes, dontUnmap);
    const longer = arena.remap(at, sizes[0], 8 * pageBytes, mayMove + dontUnmap);
    const result = arena.remap(at, ...sizes, mayMove + dontUnmap);
    return {
      checks: [
        check("4 pages, MAYMOVE too", words.anotherAddress, words.place(result, at)),
        check("what they held", words.kept, words.content(arena.holds(result, 4, mark))),
        check("the old range", "reads 0", words.readOf(arena, at)),
        check("without MAYMOVE", "EINVAL", words.place(alone, at)),
        check("4 to 8 pages", "EINVAL", words.place(longer, at)),
      ],
    };
  },
};

export const oldSizeZero: Claim = {
  id: "old-size-zero",
  title: "old size 0 maps shared pages twice",
  says: "Old size 0 maps the same shared pages a second time; private ones are refused",
  source: "mremap(2), BUGS",
  standing: "rule",
  since: [4, 14],
  attempt({ arena }) {
    const shared = arena.map(0, 4, { shared: true, mark });
    const owned = arena.map(8, 4, { mark });
    const again = arena.remap(shared, 0, 4 * pageBytes, mayMove);
    const refused = arena.remap(owned, 0, 4 * pageBytes, mayMove);
    arena.poke(shared, 99);
    return {
      checks: [
        check("shared, 0 to 4 pages", words.anotherAddress, words.place(again, shared)),
        check("99 written to the first", "reads 99", words.readOf(arena, again)),
        check("the first mapping", words.isMappedStill, words.mappedness(arena, shared)),
        check("private, 0 to 4 pages", "EINVAL", words.place(refused, owned)),
      ],
    };
  },
};

export const severalAtOnce: Claim = {
  id: "several-at-once",
  title: "one call moves several mappings",
  says: "One call with MREMAP_FIXED moves several mappings, and the gaps between them",
  source: "mremap(2), mm/mremap.c",
  standing: "rule",
  since: [6, 17],
  attempt({ arena }) {
    const at = arena.map(0, 2, { mark });
    arena.map(2, 1, { prot: prot.read });
    arena.map(5, 1, { mark: 57 }); // a gap of two pages before it
    const target = arena.at(16);
    arena.map(19, 1, { mark: 66 }); // lies where the gap comes to lie
    const lengthBytes = 6 * pageBytes;
    const result = arena.remap(at, lengthBytes, lengthBytes, mayMove + fixed, target);
    const came = arena.holds(target, 2, mark) && arena.holds(arena.at(21), 1, 57);
    const writable = arena.poke(arena.at(18), 1) ? "writable" : "read-only";
    return {
      checks: [
        check("3 mappings in 6 pages", words.theTarget, words.place(result, at, target)),
        check("what they held", words.kept, words.content(came)),
        check("the read-only one", "read-only", writable),
        check("what lay in the gap", "reads 66", words.readOf(arena, arena.at(19))),
        check("the old ranges", words.isUnmapped, words.mappedness(arena, arena.at(5))),
      ],
    };
  },
};

export const protectOverHole: Claim = {
  id: "mprotect-over-hole",
  title: "mprotect over a hole changes a part",
  says: "mprotect over a hole fails, but has changed what lies before the hole",
  source: "mprotect(2), ENOMEM",
  standing: "rule",
  attempt({ arena }) {
    const at = arena.map(0, 2, { mark });
    arena.map(3, 2, { mark });
    const result = protect(at, 5 * pageBytes, prot.read);
    const write = (page: number) => (arena.poke(arena.at(page), 1) ? "writable" : "read-only");
    return {
      checks: [
        check("2 pages, a hole, 2 pages", "ENOMEM", words.ended(result)),
        check("before the hole", "read-only", write(0)),
        check("behind it", "writable", write(3)),
      ],
    };
  },
};
