/** One event as a screen shows it: its sign, its ranges, its words. */

import type { Growth, GrowthOutcome } from "../../analyses/recorders/growth.ts";
import { plainStyle, type Sign } from "../../base/style.ts";
import type { EventBatch } from "../../events/batch.ts";
import { errnoAt, isCall, isResultKnown, meaningOf } from "../../events/describe.ts";
import { errnoName } from "../../events/errno.ts";
import { kindOf, memoryCalls } from "../../events/kinds.ts";
import { callText, resultText } from "../../listing/call-text.ts";
import { lineFormat } from "../../listing/event-line.ts";
import type { EventContext } from "../../store/event-context.ts";
import type { EventPlace } from "./event-window.ts";

/** [start, end) in bytes of address. */
export interface AddressRange {
  readonly start: number;
  readonly end: number;
}

export interface EventView {
  readonly seq: number;
  readonly atNanos: number;
  readonly process: number;
  readonly pid: number;
  readonly tid: number;
  /** Name of the call or the observation. */
  readonly name: string;
  readonly isCall: boolean;
  readonly sign: Sign | undefined;
  readonly outcome: GrowthOutcome | undefined;
  /** Name of the error, of a call that failed. */
  readonly errno: string | undefined;
  /** -1 when the call never came back, or when it is none. */
  readonly tookNanos: number;
  /** What the call is about: where it was before, and where it is afterwards when that differs. */
  readonly before: AddressRange | undefined;
  readonly after: AddressRange | undefined;
  /** False for a call that changed nothing. */
  readonly worked: boolean;
}

export function viewOf({ batch, row, growth }: EventPlace, context: EventContext): EventView {
  const kind = kindOf(batch.kind[row] ?? 0);
  const process = batch.process[row] ?? 0;
  const error = isCall(kind) ? errnoAt(batch, row) : 0;
  const worked =
    isCall(kind) && isResultKnown(batch, row) && error === 0 && growth?.outcome !== "refused";
  return {
    seq: batch.firstSeq + row,
    atNanos: batch.at[row] ?? 0,
    process,
    pid: context.pidOf(process),
    tid: batch.tid[row] ?? 0,
    name: kind ?? "unknown",
    isCall: isCall(kind),
    sign: signOf(batch, row, growth, error),
    outcome: growth?.outcome,
    errno: error === 0 ? undefined : errnoName(error),
    tookNanos: isCall(kind) ? (batch.duration[row] ?? -1) : -1,
    ...rangesOf(batch, row, growth, context.pageBytes),
    worked,
  };
}

function signOf(
  batch: EventBatch,
  row: number,
  growth: Growth | undefined,
  error: number,
): Sign | undefined {
  if (growth !== undefined) return growth.outcome;
  if (error !== 0) return "refused";
  const kind = batch.kind[row];
  if (kind === memoryCalls.mmap || kind === memoryCalls.shmat) return "born";
  return kind === memoryCalls.munmap || kind === memoryCalls.shmdt ? "gone" : undefined;
}

function rangesOf(
  batch: EventBatch,
  row: number,
  growth: Growth | undefined,
  pageBytes: number,
): { before: AddressRange | undefined; after: AddressRange | undefined } {
  const meaning = meaningOf(batch, row, pageBytes);
  const { addr, length = 0, newAddr, newLength } = meaning ?? {};
  if (addr === undefined) return { before: undefined, after: undefined };
  if (batch.kind[row] === memoryCalls.brk) return heapRanges(addr, growth);
  const before = { start: addr, end: addr + length };
  if (newLength === undefined) return { before, after: undefined };
  const start = newAddr ?? addr;
  return { before, after: { start, end: start + newLength } };
}

/** What the break passed over; `end` is where it is afterwards. */
function heapRanges(end: number, growth: Growth | undefined) {
  const bytes = growth?.bytes ?? 0;
  if (growth?.outcome === "shrunk") {
    return { before: { start: end, end: end + bytes }, after: undefined };
  }
  const start = growth?.outcome === "inPlace" ? end - bytes : end;
  return { before: { start, end }, after: undefined };
}

/** The call with its arguments and its result in words, or what was seen. No colour. */
export function wordsOf({ batch, row, growth }: EventPlace, context: EventContext): string {
  const options = { exact: false };
  if (isCall(kindOf(batch.kind[row] ?? 0))) {
    const call = callText(batch, row, context, plainStyle, options);
    return `${call} = ${resultText(batch, row, plainStyle, options)}`;
  }
  const line = lineFormat(context, plainStyle, options)(batch, row, growth);
  return line.slice(line.search(/---|\+\+\+|!!!/));
}
