/** For each growth that moved or was refused: the region that lay above, and who mapped it. */

import type { EventBatch } from "../../events/batch.ts";
import { memoryCalls } from "../../events/kinds.ts";
import { fileOf } from "../../space/regions/modes.ts";
import type { AddressSpace } from "../../space/space.ts";
import type { FileTable } from "../../space/state/files.ts";
import { grown } from "../tally/columns.ts";
import { blockerCode, blockerKindOf } from "./blocker-kind.ts";
import { growthOutcomes, lackedRoom } from "./growth.ts";
import { GrowthRecorder } from "./growth-recorder.ts";
import type { PassContext, Recorder } from "./recorder.ts";
import { roomAbove } from "./room-above.ts";
import type { CurrentEvent, MappingTrack } from "./track.ts";

export class BlockerLog implements Recorder {
  readonly calls = [memoryCalls.mremap, memoryCalls.brk];
  length = 0;
  /** Row in the GrowthLog. */
  growthRow = new Uint32Array(64);
  kind = new Uint8Array(64);
  /** Id of the blocking mapping; 0 is none. */
  mapping = new Uint32Array(64);
  start = new Float64Array(64);
  end = new Float64Array(64);
  gapBytes = new Float64Array(64);
  needBytes = new Float64Array(64);
  /** Id in the FileTable; 0 if no file backs it. */
  file = new Uint32Array(64);
  ageNanos = new Float64Array(64);
  readonly #files: FileTable;
  readonly #event: CurrentEvent;
  readonly #growth: GrowthRecorder;

  constructor(context: PassContext) {
    this.#files = context.files;
    this.#event = context.event;
    this.#growth = context.recorderOf(GrowthRecorder);
  }

  /** Examines the room above the mapping if the growth moved or was refused for lack of room. */
  before(
    space: AddressSpace | undefined,
    track: MappingTrack | undefined,
    batch: EventBatch,
    row: number,
  ): void {
    const { log, lineageMapping, row: at } = this.#growth;
    if (at < 0 || space === undefined || track === undefined) return;
    const isBrk = log.isBrk[at] === 1;
    if (!lackedRoom(growthOutcomes[log.outcome[at]!]!, isBrk, batch.result[row]!)) return;
    const needBytes = log.bytesOf(at);
    if (needBytes === 0) return;
    const end = isBrk ? space.brk : batch.args[0]![row]! + log.oldBytes[at]!;
    this.#note(space, track, at, lineageMapping[log.lineage[at]!]!, end, needBytes);
  }

  /** `end` is the end of the mapping that was to grow by `needBytes`; `growing` is its id. */
  #note(
    space: AddressSpace,
    track: MappingTrack,
    growthRow: number,
    growing: number,
    end: number,
    needBytes: number,
  ): void {
    const at = this.length;
    if (at === this.kind.length) this.#grow(at * 2);
    this.length += 1;
    this.growthRow[at] = growthRow;
    this.needBytes[at] = needBytes;
    const { gapBytes, obstacle } = roomAbove(space, end, needBytes);
    this.gapBytes[at] = gapBytes;
    if (obstacle === undefined) return;
    const { row } = obstacle;
    this.start[at] = obstacle.start;
    this.end[at] = obstacle.end;
    if (row < 0) {
      this.kind[at] = blockerCode("recorder");
      return;
    }
    const { columns } = space.map;
    const mapping = columns.mapping[row]!;
    const mode = columns.mode[row]!;
    const file = fileOf(mode, columns.backing[row]!);
    this.mapping[at] = mapping;
    this.file[at] = file;
    this.ageNanos[at] = this.#event.atNanos - track.bornAt(mapping);
    if (mapping === growing) {
      this.kind[at] = blockerCode("rest of the same mapping");
      return;
    }
    const site = track.bornSite(mapping);
    const kind = blockerKindOf(
      mode,
      track.traits(mapping),
      this.#files.get(file)?.path ?? "",
      obstacle.start,
      obstacle.end,
      site !== 0 && site === track.bornSite(growing),
    );
    this.kind[at] = blockerCode(kind);
  }

  #grow(capacity: number): void {
    this.growthRow = grown(this.growthRow, capacity);
    this.kind = grown(this.kind, capacity);
    this.mapping = grown(this.mapping, capacity);
    this.start = grown(this.start, capacity);
    this.end = grown(this.end, capacity);
    this.gapBytes = grown(this.gapBytes, capacity);
    this.needBytes = grown(this.needBytes, capacity);
    this.file = grown(this.file, capacity);
    this.ageNanos = grown(this.ageNanos, capacity);
  }
}
