/** The next event of a kind from a place in the history on, in either direction, chunk by chunk. */

import { classifyBrk, classifyMremap } from "../../analyses/recorders/growth.ts";
import { type EventBatch, eventFlags } from "../../events/batch.ts";
import { errnoAt } from "../../events/describe.ts";
import { isCallCode, memoryCalls } from "../../events/kinds.ts";
import type { Tape } from "./tape.ts";

export type Wanted = "move" | "failure" | "process";

/**
 * Yields after each chunk; returns the event, or undefined when there is none. `process` narrows the
 * search to one; for "process" it is the one whose events are wanted.
 */
export function* findEvent(
  tape: Tape,
  wanted: Wanted,
  from: number,
  direction: 1 | -1,
  process?: number,
): Generator<void, number | undefined> {
  const index = tape.reader.chunkIndex();
  const test = tests[wanted];
  const { pageBytes } = tape.context;
  for (let i = direction > 0 ? 0 : index.length - 1; index[i] !== undefined; i += direction) {
    const { firstSeq, count, processes } = index[i]!;
    const isBehind = direction > 0 ? firstSeq + count <= from + 1 : firstSeq >= from;
    if (isBehind || (process !== undefined && !processes.includes(process))) continue;
    for (const batch of tape.reader.chunks({ fromSeq: firstSeq, toSeq: firstSeq + count - 1 })) {
      const end = direction > 0 ? batch.length : -1;
      const start = direction > 0 ? from + 1 - firstSeq : from - 1 - firstSeq;
      let row = Math.min(Math.max(start, 0), batch.length - 1);
      for (; row !== end; row += direction) {
        if (process !== undefined && batch.process[row] !== process) continue;
        if (test(batch, row, pageBytes)) return firstSeq + row;
      }
    }
    yield;
  }
  return undefined;
}

const tests: Readonly<
  Record<Wanted, (batch: EventBatch, row: number, pageBytes: number) => boolean>
> = {
  move: isMove,
  failure: isFailure,
  process: () => true,
};

function isMove(batch: EventBatch, row: number, pageBytes: number): boolean {
  if (batch.kind[row] !== memoryCalls.mremap) return false;
  if ((batch.flags[row]! & eventFlags.resultUnknown) !== 0) return false;
  const { outcome } = classifyMremap(
    {
      oldAddress: batch.args[0]![row]!,
      oldBytes: batch.args[1]![row]!,
      newBytes: batch.args[2]![row]!,
      flags: batch.args[3]![row]!,
      result: batch.result[row]!,
    },
    pageBytes,
  );
  return outcome === "moved" || outcome === "relocated";
}

function isFailure(batch: EventBatch, row: number, pageBytes: number): boolean {
  if (!isCallCode(batch.kind[row]!)) return false;
  if (errnoAt(batch, row) !== 0) return true;
  if (batch.kind[row] !== memoryCalls.brk) return false;
  if ((batch.flags[row]! & eventFlags.resultUnknown) !== 0) return false;
  const call = { requested: batch.args[0]![row]!, result: batch.result[row]!, before: undefined };
  return classifyBrk(call, pageBytes)?.outcome === "refused";
}
