/** Who asked for an event: its call's stack in names, a line a frame. */

import { plainStyle } from "../../base/style.ts";
import { stackLines } from "../stack-lines.ts";
import type { EventPlace } from "./event-window.ts";
import type { Tape } from "./tape.ts";

/**
 * Yields once before names are looked up, which takes a moment the first time. A recording with
 * callers alone gives one line.
 */
export function* askerOf(
  tape: Tape,
  { batch, row }: EventPlace,
): Generator<void, readonly string[]> {
  yield;
  const { sites } = tape;
  const number = sites.stackNumberOf(batch, row);
  if (number === 0) return ["nothing is known of who asked for it"];
  const lines = stackLines(sites.stack(number), "", plainStyle).split("\n");
  return lines.filter((line) => line !== "");
}
