/** Who asked for an event: its call's stack in names, a line a frame. */

import { plainStyle } from "../../base/style.ts";
import { stackLines } from "../../listing/stack-lines.ts";
import type { CallSites } from "../../sites/call-sites.ts";
import type { EventPlace } from "./event-window.ts";

/**
 * Yields once before names are looked up, which takes a moment the first time. A recording with
 * callers alone gives one line.
 */
export function* askerOf(
  sites: CallSites,
  { batch, row }: EventPlace,
): Generator<void, readonly string[]> {
  yield;
  const number = sites.stackNumberOf(batch, row);
  if (number === 0) return ["nothing is known of who asked for it"];
  const lines = stackLines(sites.stack(number), "", plainStyle).split("\n");
  return lines.filter((line) => line !== "");
}
