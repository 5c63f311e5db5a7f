/** Each process's space over its calls, and what it was made of at its peak. */
import type { AddressSpace } from "../../space/space.ts";
import { Peak } from "./peaks.ts";
import type { PassContext, Recorder } from "./recorder.ts";
import { SpaceSeries } from "./space-series.ts";
import type { CurrentEvent, MappingTrack } from "./track.ts";

export interface ProcessHistory {
  readonly track: MappingTrack;
  readonly series: SpaceSeries;
  readonly mapped: Peak;
  /** Regions, none merged. */
  readonly regions: Peak;
}

export class SpaceHistory implements Recorder {
  readonly #event: CurrentEvent;
  /** By process. */
  readonly #histories: (ProcessHistory | undefined)[] = [];

  constructor({ event }: PassContext) {
    this.#event = event;
  }

  /** By number, the processes whose space was ever known. */
  histories(): ProcessHistory[] {
    return this.#histories.filter(
      (one): one is ProcessHistory => one !== undefined && one.series.count > 0,
    );
  }

  began(track: MappingTrack, space: AddressSpace): void {
    const history = {
      track,
      series: new SpaceSeries(),
      mapped: new Peak(),
      regions: new Peak(),
    };
    this.#histories[track.process] ??= history;
    this.after(space, track);
  }

  after(space: AddressSpace, track: MappingTrack): void {
    const { seq, atNanos } = this.#event;
    const { series, mapped, regions } = this.#histories[track.process]!;
    const { mappedBytes } = space.totals;
    const { size } = space.map;
    if (mappedBytes > mapped.value) mapped.raise(mappedBytes, space, track, seq, atNanos);
    if (size > regions.value) regions.raise(size, space, track, seq, atNanos);
    series.step(space, seq, atNanos);
  }

  ended({ process }: MappingTrack, space: AddressSpace): void {
    this.#histories[process]?.series.finish(space);
  }
}
