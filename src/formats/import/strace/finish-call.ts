/** A whole call of a log, parsed and brought to effect. */

import type { EventOut } from "../event-out.ts";
import type { History, LogPoint, Thread } from "../history.ts";
import { latin1 } from "../lines.ts";
import type { CallShape } from "./call-table.ts";
import { CallEffects } from "./effects.ts";
import type { OpenCall } from "./open-calls.ts";
import { CallParser } from "./parse-call.ts";

export class CallFinisher {
  readonly #parser = new CallParser();
  readonly #effects: CallEffects;
  readonly #history: History;
  readonly #byTime: boolean;

  /** @param byTime stamps are times, and calls come in the order of their begins */
  constructor(out: EventOut, history: History, byTime: boolean) {
    this.#effects = new CallEffects(out, history, this.#parser);
    this.#history = history;
    this.#byTime = byTime;
  }

  /**
   * `bytes` from `from` is what stands behind the call's opening bracket.
   *
   * @returns the thread that the call made, 0 for none, or why it cannot be read
   */
  finish(
    thread: Thread,
    shape: CallShape,
    bytes: Uint8Array,
    from: number,
    end: number,
    { at, child, tid }: Pick<OpenCall, "at" | "child" | "tid">,
    now: LogPoint,
  ): number | string {
    const parser = this.#parser;
    const as = parser.parse(shape, bytes, from, end);
    if (as === "unreadable") return parser.reason;
    if (as !== "call") return 0;
    const { row } = parser;
    row.tid = tid;
    row.at = at.atNanos;
    row.begin = at.stamp;
    row.end = this.#byTime ? at.stamp + Math.max(0, row.duration) : now.stamp;
    if (this.#byTime) this.#history.advance(row.begin);
    const effects = this.#effects;
    if (shape.role === "memory") {
      effects.memory(thread, row);
      return 0;
    }
    const text = latin1(bytes, from, parser.argsEnd);
    if (shape.role === "files") effects.files(thread, row, shape, text);
    else if (shape.role === "exit") effects.exit(thread, row, text);
    else if (shape.role === "exec") effects.exec(thread, row, text, now);
    else {
      const made = Math.max(0, row.result);
      effects.fork(thread, row, shape, text, child, now);
      return made;
    }
    return 0;
  }
}
