/** Copies rows from one batch into another, column by column. */
import { type EventBatch, eventFlags } from "../events/batch.ts";

type Column = Float64Array | Uint32Array | Uint8Array;

/** Shorter runs are copied value by value: views cost more than they save. */
const shortRun = 24;

function copyColumn(from: Column, row: number, to: Column, at: number, count: number): void {
  if (count >= shortRun) {
    to.set(from.subarray(row, row + count), at);
    return;
  }
  for (let i = 0; i < count; i++) to[at + i] = from[row + i]!;
}

/** Rows [row, row + count) of `from` to rows at `at` of `to`; neither length changes. */
export function copyRows(
  from: EventBatch,
  row: number,
  to: EventBatch,
  at: number,
  count: number,
): void {
  copyColumn(from.kind, row, to.kind, at, count);
  copyColumn(from.process, row, to.process, at, count);
  copyColumn(from.tid, row, to.tid, at, count);
  copyColumn(from.at, row, to.at, at, count);
  copyColumn(from.duration, row, to.duration, at, count);
  for (let k = 0; k < 6; k++) copyColumn(from.args[k]!, row, to.args[k]!, at, count);
  copyColumn(from.result, row, to.result, at, count);
  copyColumn(from.returnAddress, row, to.returnAddress, at, count);
  copyColumn(from.file, row, to.file, at, count);
  copyColumn(from.flags, row, to.flags, at, count);
  copyColumn(from.slot, row, to.slot, at, count);
  copyColumn(from.stack, row, to.stack, at, count);
  if (from.wide.size === 0) return;
  for (let i = 0; i < count; i++) {
    if ((from.flags[row + i]! & eventFlags.wide) === 0) continue;
    const values = from.wide.get(row + i);
    if (values !== undefined) to.wide.set(at + i, values);
  }
}
