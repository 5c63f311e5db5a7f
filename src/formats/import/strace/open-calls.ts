/** Calls that have not returned yet, and lines whose thread is not known yet. */

import type { LogPoint, Thread } from "../history.ts";
import type { LogLine } from "../lines.ts";
import type { CallShape } from "./call-table.ts";

export interface OpenCall {
  readonly shape: CallShape;
  /** What stood behind its opening bracket, as Latin-1. */
  readonly text: string;
  readonly at: LogPoint;
  /** The thread that made it; an exec goes on in the first one. */
  readonly tid: number;
  /** A fork's child, when it was seen before the call came back. */
  child?: Thread;
}

/** At most one for each thread. */
export class OpenCalls {
  readonly #calls = new Map<number, OpenCall>();
  #forks = 0;

  begin(tid: number, call: OpenCall): void {
    this.#calls.set(tid, call);
    if (call.shape.role === "fork") this.#forks += 1;
  }

  get(tid: number): OpenCall | undefined {
    return this.#calls.get(tid);
  }

  take(tid: number): OpenCall | undefined {
    const call = this.#calls.get(tid);
    if (call === undefined) return undefined;
    this.#calls.delete(tid);
    if (call.shape.role === "fork") this.#forks -= 1;
    return call;
  }

  /** The thread goes on under another number. */
  move(from: number, to: number): void {
    const call = this.#calls.get(from);
    if (call === undefined) return;
    this.#calls.delete(from);
    this.#calls.set(to, call);
  }

  /** The calls that are making a thread or a process, by the thread that made them. */
  forks(): [tid: number, call: OpenCall][] {
    if (this.#forks === 0) return [];
    return [...this.#calls].filter(([, { shape }]) => shape.role === "fork");
  }

  threads(): number[] {
    return [...this.#calls.keys()];
  }
}

/** A line of a thread whose parent is not known yet: it waits for the call that made the thread. */
export interface DeferredLine {
  readonly line: LogLine;
  /** Where the call begins in it. */
  readonly at: number;
  readonly point: LogPoint;
}

const mostDeferred = 100_000;

export class DeferredLines {
  readonly #lines = new Map<number, DeferredLine[]>();
  #count = 0;

  has(tid: number): boolean {
    return this.#lines.has(tid);
  }

  /** Bound on memory: further lines are read without waiting. */
  get isFull(): boolean {
    return this.#count > mostDeferred;
  }

  add(tid: number, line: DeferredLine): void {
    const list = this.#lines.get(tid);
    if (list === undefined) this.#lines.set(tid, [line]);
    else list.push(line);
    this.#count += 1;
  }

  take(tid: number): readonly DeferredLine[] | undefined {
    const list = this.#lines.get(tid);
    if (list === undefined) return undefined;
    this.#lines.delete(tid);
    this.#count -= list.length;
    return list;
  }

  threads(): number[] {
    return [...this.#lines.keys()];
  }
}
