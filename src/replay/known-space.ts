/** The address space of a process at an event, or the reason why it is not known. */

import { UserError } from "../base/errors.ts";
import type { AddressSpace } from "../space/space.ts";
import type { ProcessLandmarks } from "./landmarks.ts";
import { nameOf } from "./lifetimes.ts";
import type { Seeker } from "./seek.ts";

/** Valid until the seeker's next call; not to be changed. Throws a UserError where it is not known. */
export function knownSpaceAt(seeker: Seeker, process: ProcessLandmarks, seq: number): AddressSpace {
  const space = seeker.spaceAt(process.process, seq);
  if (space !== undefined) return space;
  const { row } = process;
  const reason = row?.coverage.reasons[0];
  throw new UserError(`the maps of pid ${row?.pid ?? 0} (${nameOf(process)}) are not known`, {
    hint:
      reason === undefined
        ? "No maps text of it is in the recording: it was ended too early, or had no /proc."
        : `It was not covered: ${reason}.`,
  });
}
