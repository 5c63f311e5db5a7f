/** Every range that every mapping of a recording ever lived in, streamed by a replay. */

import type { EventBatch } from "../events/batch.ts";
import { permissionText } from "../space/regions/modes.ts";
import type { ResidencyInterval } from "../space/residency-interval.ts";
import { nameOf } from "../space/snapshot.ts";
import type { Gain, LineageListener, Loss } from "../space/state/lineage.ts";
import type { RecordingReader } from "../store/reader.ts";
import type { RecordingRow } from "../store/recordings.ts";
import { kernelFeaturesOf } from "./kernel-features.ts";
import { Replay } from "./replay.ts";

interface Arrival {
  readonly gain: Gain;
  readonly atNanos: number;
  /** Bytes of it that are still there. */
  bytes: number;
}

/** A live mapping and how it came to its ranges. */
interface LivingMapping {
  readonly parent: number;
  readonly permissions: string;
  readonly path: string;
  liveBytes: number;
  readonly arrivals: Map<number, Arrival>;
}

/** Intervals in the order of their ends, live ones last. Memory is proportional to the mappings that live at once. */
export function* residencyIntervals(
  reader: RecordingReader,
  row: RecordingRow,
): Generator<ResidencyInterval> {
  const listeners = new Map<number, ResidencyListener>();
  const ended: ResidencyInterval[] = [];
  const replay: Replay = new Replay(reader, {
    features: kernelFeaturesOf(row),
    lineage: (process) => {
      const pid = replay.landmarks.get(process)?.row?.pid ?? 0;
      const listener = new ResidencyListener({ process, pid, replay, ended });
      listeners.set(process, listener);
      return listener;
    },
  });
  for (const batch of reader.chunks()) {
    feed(batch, replay, listeners);
    yield* ended.splice(0);
  }
  for (const [process, space] of replay.spaces()) {
    const listener = listeners.get(process);
    if (listener === undefined) continue;
    for (const region of space.regionsIn(0, Number.POSITIVE_INFINITY)) {
      const { mapping, start, end, since } = region;
      yield listener.intervalOf(mapping, start, end, since);
    }
  }
}

/** Fed row by row, so that a listener knows the event of each change. */
function feed(
  batch: EventBatch,
  replay: Replay,
  listeners: ReadonlyMap<number, ResidencyListener>,
): void {
  for (let index = 0; index < batch.length; index++) {
    const before = listeners.get(batch.process[index]!);
    if (before !== undefined) before.atNanos = batch.at[index]!;
    replay.feed(batch, index, index + 1);
  }
}

interface ListenerPlace {
  readonly process: number;
  readonly pid: number;
  readonly replay: Replay;
  readonly ended: ResidencyInterval[];
}

class ResidencyListener implements LineageListener {
  atNanos = 0;
  readonly #place: ListenerPlace;
  readonly #living = new Map<number, LivingMapping>();

  constructor(place: ListenerPlace) {
    this.#place = place;
  }

  took(
    seq: number,
    mapping: number,
    start: number,
    end: number,
    how: Gain,
    parent: number,
    mode: number,
    backing: number,
  ): void {
    let living = this.#living.get(mapping);
    if (living === undefined) {
      const { replay, process } = this.#place;
      const space = replay.spaceOf(process);
      const region = { start, end, mode, backing, mapping, offset: 0, born: seq, since: seq };
      const path = space === undefined ? "" : nameOf(space, region).path;
      const permissions = permissionText(mode);
      living = { parent, permissions, path, liveBytes: 0, arrivals: new Map() };
      this.#living.set(mapping, living);
    }
    living.liveBytes += end - start;
    const arrival = living.arrivals.get(seq) ?? { gain: how, atNanos: this.atNanos, bytes: 0 };
    arrival.bytes += end - start;
    living.arrivals.set(seq, arrival);
  }

  left(seq: number, mapping: number, start: number, end: number, since: number, how: Loss): void {
    const interval = this.intervalOf(mapping, start, end, since);
    this.#place.ended.push({ ...interval, toSeq: seq, toNanos: this.atNanos, loss: how });
    const living = this.#living.get(mapping);
    if (living === undefined) return;
    living.liveBytes -= end - start;
    const arrival = living.arrivals.get(since);
    if (arrival !== undefined) arrival.bytes -= end - start;
    if (arrival?.bytes === 0) living.arrivals.delete(since);
    if (living.liveBytes === 0) this.#living.delete(mapping);
  }

  intervalOf(mapping: number, start: number, end: number, since: number): ResidencyInterval {
    const { process, pid } = this.#place;
    const living = this.#living.get(mapping);
    const arrival = living?.arrivals.get(since);
    return {
      process,
      pid,
      mapping,
      parent: living?.parent ?? 0,
      start,
      end,
      permissions: living?.permissions ?? "",
      path: living?.path ?? "",
      fromSeq: arrival?.gain === "found" ? 0 : since,
      fromNanos: arrival?.atNanos ?? 0,
      gain: arrival?.gain ?? "found",
      toSeq: undefined,
      toNanos: undefined,
      loss: undefined,
    };
  }
}
