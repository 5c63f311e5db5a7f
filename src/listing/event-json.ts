/** `events --json`: one object a line. No object is made for it: ten million lines go through here. */

import { formatHex } from "../base/units.ts";
import type { EventBatch } from "../events/batch.ts";
import type { CallName } from "../events/kinds.ts";
import type { CallSites } from "../sites/call-sites.ts";
import type { EventContext } from "../store/event-context.ts";
import { eventFields, type FieldSink, type WantedSites } from "./event-fields.ts";
import { stackObject } from "./event-object.ts";
import type { ObservationDetail } from "./observation.ts";

/** Returns the JSON of the object that eventObjects makes of the event, without a newline. */
export function eventTexts(
  context: EventContext,
  wanted?: WantedSites,
): (batch: EventBatch, row: number) => string {
  const sink = new TextSink();
  return (batch, row) => {
    eventFields(sink, batch, row, context, wanted);
    return sink.take();
  };
}

class TextSink implements FieldSink {
  #text = "";
  /** Many events share names and stacks; each is serialised once. */
  readonly #quoted = new Map<string, string>();
  readonly #stacks = new Map<number, string>();

  take(): string {
    return `${this.#text}}`;
  }

  head(seq: number, process: number, pid: number, tid: number, atNanos: number): void {
    this.#text = `{"seq":${seq},"process":${process},"pid":${pid},"tid":${tid},"atNanos":${atNanos}`;
  }

  call(
    name: CallName,
    durationNanos: number | null,
    args: readonly (number | bigint)[],
    result: number | bigint | undefined,
    errno: string | null,
  ): void {
    let list = "";
    for (const value of args) {
      list += list === "" ? `"${formatHex(value)}"` : `,"${formatHex(value)}"`;
    }
    const end = result === undefined ? "null" : `"${formatHex(result)}"`;
    const error = errno === null ? "null" : `"${errno}"`;
    this.#text +=
      `,"durationNanos":${durationNanos},"call":"${name}"` +
      `,"args":[${list}],"result":${end},"errno":${error}`;
  }

  observation(name: string, detail: ObservationDetail): void {
    const fields = JSON.stringify(detail).slice(1, -1);
    this.#text +=
      `,"durationNanos":null,"call":null,"args":[],"result":null,"errno":null` +
      `,"observation":${JSON.stringify(name)}${fields === "" ? "" : ","}${fields}`;
  }

  number(name: string, value: number): void {
    this.#text += `,"${name}":${value}`;
  }

  hex(name: string, value: number | bigint): void {
    this.#text += `,"${name}":"${formatHex(value)}"`;
  }

  word(name: string, value: string): void {
    this.#text += `,"${name}":"${value}"`;
  }

  text(name: string, value: string | null): void {
    this.#text += `,"${name}":${value === null ? "null" : this.#quote(value)}`;
  }

  stack(name: string, sites: CallSites, number: number): void {
    let text = this.#stacks.get(number);
    if (text === undefined) {
      text = JSON.stringify(stackObject(sites, number));
      this.#stacks.set(number, text);
    }
    this.#text += `,"${name}":${text}`;
  }

  #quote(value: string): string {
    let quoted = this.#quoted.get(value);
    if (quoted === undefined) {
      quoted = JSON.stringify(value);
      this.#quoted.set(value, quoted);
    }
    return quoted;
  }
}
