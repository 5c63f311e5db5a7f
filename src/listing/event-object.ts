/** An event as an object, as the library gives it and `events --json` prints it. */

import { formatHex } from "../base/units.ts";
import type { EventBatch } from "../events/batch.ts";
import type { CallName } from "../events/kinds.ts";
import type { CallSites } from "../sites/call-sites.ts";
import { type FrameJson, frameJson } from "../sites/code-frame.ts";
import type { EventContext } from "../store/event-context.ts";
import { eventFields, type FieldSink, type WantedSites } from "./event-fields.ts";
import type { ObservationDetail } from "./observation.ts";

/** A line of `events --json`. Addresses, arguments and results are hexadecimal text. */
export interface RecordedEvent extends ObservationDetail {
  readonly seq: number;
  readonly process: number;
  readonly pid: number;
  readonly tid: number;
  /** Since the start of the recording. */
  readonly atNanos: number;
  /** null when the call never came back, and for observations. */
  readonly durationNanos: number | null;
  /** null for an observation, whose name is in `observation`. */
  readonly call: string | null;
  readonly args: readonly string[];
  readonly result: string | null;
  readonly errno: string | null;
  readonly observation?: string;
  readonly addr?: string;
  /** In bytes, whole pages. */
  readonly length?: number;
  readonly newAddr?: string;
  readonly newLength?: number;
  readonly prot?: string;
  readonly flags?: string;
  readonly advice?: string;
  readonly path?: string;
  /** The place in the program that made the call; null when it is not known. */
  readonly site?: string | null;
  /** Where it was asked for. */
  readonly stack?: EventStack;
}

export interface EventStack {
  /** Why the outermost frame is the last; null where only a return address is known. */
  readonly end: string | null;
  /** The innermost first. */
  readonly frames: readonly FrameJson[];
}

/** Makes events of one recording into objects. Events with the same stack share its object. */
export function eventObjects(
  context: EventContext,
  wanted?: WantedSites,
): (batch: EventBatch, row: number) => RecordedEvent {
  const sink = new ObjectSink();
  return (batch, row) => {
    eventFields(sink, batch, row, context, wanted);
    return sink.take();
  };
}

export function stackObject(sites: CallSites, number: number): EventStack {
  const { frames, end } = sites.stack(number);
  return { end: end ?? null, frames: frames.map(frameJson) };
}

class ObjectSink implements FieldSink {
  #fields: Record<string, unknown> = {};
  readonly #stacks = new Map<number, EventStack>();

  take(): RecordedEvent {
    // eventFields gives every field that the type has.
    return this.#fields as unknown as RecordedEvent;
  }

  head(seq: number, process: number, pid: number, tid: number, atNanos: number): void {
    this.#fields = { seq, process, pid, tid, atNanos };
  }

  call(
    call: CallName,
    durationNanos: number | null,
    args: readonly (number | bigint)[],
    result: number | bigint | undefined,
    errno: string | null,
  ): void {
    const fields = this.#fields;
    fields["durationNanos"] = durationNanos;
    fields["call"] = call;
    fields["args"] = args.map(formatHex);
    fields["result"] = result === undefined ? null : formatHex(result);
    fields["errno"] = errno;
  }

  observation(observation: string, detail: ObservationDetail): void {
    const nothing = { durationNanos: null, call: null, args: [], result: null, errno: null };
    Object.assign(this.#fields, nothing, { observation }, detail);
  }

  number(name: string, value: number): void {
    this.#fields[name] = value;
  }

  hex(name: string, value: number | bigint): void {
    this.#fields[name] = formatHex(value);
  }

  word(name: string, value: string): void {
    this.#fields[name] = value;
  }

  text(name: string, value: string | null): void {
    this.#fields[name] = value;
  }

  stack(name: string, sites: CallSites, number: number): void {
    let stack = this.#stacks.get(number);
    if (stack === undefined) {
      stack = stackObject(sites, number);
      this.#stacks.set(number, stack);
    }
    this.#fields[name] = stack;
  }
}
