/** The residency intervals of chosen mappings, by a replay from the process's start. */

import type { Gain, LineageListener, Loss } from "../space/state/lineage.ts";
import type { RecordingReader } from "../store/reader.ts";
import type { RecordingRow } from "../store/recordings.ts";
import { kernelFeaturesOf } from "./kernel-features.ts";
import { Replay } from "./replay.ts";
import type { Seeker } from "./seek.ts";

/** A mapping was in [start, end) from event `from` on; 0 is before the recording. */
export interface HeldRange {
  readonly start: number;
  readonly end: number;
  readonly from: number;
  readonly gain: Gain;
}

/** Intervals by mapping, in the order of events, up to event `seq`. Memory is proportional to their number. */
export function livesOf(
  { reader, row }: { readonly reader: RecordingReader; readonly row: RecordingRow },
  { landmarks }: Seeker,
  process: number,
  seq: number,
  wanted: ReadonlySet<number>,
): ReadonlyMap<number, readonly HeldRange[]> {
  const lives = new Map<number, HeldRange[]>();
  const listener: LineageListener = {
    took: (at, mapping, start, end, gain) => {
      if (!wanted.has(mapping)) return;
      const held = lives.get(mapping) ?? [];
      held.push({ start, end, from: gain === "found" ? 0 : at, gain });
      lives.set(mapping, held);
    },
    left: (
      _at: number,
      _mapping: number,
      _start: number,
      _end: number,
      _since: number,
      _how: Loss,
    ) => undefined,
  };
  const replay = new Replay(reader, {
    features: kernelFeaturesOf(row),
    landmarks,
    only: process,
    lineage: () => listener,
  });
  const marks = landmarks.get(process);
  const toSeq = Math.max(seq, marks?.maps[0]?.seq ?? seq);
  const fromSeq = marks?.startSeq ?? 1;
  for (const batch of reader.chunks({ fromSeq, toSeq, process, columns: "space" })) {
    replay.feed(batch);
  }
  return lives;
}
