/** Bytes mapped at an instant, by the event that mapped them. */

import { UserError } from "../../base/errors.ts";
import type { ProcessLandmarks } from "../../replay/landmarks.ts";
import { chooseProcess, instantOf, livingAt, seqAt } from "../../replay/lifetimes.ts";
import { Seeker } from "../../replay/seek.ts";
import type { OpenRecording } from "../open/database.ts";

/** Process, then number of the event that gave birth to a mapping: bytes. 0: it was there before, or came without a call. */
export type LiveBytes = ReadonlyMap<number, ReadonlyMap<number, number>>;

/** Of every process that lived then, or of one. Throws a UserError when no maps of any are known. */
export function liveBytes(open: OpenRecording, at: string, pid: number | undefined): LiveBytes {
  const { reader } = open;
  const seeker = new Seeker(reader, open.row);
  const instant = instantOf(at, reader);
  const living = livingAt(seeker.landmarks, instant);
  const chosen: ProcessLandmarks[] =
    pid === undefined && living.length > 0
      ? living
      : [chooseProcess(seeker.landmarks, instant, pid).process];
  const live = new Map<number, Map<number, number>>();
  for (const one of chosen) {
    const space = seeker.spaceAt(one.process, seqAt(reader, one, instant));
    if (space === undefined) continue;
    const bytes = new Map<number, number>();
    for (const { start, end, born } of space.regionsIn(0, Number.POSITIVE_INFINITY)) {
      bytes.set(born, (bytes.get(born) ?? 0) + end - start);
    }
    live.set(one.process, bytes);
  }
  if (live.size === 0) throw new UserError(`no maps are known of any process at ${at}`);
  return live;
}
