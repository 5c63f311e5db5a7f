/** Recordings compared across formats. */
import type { EventLine } from "./maptrail.ts";

/** An event without what another recording of the same calls may number otherwise. */
export type ComparableCall = Omit<EventLine, "seq"> & Readonly<Record<string, unknown>>;

/**
 * The calls of each process in their order, the processes by pid and then in the order in which they
 * first call. Between processes nothing tells an order but the clock.
 */
export function callsByProcess(events: readonly EventLine[]): ComparableCall[][] {
  const processes = new Map<number, ComparableCall[]>();
  for (const event of events) {
    if (event.call === null) continue;
    const { seq: _, atNanos: __, process, ...rest } = event as EventLine & { atNanos: number };
    const calls = processes.get(process) ?? [];
    processes.set(process, calls);
    calls.push({ ...rest, process: 0 });
  }
  return [...processes.values()].sort((a, b) => (a[0]?.pid ?? 0) - (b[0]?.pid ?? 0));
}
