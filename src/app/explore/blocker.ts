/** The blocker above a mapping that could not grow in place, in the words of the analyses. */

import {
  type BlockerKind,
  blockerKindOf,
  isNamedByFile,
} from "../../analyses/recorders/blocker-kind.ts";
import { type Obstacle, roomAbove } from "../../analyses/recorders/room-above.ts";
import { birthTraits } from "../../analyses/recorders/track.ts";
import type { EventBatch } from "../../events/batch.ts";
import { memoryCalls } from "../../events/kinds.ts";
import { readStack, siteIndex } from "../../sites/site-place.ts";
import { accessMask } from "../../space/regions/modes.ts";
import { nameOf as backingName, type Region } from "../../space/snapshot.ts";
import type { AddressSpace } from "../../space/space.ts";
import type { RecordingReader } from "../../store/reader.ts";
import { isQuietModule } from "../../symbols/quiet-modules.ts";
import type { Tape } from "./tape.ts";

export interface Blocker {
  /** Undefined for memory of maptrail in the recorded program. */
  readonly mapping: number | undefined;
  /** Free bytes between the two. */
  readonly gapBytes: number;
  readonly neededBytes: number;
  /** Looked up when it is first asked for: the blocker's birth is read from the log. */
  readonly kind: BlockerKind;
  /** The file's path, or the kind of memory without a file. */
  readonly what: string;
}

/** A mapping, and the event that gave birth to it; 0 where it was found. */
interface Who {
  readonly mapping: number;
  readonly born: number;
}

/** The blockers of one mapping's growths. */
export class Blockers {
  readonly #growing: Who;
  readonly #reader: RecordingReader;
  /** By the blocking mapping. */
  readonly #births = new Map<number, Birth>();

  constructor(tape: Tape, growing: Who) {
    this.#growing = growing;
    this.#reader = tape.reader;
  }

  /** What stands in the `neededBytes` above `end`, before the growth is applied; undefined for nothing. */
  above(space: AddressSpace, end: number, neededBytes: number): Blocker | undefined {
    const { gapBytes, obstacle } = roomAbove(space, end, neededBytes);
    if (obstacle === undefined) return undefined;
    const room = { gapBytes, neededBytes };
    if (obstacle.row < 0) {
      return { ...room, mapping: undefined, kind: "recorder", what: "maptrail" };
    }
    const region = space.regionAt(obstacle.start)!;
    const path = backingName(space, region).path;
    const kindOf = (): BlockerKind => this.#kindOf(region, obstacle, path);
    let known: BlockerKind | undefined;
    return {
      ...room,
      mapping: region.mapping,
      get kind() {
        known ??= kindOf();
        return known;
      },
      get what() {
        return isNamedByFile(this.kind) && path !== "" ? path : this.kind;
      },
    };
  }

  #kindOf({ mapping, born, mode }: Region, { start, end }: Obstacle, path: string): BlockerKind {
    if (mapping === this.#growing.mapping) return "rest of the same mapping";
    const birth = this.#birthOf({ mapping, born });
    const isOfSameSite = birth.site !== "" && birth.site === this.#birthOf(this.#growing).site;
    return blockerKindOf(mode, birth.traits, path, start, end, isOfSameSite);
  }

  #birthOf({ mapping, born }: Who): Birth {
    let birth = this.#births.get(mapping);
    if (birth === undefined) {
      birth = readBirth(this.#reader, born);
      this.#births.set(mapping, birth);
    }
    return birth;
  }
}

interface Birth {
  /** Bits of the analyses' traits. */
  readonly traits: number;
  /** Equal for calls that one place made; empty where it is not known. */
  readonly site: string;
}

function readBirth(reader: RecordingReader, seq: number): Birth {
  // No decoded chunk is kept: there may be many lives, and a birth is read once.
  for (const batch of reader.chunks({ fromSeq: seq, toSeq: seq })) {
    const site = siteNameOf(reader, batch);
    if (batch.kind[0] !== memoryCalls.mmap) return { traits: 0, site };
    const [protection, flags] = [batch.args[2]![0]!, batch.args[3]![0]!];
    return { traits: birthTraits(flags, protection & accessMask), site };
  }
  return { traits: 0, site: "" };
}

/** The site that the analyses name, by its address; of the batch's one row. */
function siteNameOf(reader: RecordingReader, batch: EventBatch): string {
  const id = batch.stack[0]!;
  const stack = id === 0 ? undefined : readStack(reader, id);
  if (stack === undefined) return String(batch.returnAddress[0] || "");
  const folded = stack.frames.map(({ module }) => isQuietModule(reader.module(module)?.path ?? ""));
  const frame = stack.frames[siteIndex(folded, stack.end) ?? -1];
  return frame === undefined ? "" : `${frame.module} ${frame.offset}`;
}
