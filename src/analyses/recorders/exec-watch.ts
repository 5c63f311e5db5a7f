/** Records memory that became writable and executable, at once or in turn. */
import type { EventBatch } from "../../events/batch.ts";
import { memoryCalls } from "../../events/kinds.ts";
import { fileOf, modes } from "../../space/regions/modes.ts";
import type { AddressSpace } from "../../space/space.ts";
import type { PassContext, Recorder } from "./recorder.ts";
import { type CurrentEvent, type MappingTrack, traits } from "./track.ts";

/** A mapping that was writable and executable. Event 0 predates the recording. */
export interface ExecNote {
  readonly process: number;
  readonly seq: number;
  readonly mapping: number;
  readonly start: number;
  readonly bytes: number;
  readonly site: number;
  /** Id in the FileTable; 0 if no file backs it. */
  readonly file: number;
  /** inTurn: writable first and executable later, or the other way round. */
  readonly how: "atOnce" | "inTurn";
  /** In turn, but only part of the mapping was made writable, perhaps not the executable part. */
  readonly partly: boolean;
}

const mostNotes = 10_000;
const both = modes.write | modes.exec;

export class ExecWatch implements Recorder {
  readonly calls = [memoryCalls.mmap, memoryCalls.mprotect, memoryCalls.pkey_mprotect];
  readonly notes: ExecNote[] = [];
  /** Notes beyond `mostNotes`, counted only. */
  dropped = 0;
  readonly #event: CurrentEvent;

  constructor({ event }: PassContext) {
    this.#event = event;
  }

  /** Notes what was already writable and executable when the maps were first known. */
  began(track: MappingTrack, space: AddressSpace): void {
    const { map } = space;
    for (let row = map.first(); row >= 0; row = map.next()) {
      if ((map.columns.mode[row]! & both) === both)
        this.#note(track, space, row, "atOnce", 0, false);
    }
  }

  /**
   * Examines the ranges that the call gave write or exec. Of mmap only both matter: what else a new
   * mapping was born with is in its traits.
   */
  after(space: AddressSpace, track: MappingTrack, batch: EventBatch, row: number): void {
    const access = batch.args[2]![row]! & both;
    const isMap = this.#event.kind === memoryCalls.mmap;
    if (access === 0 || (isMap && access !== both)) return;
    if (batch.result[row]! < 0) return;
    const start = isMap ? batch.result[row]! : batch.args[0]![row]!;
    const end = start + Math.max(1, batch.args[1]![row]!);
    const { map } = space;
    for (let at = map.find(start); at >= 0 && map.start < end; at = map.next()) {
      this.#look(track, space, at, access);
    }
  }

  #look(track: MappingTrack, space: AddressSpace, row: number, access: number): void {
    const { columns } = space.map;
    const mapping = columns.mapping[row]!;
    const before = track.traits(mapping);
    const { site, seq } = this.#event;
    const writable = traits.bornWritable | traits.partlyWritable;
    let after = before;
    if (access & modes.write) after |= traits.partlyWritable;
    if (access & modes.exec) after |= traits.executable;
    if (access === both) {
      if ((before & traits.notedInTurn) === 0)
        this.#note(track, space, row, "atOnce", seq, false, site);
      after |= traits.notedInTurn;
    } else {
      const turns =
        access === modes.exec ? (before & writable) !== 0 : (before & traits.executable) !== 0;
      if (turns && (before & traits.notedInTurn) === 0) {
        const partly = access === modes.exec && (before & traits.bornWritable) === 0;
        this.#note(track, space, row, "inTurn", seq, partly, site);
        after |= traits.notedInTurn;
      }
    }
    track.addTraits(mapping, after);
  }

  #note(
    track: MappingTrack,
    space: AddressSpace,
    row: number,
    how: ExecNote["how"],
    seq: number,
    partly: boolean,
    site = 0,
  ): void {
    if (this.notes.length === mostNotes) {
      this.dropped += 1;
      return;
    }
    const { map } = space;
    const { columns } = map;
    this.notes.push({
      process: track.process,
      seq,
      mapping: columns.mapping[row]!,
      start: map.start,
      bytes: columns.end[row]! - map.start,
      site,
      file: fileOf(columns.mode[row]!, columns.backing[row]!),
      how,
      partly,
    });
  }
}
