/** The times of strace's lines, made into nanoseconds since the first. */

import type { ClockKind, LineHead } from "./head.ts";

const secondsOfDay = 86_400;

export class LogClock {
  kind: ClockKind = "none";
  /** Of the first line, where it has a date: CLOCK_REALTIME. */
  startedAtUnixNanos: bigint | undefined;
  #first = 0;
  #firstNanos = 0;
  #days = 0;
  #last = 0;
  #now = 0;

  /** Nanoseconds since the first line; without times always 0. */
  nanosOf(head: LineHead): number {
    if (head.clock === "none") return this.#now;
    if (head.clock === "relative") {
      if (this.kind === "none") this.kind = "relative";
      else this.#now += head.seconds * 1e9 + head.nanos;
      return this.#now;
    }
    if (this.kind === "none") this.#begin(head);
    let { seconds } = head;
    if (head.clock === "day") {
      // A clock that goes back by half a day has passed midnight.
      if (seconds + secondsOfDay / 2 < this.#last) this.#days += 1;
      this.#last = seconds;
      seconds += this.#days * secondsOfDay;
    }
    this.#now = (seconds - this.#first) * 1e9 + head.nanos - this.#firstNanos;
    return this.#now;
  }

  #begin(head: LineHead): void {
    this.kind = head.clock;
    this.#first = head.seconds;
    this.#firstNanos = head.nanos;
    this.#last = head.seconds;
    if (head.clock !== "epoch") return;
    this.startedAtUnixNanos = BigInt(head.seconds) * 1_000_000_000n + BigInt(head.nanos);
  }
}
