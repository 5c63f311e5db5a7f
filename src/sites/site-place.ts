/** Chooses the frame of a stack that is its site: the place responsible for the call. */

import { UserError } from "../base/errors.ts";
import type { CallStack, StackEnd } from "../events/stack.ts";
import type { RecordingReader } from "../store/reader.ts";

/**
 * The index of the first frame that is not folded; undefined where there is no frame. When all are
 * folded: the last one seen, or the innermost when nothing is missing. `folded` has a flag for each frame.
 */
export function siteIndex(
  folded: readonly boolean[],
  end: StackEnd | undefined,
): number | undefined {
  if (folded.length === 0) return undefined;
  const first = folded.indexOf(false);
  if (first !== -1) return first;
  return end === "start" ? 0 : folded.length - 1;
}

/** A damaged stack counts as unknown; `verify` and the integrity check report it. */
export function readStack(reader: RecordingReader, id: number): CallStack | undefined {
  try {
    return reader.stack(id);
  } catch (error) {
    if (error instanceof UserError) return { id, frames: [], end: "bad-table" };
    throw error;
  }
}
