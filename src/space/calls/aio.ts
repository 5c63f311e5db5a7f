/** io_setup(2) and io_destroy(2): the ring of completions, mapped as `/[aio]`. */
import type { EventBatch } from "../../events/batch.ts";
import { kindOfMode, kinds } from "../regions/modes.ts";
import { unmap } from "../state/edits.ts";
import type { SpaceState } from "../state/state.ts";

/** The ring's address is written to the program's memory, which the event does not hold. */
export function applyIoSetup(space: SpaceState, batch: EventBatch, i: number): void {
  if (batch.result[i]! !== 0) return;
  space.unplacedRings += 1;
  space.report("unknown", "io_setup", "the address of the ring is not known", 0, 0);
}

/** The context is the ring's address. */
export function applyIoDestroy(space: SpaceState, batch: EventBatch, i: number): void {
  if (batch.result[i]! !== 0) return;
  const address = batch.args[0]![i]!;
  const { map } = space;
  const row = map.find(address);
  const isRing =
    row >= 0 && map.start === address && kindOfMode(map.columns.mode[row]!) === kinds.aio;
  if (isRing) unmap(space, address, map.columns.end[row]!, "unmapped");
  else if (space.unplacedRings > 0) space.unplacedRings -= 1;
  else space.report("contradiction", "io_destroy", "no ring is mapped there", address, address);
}
