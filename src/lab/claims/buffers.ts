/** Growable buffers: by mremap, and by realloc as libc does it. */

import { UserError } from "../../base/errors.ts";
import { formatCount } from "../../base/units.ts";
import { mremapFlags } from "../../events/flags.ts";
import { minorFaults } from "../../ffi/own-memory.ts";
import { pageBytes } from "../arena.ts";
import { type Check, type Claim, check, type RecordedChild, type RecordedRemap } from "../claim.ts";
import { parseReallocSteps, type ReallocStep, reallocSteps } from "../realloc-steps.ts";
import * as words from "../words.ts";

const lastPages = 1024;
const roomPages = 64;
const mark = 3;

export const doublingBuffer: Claim = {
  id: "doubling-buffer",
  title: "a doubling buffer grows log2(n) times",
  says: "A buffer that doubles grows log2(n) times, and no growth touches its pages again",
  source: "mremap(2)",
  standing: "rule",
  attempt({ arena }) {
    let at = arena.map(0, 1, { mark });
    arena.map(roomPages, 1); // room to grow into at first, then none
    let growths = 0;
    let stayed = 0;
    let faults = 0;
    let whole = true;
    for (let pages = 1; pages < lastPages; pages *= 2) {
      const before = minorFaults();
      const result = arena.remap(at, pages * pageBytes, 2 * pages * pageBytes, mremapFlags.mayMove);
      if (result < 0)
        return { unavailable: `mremap to ${2 * pages} pages: ${words.ended(result)}` };
      whole &&=
        arena.peek(result) === mark && arena.peek(result + (pages - 1) * pageBytes) === mark;
      faults += minorFaults() - before;
      growths += 1;
      // Behind the room it is luck: the kernel may have put it below a gap.
      if (result === at && 2 * pages <= roomPages) stayed += 1;
      at = result;
      for (let page = pages; page < 2 * pages; page += 1) arena.poke(at + page * pageBytes, mark);
    }
    return {
      checks: [
        check("growths, 1 to 1,024 pages", "10", String(growths)),
        check("in place, in 64 pages of room", "6", String(stayed)),
        check("its first and last pages", words.kept, words.content(whole)),
        copiesCheck(faults, lastPages - 1),
      ],
    };
  },
};

/**
 * Copying into fresh memory faults each page in; a move faults in none. A few faults are the tool's
 * own: Node's heap grows at any time.
 */
function copiesCheck(faults: number, pages: number): Check {
  const observed = faults * 10 < pages ? "none" : `${formatCount(faults)} of ${formatCount(pages)}`;
  return check("pages faulted in by growths", "none", observed);
}

export const reallocRemaps: Claim = {
  id: "realloc-remaps",
  title: "realloc of a large block is an mremap",
  says: "realloc of a large block is an mremap, and copies nothing",
  source: "mremap(2), NOTES; malloc/malloc.c",
  standing: "rule",
  async attempt({ recordChild }) {
    let child: RecordedChild;
    try {
      child = await recordChild("realloc");
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return { unavailable: `a child could not be recorded: ${error.message}` };
    }
    const { remaps, account } = child;
    const steps = parseReallocSteps(account);
    const found = steps.filter((step) => remaps.some((one) => isRemapOf(one, step))).length;
    const pages = steps.reduce((sum, { oldBytes }) => sum + oldBytes / pageBytes, 0);
    const faults = steps.reduce((sum, step) => sum + step.faults, 0);
    const { first, last, count } = reallocSteps;
    const range = `${first / 1024 ** 2} to ${last / 1024 ** 2} MiB`;
    return {
      checks: [
        check(`reallocs, ${range}`, String(count), String(steps.length)),
        check("with their mremap recorded", String(count), String(found)),
        copiesCheck(faults, pages),
      ],
    };
  },
};

/** The block begins in the first page of its mapping, behind the allocator's header. */
function isRemapOf(remap: RecordedRemap, step: ReallocStep): boolean {
  const startOf = (at: number) => Math.floor(at / pageBytes) * pageBytes;
  return (
    remap.oldAddress === startOf(step.oldAddress) &&
    remap.result === startOf(step.newAddress) &&
    remap.oldBytes >= step.oldBytes &&
    remap.newBytes >= step.newBytes
  );
}
