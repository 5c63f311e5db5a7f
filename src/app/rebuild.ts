/** `maptrail rebuild`: drops everything derived from the event log and makes it again. */

import { exitCodes } from "../base/errors.ts";
import { countOf } from "../base/units.ts";
import { writeCheckpoints } from "../replay/checkpoints.ts";
import { openStore } from "../store/open.ts";
import type { Io } from "./io/io.ts";
import { progressLine } from "./io/progress.ts";
import { databasePath, type RecordingChoice } from "./open/database.ts";

export interface RebuildOptions extends RecordingChoice {
  /** Every recording of the database, not only the chosen one. */
  readonly all?: boolean | undefined;
  /** Also read everything back and compare checksums. */
  readonly check?: boolean | undefined;
}

/** Returns the exit code: 3 when events could not be read. */
export async function rebuild(options: RebuildOptions, io: Io): Promise<number> {
  const store = openStore(databasePath(options, io), { mode: "write" });
  try {
    const chosen = options.all === true ? store.recordings() : [store.recording(options.recording)];
    let damaged = false;
    for (const { id, eventCount } of chosen) {
      const progress = progressLine(io.err, `recording ${id}`);
      const damage = store.rebuild(id, progress.update);
      writeCheckpoints(store, store.recording(id), store.reader(id));
      progress.end();
      for (const { firstSeq, count, reason } of damage) {
        damaged = true;
        const stretch = `@${firstSeq} to @${firstSeq + count - 1}`;
        await io.err.write(`maptrail: recording ${id}: ${stretch} could not be read: ${reason}\n`);
      }
      await io.out.write(`recording ${id}: SQL tables made from ${countOf(eventCount, "event")}\n`);
    }
    const faults = options.check === true ? store.integrity() : [];
    for (const fault of faults) await io.err.write(`maptrail: ${fault}\n`);
    if (options.check === true && faults.length === 0)
      await io.out.write("the database is sound\n");
    return damaged || faults.length > 0 ? exitCodes.damagedInput : exitCodes.ok;
  } finally {
    store.close();
  }
}
