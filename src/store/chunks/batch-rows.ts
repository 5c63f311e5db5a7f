/** Moving rows between batches. */
import type { EventBatch } from "../../events/batch.ts";

/** Appends rows [from, to) of one batch to another, which must have room. */
export function appendRows(target: EventBatch, source: EventBatch, from: number, to: number): void {
  const start = target.length;
  target.kind.set(source.kind.subarray(from, to), start);
  target.process.set(source.process.subarray(from, to), start);
  target.tid.set(source.tid.subarray(from, to), start);
  target.at.set(source.at.subarray(from, to), start);
  target.duration.set(source.duration.subarray(from, to), start);
  for (let i = 0; i < 6; i++) target.args[i]!.set(source.args[i]!.subarray(from, to), start);
  target.result.set(source.result.subarray(from, to), start);
  target.returnAddress.set(source.returnAddress.subarray(from, to), start);
  target.file.set(source.file.subarray(from, to), start);
  target.flags.set(source.flags.subarray(from, to), start);
  target.slot.set(source.slot.subarray(from, to), start);
  target.stack.set(source.stack.subarray(from, to), start);
  for (const [row, registers] of source.wide) {
    if (row >= from && row < to) target.wide.set(start + row - from, registers);
  }
  target.length = start + to - from;
}

/** Rows [from, to) of a batch as a batch over the same memory. */
export function sliceRows(batch: EventBatch, from: number, to: number): EventBatch {
  if (from === 0 && to === batch.length) return batch;
  const wide = new Map<number, readonly bigint[]>();
  for (const [row, registers] of batch.wide) {
    if (row >= from && row < to) wide.set(row - from, registers);
  }
  return {
    length: to - from,
    firstSeq: batch.firstSeq + from,
    kind: batch.kind.subarray(from, to),
    process: batch.process.subarray(from, to),
    tid: batch.tid.subarray(from, to),
    at: batch.at.subarray(from, to),
    duration: batch.duration.subarray(from, to),
    args: batch.args.map((column) => column.subarray(from, to)),
    result: batch.result.subarray(from, to),
    returnAddress: batch.returnAddress.subarray(from, to),
    file: batch.file.subarray(from, to),
    flags: batch.flags.subarray(from, to),
    slot: batch.slot.subarray(from, to),
    stack: batch.stack.subarray(from, to),
    wide,
  };
}
