/** What was seen rather than called: process starts and ends, maps texts, gaps. */

import type { EventBatch } from "../events/batch.ts";
import { argument } from "../events/describe.ts";
import { kindOf, type Moment, momentOf } from "../events/kinds.ts";
import type { ProcessEnd, ProcessStart } from "../events/process.ts";
import type { EventContext } from "../store/event-context.ts";

/** The observation's own fields, ready for JSON. */
export interface ObservationDetail {
  readonly start?: ProcessStart;
  readonly end?: ProcessEnd;
  readonly moment?: Moment;
  /** No call ran while the maps text was read. */
  readonly stable?: boolean;
  readonly lost?: number;
  readonly reason?: string;
}

export function observationDetail(
  batch: EventBatch,
  row: number,
  context: EventContext,
): ObservationDetail {
  const first = argument(batch, row, 0);
  const second = argument(batch, row, 1);
  switch (kindOf(batch.kind[row] ?? 0)) {
    case "processStarted": {
      const start = parse<ProcessStart>(context.textOf(first));
      return start === undefined ? {} : { start };
    }
    case "processEnded": {
      const end = parse<ProcessEnd>(context.textOf(first));
      return end === undefined ? {} : { end };
    }
    case "mapsObserved": {
      const moment = momentOf(second);
      return { ...(moment === undefined ? {} : { moment }), stable: argument(batch, row, 2) === 1 };
    }
    case "callsLost": {
      const reason = context.textOf(second);
      return { lost: first, ...(reason === undefined ? {} : { reason }) };
    }
    default:
      return {};
  }
}

/** The log is our own, but a damaged one must not stop a listing. */
function parse<Value>(text: string | undefined): Value | undefined {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as Value;
  } catch {
    return undefined;
  }
}
