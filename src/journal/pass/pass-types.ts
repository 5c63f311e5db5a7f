/** What a pass over the slots is given, and what it says when it cannot go on. */
import type { Clock } from "../contents/clock.ts";
import type { FileTable } from "../contents/files.ts";
import type { StackId, StackState } from "../contents/stacks.ts";
import type { CallRanges } from "./ranges.ts";
import type { Stability } from "./stability.ts";

/** The slot that holds all others up. */
export interface Blocked {
  readonly slot: number;
  /**
   * begun: the call runs. empty: reserved, not filled. path: the call's path is not written yet.
   * clock: there is no clock pair to make time from.
   */
  readonly why: "begun" | "empty" | "path" | "clock";
  /** 0 when not known. */
  readonly tid: number;
}

export interface PassParts {
  readonly process: number;
  readonly clock: Clock;
  readonly files: FileTable;
  readonly ranges: CallRanges;
  readonly stability: Stability;
  readonly stackId: StackId;
  readonly stacks: StackState | undefined;
}
