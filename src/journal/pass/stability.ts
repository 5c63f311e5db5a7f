/** Whether a maps text shows one state: no memory call ran while it was read. */
import type { Text } from "../contents/texts.ts";

export interface StabilityState {
  readonly lastSlot: number;
  readonly maxTid: number;
  readonly maxEnd: number;
  readonly otherEnd: number;
  readonly unknown: readonly number[];
}

/**
 * Follows the memory calls in begin order. A call of another thread whose end stamp equals the cursor
 * at the start of the reading may have ended just before or just after it, so it counts as running.
 */
export class Stability {
  #lastSlot: number;
  /** The thread with the greatest end stamp, that stamp, and the greatest one of all other threads. */
  #maxTid: number;
  #maxEnd: number;
  #otherEnd: number;
  /** Threads whose last call never came back. */
  readonly #unknown: Set<number>;

  constructor(state?: StabilityState) {
    this.#lastSlot = state?.lastSlot ?? -1;
    this.#maxTid = state?.maxTid ?? 0;
    this.#maxEnd = state?.maxEnd ?? 0;
    this.#otherEnd = state?.otherEnd ?? 0;
    this.#unknown = new Set(state?.unknown);
  }

  state(): StabilityState {
    return {
      lastSlot: this.#lastSlot,
      maxTid: this.#maxTid,
      maxEnd: this.#maxEnd,
      otherEnd: this.#otherEnd,
      unknown: [...this.#unknown],
    };
  }

  note(slot: number, end: number, tid: number): void {
    this.#lastSlot = slot;
    if (this.#unknown.size > 0) this.#unknown.delete(tid);
    if (tid === this.#maxTid) {
      if (end > this.#maxEnd) this.#maxEnd = end;
    } else if (end > this.#maxEnd) {
      this.#otherEnd = this.#maxEnd;
      this.#maxTid = tid;
      this.#maxEnd = end;
    } else if (end > this.#otherEnd) {
      this.#otherEnd = end;
    }
  }

  noteUnknown(slot: number, tid: number): void {
    this.#lastSlot = slot;
    this.#unknown.add(tid);
  }

  /** Valid once every slot up to the text's last piece was noted. */
  isStable(text: Text): boolean {
    if (this.#lastSlot >= text.from) return false;
    for (const tid of this.#unknown) if (tid !== text.tid) return false;
    return (text.tid === this.#maxTid ? this.#otherEnd : this.#maxEnd) < text.from;
  }
}
