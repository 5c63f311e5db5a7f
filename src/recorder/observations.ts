/** Rows of observations, which are written into batches between the journal's own rows. */
import { batchCapacity, type EventBatch } from "../events/batch.ts";
import { type Observation, observations } from "../events/kinds.ts";

export interface ObservationRow {
  readonly kind: Observation;
  readonly process: number;
  readonly tid: number;
  readonly atNanos: number;
  readonly args: readonly number[];
  readonly slot: number;
}

/** False when the batch is full. */
export function appendObservation(batch: EventBatch, row: ObservationRow): boolean {
  const at = batch.length;
  if (at >= batchCapacity(batch)) return false;
  batch.kind[at] = observations[row.kind];
  batch.process[at] = row.process;
  batch.tid[at] = row.tid;
  batch.at[at] = row.atNanos;
  batch.duration[at] = 0;
  for (let i = 0; i < 6; i++) batch.args[i]![at] = row.args[i] ?? 0;
  batch.result[at] = 0;
  batch.returnAddress[at] = 0;
  batch.file[at] = 0;
  batch.flags[at] = 0;
  batch.slot[at] = row.slot;
  batch.stack[at] = 0;
  batch.length = at + 1;
  return true;
}
