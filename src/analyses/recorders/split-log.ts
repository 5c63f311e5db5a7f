/** Regions that mprotect added by splitting others, by the site of the call. */
import type { EventBatch } from "../../events/batch.ts";
import { memoryCalls } from "../../events/kinds.ts";
import type { AddressSpace } from "../../space/space.ts";
import type { PassContext, Recorder } from "./recorder.ts";
import type { CurrentEvent, MappingTrack } from "./track.ts";

export class SplitLog implements Recorder {
  readonly calls = [memoryCalls.mprotect, memoryCalls.pkey_mprotect];
  readonly bySite = new Map<number, { splits: number; readonly firstSeq: number }>();
  readonly #event: CurrentEvent;
  /** Regions before the current call. */
  #regions = 0;

  constructor({ event }: PassContext) {
    this.#event = event;
  }

  before(space: AddressSpace | undefined): void {
    this.#regions = space?.map.size ?? 0;
  }

  after(space: AddressSpace, _track: MappingTrack, _batch: EventBatch, _row: number): void {
    const splits = space.map.size - this.#regions;
    if (splits <= 0) return;
    const { site, seq } = this.#event;
    const known = this.bySite.get(site);
    if (known === undefined) this.bySite.set(site, { splits, firstSeq: seq });
    else known.splits += splits;
  }
}
