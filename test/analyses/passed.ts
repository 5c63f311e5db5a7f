/** A pass with the recorders that a test wants, over calls by hand of one process. */

import { AnalysisPass } from "../../src/analyses/recorders/pass.ts";
import type { RecorderKinds, Recorders } from "../../src/analyses/recorders/recorder.ts";
import type { SiteNames } from "../../src/analyses/recorders/sites.ts";
import { parseMaps } from "../../src/space/regions/proc-maps.ts";
import { AddressSpace } from "../../src/space/space.ts";
import { FileTable } from "../../src/space/state/files.ts";
import { page } from "../app/replay-sample.ts";
import type { EventRow } from "../store/batches.ts";
import { batchOf } from "../store/batches.ts";

export interface PassedOptions {
  /** Undefined: nobody knows what was mapped. */
  readonly maps: string | undefined;
  readonly sites?: SiteNames;
  readonly toolRanges?: readonly (readonly [number, number])[];
}

/** The recorders after the calls, which are events 1, 2, 3 ... of process 1. */
export function passed<Kinds extends RecorderKinds>(
  kinds: Kinds,
  rows: readonly EventRow[],
  { maps, sites, toolRanges = [] }: PassedOptions,
): Recorders<Kinds> {
  const files = new FileTable();
  const pass = new AnalysisPass({ pageBytes: page, files, ...(sites && { sites }) });
  const recorders = pass.recordersOf(kinds);
  let space: AddressSpace | undefined;
  if (maps !== undefined) {
    space = new AddressSpace({ files, toolRanges, lineage: pass.trackOf(1) });
    space.adopt(parseMaps(maps).lines, 0);
    pass.began(1, space);
  }
  const batch = batchOf(rows.map((row, i) => ({ at: (i + 1) * 1000, ...row })));
  for (let row = 0; row < batch.length; row += 1) {
    pass.before(space, batch, row);
    space?.apply(batch, row);
    if (space !== undefined) pass.after(space, batch, row);
  }
  return recorders;
}
