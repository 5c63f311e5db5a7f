/** Call stacks: each is stored once in a recording, and events name it by number. */

/** A file with code that stacks pass through. */
export interface StackModule {
  /** From 1; 0 in a frame is memory without a file, where a runtime put its code. */
  readonly id: number;
  readonly path: string;
  /** Hexadecimal text; empty where the file has none. */
  readonly buildId: string;
}

export interface StackFrame {
  /** StackModule.id, or 0. */
  readonly module: number;
  /** ELF virtual address in the module (run-time address less load bias); the address itself where module is 0. */
  readonly offset: number;
}

/** Why the stack ends with its outermost frame. Only `start` is a complete stack. */
export type StackEnd =
  /** The program's or thread's first frame. */
  | "start"
  /** Only the caller was wanted, or there was no room for more: a process keeps some 60,000 stacks. */
  | "caller"
  /** No unwind table covers the last frame. */
  | "no-table"
  /** The unwind table could not be used: not understood, or damaged. */
  | "bad-table"
  /** The stack's memory ends, or may not be read. */
  | "no-memory"
  /** Deeper than is kept. */
  | "depth";

export interface CallStack {
  readonly id: number;
  /** The innermost first: the first is the caller of the system call instruction's function. Return addresses, except in frames that a signal interrupted. */
  readonly frames: readonly StackFrame[];
  readonly end: StackEnd;
}
