/** Decides when to stop waiting for a call that delays all later ones. */
import { readFileSync } from "node:fs";
import type { ProcessSource } from "./process-source.ts";

/** A mapping call rarely takes this long; when one does, /proc shows whether it still runs. */
const patienceMillis = 200;

/** Whether a thread is inside a system call now; undefined when that cannot be known. */
function isInCall(pid: number, tid: number): boolean | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/task/${tid}/syscall`, "latin1");
    // "running", or the call's number and arguments; -1 is a thread stopped outside of a call
    return !text.startsWith("running") && !text.startsWith("-1");
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT" ? false : undefined;
  }
}

export class Stuck {
  /** Each source's blocking slot, and when it was first seen. */
  readonly #since = new WeakMap<ProcessSource, { slot: number; at: number }>();

  /** Gives up a record whose thread has left the call (a jump out of a signal handler) or is gone. */
  look(source: ProcessSource): void {
    const { blocked } = source.reader;
    if (blocked === undefined || (blocked.why !== "begun" && blocked.why !== "empty")) {
      this.#since.delete(source);
      return;
    }
    const now = performance.now();
    const seen = this.#since.get(source);
    if (seen === undefined || seen.slot !== blocked.slot) {
      this.#since.set(source, { slot: blocked.slot, at: now });
      return;
    }
    if (now - seen.at < patienceMillis) return;
    if (blocked.tid !== 0 && isInCall(source.file.header.pid, blocked.tid) === true) {
      seen.at = now;
      return;
    }
    source.reader.giveUp(blocked.slot);
    this.#since.delete(source);
  }
}
