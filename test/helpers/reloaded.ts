/** A space against itself, saved as a checkpoint and loaded again. */
import { loadCheckpoint, saveCheckpoint } from "../../src/space/checkpoint.ts";
import { AddressSpace } from "../../src/space/space.ts";

/** What got lost on the way, or undefined. The copy has a table of files of its own. */
export function lostInCheckpoint(space: AddressSpace): string | undefined {
  const copy = new AddressSpace({ features: space.features });
  loadCheckpoint(copy, saveCheckpoint(space));
  const [before, after] = [space, copy].map((one) =>
    JSON.stringify({
      regions: one.regionsIn(0, Number.POSITIVE_INFINITY).map(({ backing: _, ...rest }) => rest),
      lines: one.snapshot(),
      totals: one.totals,
      rest: [one.seq, one.nextMapping, one.heapStart, one.brk, one.unplacedRings],
      maps: [[...one.segments], [...one.objects]],
    }),
  );
  return before === after ? undefined : `a checkpoint made ${after} of ${before}`;
}
