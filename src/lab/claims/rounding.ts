/** What the kernel does with sizes and addresses that are no multiples of the page. */

import { mremapFlags } from "../../events/flags.ts";
import { unmap } from "../../ffi/own-memory.ts";
import { pageBytes } from "../arena.ts";
import { type Claim, check } from "../claim.ts";
import * as words from "../words.ts";

const mark = 31;

export const sizesRoundUp: Claim = {
  id: "sizes-round-up",
  title: "sizes round up to whole pages",
  says: "Sizes round up to whole pages",
  source: "mremap(2), mm/mremap.c",
  standing: "rule",
  attempt({ arena }) {
    const at = arena.map(0, 1, { mark });
    const grown = arena.remap(at, 1, pageBytes + 1, 0);
    const afterGrowth = arena.readablePages(at, 4);
    const shrunk = arena.remap(at, pageBytes + 1, 1, 0);
    return {
      checks: [
        check("1 byte to 4,097", words.sameAddress, words.place(grown, at)),
        check("pages then", "2", String(afterGrowth)),
        check("4,097 bytes to 1", words.sameAddress, words.place(shrunk, at)),
        check("pages then", "1", String(arena.readablePages(at, 4))),
      ],
    };
  },
};

export const addressesAreAligned: Claim = {
  id: "addresses-are-aligned",
  title: "addresses must be aligned",
  says: "Addresses must be multiples of the page, else EINVAL",
  source: "mremap(2), munmap(2), EINVAL",
  standing: "rule",
  attempt({ arena }) {
    const at = arena.map(0, 4, { mark });
    const flags = mremapFlags.mayMove + mremapFlags.fixed;
    const target = arena.at(8) + 16;
    const oldAddress = arena.remap(at + 16, pageBytes, 2 * pageBytes, mremapFlags.mayMove);
    const newAddress = arena.remap(at, pageBytes, pageBytes, flags, target);
    const unmapped = unmap(at + 16, pageBytes);
    const stands = words.content(arena.holds(at, 4, mark), words.asItWas);
    return {
      checks: [
        check("mremap from 16 bytes on", "EINVAL", words.place(oldAddress, at)),
        check("mremap to 16 bytes on", "EINVAL", words.place(newAddress, at, target)),
        check("munmap from 16 bytes on", "EINVAL", words.ended(unmapped)),
        check("the mapping", words.asItWas, stands),
      ],
    };
  },
};
