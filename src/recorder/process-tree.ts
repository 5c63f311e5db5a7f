/** The process tree: numbers processes, links children to parents, and finds those that left no journal. */
import type { ProcessStart } from "../events/process.ts";
import { cannotBeCovered, whyNotCovered } from "../journal/contents/coverage-text.ts";
import type { ProcessCallItem, TextItem } from "../journal/contents/items.ts";
import type { JournalHeader } from "../journal/wire/header.ts";

/** A program that was started or a child that was forked, which should open a journal of its own. */
export interface Expected {
  /** Set at once for a program that can have no hook: the next journal of its pid is another program's. */
  readonly number?: number;
  readonly pid: number;
  readonly parent: number | undefined;
  readonly how: ProcessStart["how"];
  readonly atNanos: number;
  readonly exe: string;
  readonly argv: readonly string[];
  readonly reason: string;
}

interface Known {
  readonly number: number;
  readonly openTsc: bigint;
  readonly openNanos: number;
}

export class ProcessTree {
  #next = 1;
  /** Processes that left a journal, by pid, in the order in which they began. */
  readonly #known = new Map<number, Known[]>();
  /** Numbers of those whose program an exec has replaced. */
  readonly #replaced = new Set<number>();
  /** Arguments of an exec, by the text's key. */
  readonly #arguments = new Map<string, readonly string[]>();
  #expected: Expected[] = [];

  get count(): number {
    return this.#next - 1;
  }

  /** Continues after the numbers that an earlier recorder assigned. */
  skipTo(next: number, expected: readonly Expected[] = []): void {
    this.#next = Math.max(this.#next, next);
    for (const one of expected) this.#expect(one);
  }

  get next(): number {
    return this.#next;
  }

  newNumber(): number {
    return this.#next++;
  }

  #with(pid: number): readonly Known[] {
    return this.#known.get(pid) ?? [];
  }

  #know(pid: number, known: Known): void {
    this.#known.set(pid, [...this.#with(pid), known]);
  }

  /** A journal was found: its process's number, parent and origin. */
  add(header: JournalHeader, openNanos: number, number = this.newNumber()) {
    const { pid, ppid, parentPid, parentOpenTsc, open } = header;
    const { forked } = header.features;
    const forkedFrom = this.#with(parentPid).find((known) => known.openTsc === parentOpenTsc);
    const before = this.#with(pid).at(-1);
    const parent = forked ? forkedFrom : (before ?? this.#with(ppid).at(-1));
    if (!forked && before !== undefined) this.#replaced.add(before.number);
    this.#know(pid, { number, openTsc: open.tsc, openNanos });
    const how: ProcessStart["how"] = forked ? "fork" : number === 1 ? "launch" : "exec";
    return { number, parent: parent?.number, how };
  }

  /** Whether another program is known to have taken the process's place. */
  isReplaced(number: number): boolean {
    return this.#replaced.has(number);
  }

  addArguments(text: TextItem): void {
    const list = Buffer.from(text.bytes).toString("utf8").split("\0").slice(0, -1);
    this.#arguments.set(text.key, list);
  }

  /** A successful fork, or an exec that did not fail; `ownPid` is the pid of the process that made the call. */
  addCall(call: ProcessCallItem, process: number, ownPid: number, path: string): void {
    const { atNanos } = call;
    if (call.call === "clone" && call.result !== undefined && call.result > 0) {
      const reason =
        "a fork child that was ended before it made a call, or could not open its journal";
      this.#expect({
        pid: call.result,
        parent: process,
        how: "fork",
        atNanos,
        exe: path,
        argv: [],
        reason,
      });
    } else if ((call.call === "execve" || call.call === "execveat") && call.result === undefined) {
      const argv = this.#arguments.get(call.pathKey) ?? [];
      const pid = call.isOwn ? ownPid : call.tid;
      if (pid === ownPid) this.#replaced.add(process); // also by a program that opens no journal
      const reason = call.pathKey === "0" ? sealedReason : whyNotCovered(call.target);
      const expected = {
        pid,
        parent: process,
        how: "exec",
        atNanos,
        exe: path,
        argv,
        reason,
      } as const;
      this.#expect(this.#numbered(expected, call.target));
    }
  }

  /** What the launcher ran. */
  addLaunch(
    pid: number,
    atNanos: number,
    exe: string,
    argv: readonly string[],
    target: number,
  ): void {
    const reason = whyNotCovered(target);
    const expected = { pid, parent: undefined, how: "launch", atNanos, exe, argv, reason } as const;
    this.#expect(this.#numbered(expected, target));
  }

  #numbered(expected: Expected, target: number): Expected {
    return cannotBeCovered(target) ? { ...expected, number: this.newNumber() } : expected;
  }

  /** A journal that was made and never opened: all that is left of a process. */
  addUnopened(pid: number, atNanos: number): void {
    const reason =
      "its journal could not be given room (a limit on file size or address space, a full disk)";
    const waiting = this.missing().findLast((one) => one.pid === pid && one.number === undefined);
    if (waiting !== undefined) this.forget(waiting); // keeps what is known of it, with a new reason
    const parent = this.#with(pid).at(-1)?.number;
    const unknown = { pid, parent, how: "exec", atNanos, exe: "", argv: [] } as const;
    this.#expect({ ...(waiting ?? unknown), reason });
  }

  #expect(expected: Expected): void {
    const { number, pid, atNanos } = expected;
    this.#expected.push(expected);
    // -1 is no journal's stamp: nothing is a fork of it, but its children and its next program follow it
    if (number !== undefined) this.#know(pid, { number, openTsc: -1n, openNanos: atNanos });
  }

  /** Processes that have no journal yet. */
  missing(): readonly Expected[] {
    this.#expected = this.#expected.filter(({ number, pid, atNanos }) => {
      if (number !== undefined) return true;
      // a journal is opened behind the call that leads to it; the clocks of two processes agree within a little
      return !this.#with(pid).some((known) => known.openNanos > atNanos - 1_000_000);
    });
    return this.#expected;
  }

  forget(expected: Expected): void {
    this.#expected = this.#expected.filter((other) => other !== expected);
  }
}

const sealedReason =
  "started under a seccomp filter that the program had installed: the hook keeps out of its way";
