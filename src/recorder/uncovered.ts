/** The rows of a process that opened no journal: its start, the reason why it is not covered, and its end. */
import { defaultPageBytes } from "../base/pages.ts";
import { createBatch, type EventBatch } from "../events/batch.ts";
import type { ProcessEnd, ProcessStart } from "../events/process.ts";
import { appendObservation } from "./observations.ts";
import type { Expected } from "./process-tree.ts";

export interface Uncovered {
  readonly expected: Expected;
  readonly number: number;
  /** How it ended and when, nanoseconds since the start of the recording; undefined when nobody saw it. */
  readonly end: Omit<ProcessEnd, "process"> | undefined;
}

function startOf({ expected, number }: Uncovered): ProcessStart {
  const { pid, parent, how, exe, argv, atNanos, reason } = expected;
  return {
    process: number,
    pid,
    ppid: 0,
    ...(parent === undefined ? {} : { parent }),
    how,
    exe,
    argv,
    atNanos,
    coverage: { status: "none", reasons: [reason], modules: [], sites: [], via: "none" },
    toolRanges: [],
    pageBytes: defaultPageBytes,
  };
}

/** `blob` stores a text in the recording and returns its id. */
export function uncoveredRows(one: Uncovered, blob: (bytes: Uint8Array) => number): EventBatch {
  const { expected, number, end } = one;
  const rows = createBatch(2);
  const row = { process: number, tid: expected.pid, slot: 0 };
  const text = (value: object): number[] => [blob(Buffer.from(JSON.stringify(value)))];
  const { atNanos } = expected;
  appendObservation(rows, { kind: "processStarted", ...row, atNanos, args: text(startOf(one)) });
  if (end !== undefined) {
    const args = text({ process: number, ...end });
    appendObservation(rows, { kind: "processEnded", ...row, atNanos: end.atNanos, args });
  }
  return rows;
}
