/** When to make a checkpoint of a space, and the pass that writes a recording's checkpoints. */

import { packageVersion } from "../base/version.ts";
import { checkpointVersion, saveCheckpoint } from "../space/checkpoint.ts";
import type { SpaceState } from "../space/state/state.ts";
import type { CheckpointWriter } from "../store/checkpoints.ts";
import type { RecordingReader } from "../store/reader.ts";
import type { RecordingRow } from "../store/recordings.ts";
import type { Store } from "../store/store.ts";
import { kernelFeaturesOf } from "./kernel-features.ts";
import { Replay } from "./replay.ts";

/** Only checkpoints of the same version are used: another may apply calls differently. */
export function checkpointMaker(): string {
  return `maptrail ${packageVersion()} checkpoint ${checkpointVersion}`;
}

/**
 * Events of one process from checkpoint to checkpoint: some 3 ms of replay at 400 ns each. Where a
 * space is so large that loading it takes longer, checkpoints are rarer, or they would outgrow the
 * events.
 */
const leastEvents = 8_192;
const eventsPerRegion = 1 / 3;
/** Cost of an event that is decoded and skipped, relative to one that is applied. */
const passedShare = 1 / 5;

/** Decides, process by process, when the next checkpoint is due. */
export class CheckpointPace {
  readonly #least: number;
  readonly #last = new Map<number, { seq: number; applied: number }>();

  constructor(least = leastEvents) {
    this.#least = least;
  }

  /** Notes that the space at event `seq` has a checkpoint, or came from one. */
  note(process: number, seq: number, { applied }: SpaceState): void {
    this.#last.set(process, { seq, applied });
  }

  /** Whether a checkpoint at event `seq` would make later seeks cheaper. */
  isDue(process: number, seq: number, space: SpaceState): boolean {
    const last = this.#last.get(process) ?? { seq: seq - space.applied, applied: 0 };
    const own = space.applied - last.applied;
    const others = seq - last.seq - own;
    return (
      own > 0 &&
      own + others * passedShare >= Math.max(this.#least, space.map.size * eventsPerRegion)
    );
  }
}

/**
 * Writes checkpoints during a replay: call `step` after each batch. Checkpoints only save time, so
 * failing to write them is not an error; the reason is in `failure`.
 */
export class CheckpointPass {
  /** Why no more could be written. */
  failure: unknown;
  readonly #pace: CheckpointPace;
  #writer: CheckpointWriter | undefined;

  /** `every`: events of a process between two checkpoints, instead of the default. */
  constructor(store: Store, recording: number, every?: number) {
    this.#pace = new CheckpointPace(every);
    this.#attempt(() => {
      this.#writer = store.checkpoints(recording, checkpointMaker());
    });
  }

  /** `seq` is the last event that the replay has seen. */
  step(replay: Replay, seq: number): void {
    for (const [process, space] of replay.spaces()) {
      if (!this.#pace.isDue(process, seq, space)) continue;
      this.#attempt(() => this.#writer?.add({ process, seq, bytes: saveCheckpoint(space) }));
      this.#pace.note(process, seq, space);
    }
  }

  finish(): void {
    this.#attempt(() => this.#writer?.flush());
  }

  #attempt(work: () => void): void {
    if (this.failure !== undefined) return;
    try {
      work();
    } catch (error) {
      this.failure = error;
    }
  }
}

/** Replays a recording only to make its checkpoints. Throws the database's errors. */
export function writeCheckpoints(
  store: Store,
  row: RecordingRow,
  reader: RecordingReader,
  every?: number,
): void {
  const replay = new Replay(reader, { features: kernelFeaturesOf(row) });
  const pass = new CheckpointPass(store, row.id, every);
  for (const batch of reader.chunks({ columns: "space" })) {
    replay.feed(batch);
    pass.step(replay, batch.firstSeq + batch.length - 1);
  }
  pass.finish();
  if (pass.failure !== undefined) throw pass.failure;
}
