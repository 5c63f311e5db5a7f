/** One call, between its line of text and a batch. */

import { type EventBatch, eventFlags } from "../../events/batch.ts";

/**
 * `begin` and `end` are stamps on one scale, the number of a line or a time: a call whose end is
 * below another's begin was over before the other began.
 */
export interface CallRow {
  kind: number;
  tid: number;
  /** Nanoseconds since the first event. */
  at: number;
  /** Nanoseconds; -1 when unknown. */
  duration: number;
  readonly args: Float64Array;
  result: number;
  file: number;
  /** eventFlags. */
  flags: number;
  /** Six arguments and the result, where one of them does not fit a double. */
  wide: readonly bigint[] | undefined;
  begin: number;
  end: number;
}

export function emptyRow(): CallRow {
  return {
    kind: 0,
    tid: 0,
    at: 0,
    duration: -1,
    args: new Float64Array(6),
    result: 0,
    file: 0,
    flags: 0,
    wide: undefined,
    begin: 0,
    end: 0,
  };
}

export function copyOfRow(row: CallRow): CallRow {
  return { ...row, args: row.args.slice() };
}

/** The call never came back. */
export function setResultUnknown(row: CallRow): void {
  row.result = 0;
  row.duration = -1;
  row.flags |= eventFlags.resultUnknown;
}

/** Appends the call to a batch that has room. */
export function appendCall(batch: EventBatch, row: CallRow, process: number): void {
  const at = batch.length;
  batch.kind[at] = row.kind;
  batch.process[at] = process;
  batch.tid[at] = row.tid;
  batch.at[at] = row.at;
  batch.duration[at] = row.duration;
  const { args } = row;
  const columns = batch.args;
  for (let i = 0; i < 6; i++) columns[i]![at] = args[i]!;
  batch.result[at] = row.result;
  batch.returnAddress[at] = 0;
  batch.file[at] = row.file;
  batch.flags[at] = row.wide === undefined ? row.flags : row.flags | eventFlags.wide;
  batch.slot[at] = row.begin;
  batch.stack[at] = 0;
  if (row.wide !== undefined) batch.wide.set(at, row.wide);
  batch.length = at + 1;
}
