/** What claims are tried with in tests: an arena of the test's own process, and children that only say something. */
import { Arena } from "../../src/lab/arena.ts";
import type { ChildEnd } from "../../src/lab/child-process.ts";
import type { LabTools } from "../../src/lab/claim.ts";

export const segfault: ChildEnd = { signal: "SIGSEGV", lines: [], said: "" };

export function toolsWith(arena: Arena, rest: Partial<LabTools> = {}): LabTools {
  return {
    arena,
    runChild: async () => segfault,
    recordChild: async () => ({ remaps: [], account: "[]" }),
    curveUpToBytes: 16384,
    progress: () => undefined,
    ...rest,
  };
}

/** A kernel whose mremap always answers `answer`, and does nothing. */
export class LyingArena extends Arena {
  readonly #answer: (at: number, to: number) => number;

  constructor(pageCount: number, answer: (at: number, to: number) => number) {
    super(pageCount);
    this.#answer = answer;
  }

  override remap(at: number, _old: number, _new: number, _flags: number, to = 0): number {
    return this.#answer(at, to);
  }
}
