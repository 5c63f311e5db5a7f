/** The index entry of a chunk: its contents, known without decoding it. */
import type { EventBatch } from "../../events/batch.ts";
import { isCallCode } from "../../events/kinds.ts";

export interface ChunkIndexEntry {
  /** From 1, without gaps. */
  readonly chunk: number;
  readonly firstSeq: number;
  readonly count: number;
  /** The smallest and the largest begin time in it, nanoseconds. */
  readonly firstAt: number;
  readonly lastAt: number;
  /** Events that are not calls. */
  readonly observations: number;
  /** Ascending. */
  readonly processes: readonly number[];
}

/** Describes rows [from, to) of a batch as chunk number `chunk` that starts at `firstSeq`. */
export function describeChunk(
  batch: EventBatch,
  from: number,
  to: number,
  chunk: number,
  firstSeq: number,
): ChunkIndexEntry {
  const { kind, at, process } = batch;
  let firstAt = at[from]!;
  let lastAt = firstAt;
  let observations = 0;
  const processes = new Set<number>();
  let current = -1;
  for (let row = from; row < to; row++) {
    const time = at[row]!;
    if (time < firstAt) firstAt = time;
    if (time > lastAt) lastAt = time;
    if (!isCallCode(kind[row]!)) observations++;
    const owner = process[row]!;
    if (owner !== current) {
      processes.add(owner);
      current = owner;
    }
  }
  return {
    chunk,
    firstSeq,
    count: to - from,
    firstAt,
    lastAt,
    observations,
    processes: [...processes].sort((a, b) => a - b),
  };
}
