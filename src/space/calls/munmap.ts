/** munmap(2): frees whole pages from an aligned start; holes are no error. */
import type { EventBatch } from "../../events/batch.ts";
import { unmap } from "../state/edits.ts";
import { pageUp } from "../state/pages.ts";
import type { SpaceState } from "../state/state.ts";

export function applyMunmap(space: SpaceState, batch: EventBatch, i: number): void {
  // A failing munmap changes nothing: it checks, and collects all that it needs, before it frees.
  if (batch.result[i]! !== 0) return;
  const start = batch.args[0]![i]!;
  unmap(space, start, start + pageUp(batch.args[1]![i]!, space.features.pageBytes), "unmapped");
}
