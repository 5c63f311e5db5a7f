/** For each growth that moved or was refused: the region that stood above, and who put it there. */
import type { FileTable } from "../space/files.ts";
import { accessMask, kindOfMode, kinds, modes } from "../space/modes.ts";
import type { AddressSpace } from "../space/space.ts";
import { grown } from "./columns.ts";
import { roomAbove } from "./room-above.ts";
import type { CurrentEvent, MappingTrack } from "./track.ts";
import { traits } from "./track.ts";

/** What a blocker is, as far as its birth, its backing and its protection tell. */
export const blockerKinds = [
  /** Nothing stood in the room that was needed: the kernel had another reason, as a limit. */
  "nothing",
  /** The old range ends inside its own mapping. */
  "rest of the same mapping",
  "thread stack",
  "malloc arena",
  "library",
  "file",
  "buffer of the same site",
  "guard",
  "reservation",
  "heap",
  "main stack",
  /** vdso, vvar and the like. */
  "kernel",
  "shared memory",
  "anonymous",
  /** Memory of maptrail in the recorded program. */
  "recorder",
] as const;

export type BlockerKind = (typeof blockerKinds)[number];

const codes = Object.fromEntries(blockerKinds.map((kind, code) => [kind, code])) as Readonly<
  Record<BlockerKind, number>
>;

/** An untouchable range up to this size is a guard; a longer one is room kept for later. */
const mostGuardBytes = 1024 ** 2;
/** glibc's HEAP_MAX_SIZE on 64-bit (malloc/arena.c): an arena's heap begins at a multiple of it. */
const arenaBytes = 64 * 1024 ** 2;

export class BlockerLog {
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
  backing = new Uint32Array(64);
  ageNanos = new Float64Array(64);
  readonly #files: FileTable;

  constructor(files: FileTable) {
    this.#files = files;
  }

  /**
   * Before the call is applied. `end` is where the mapping ends that was to grow by `needBytes`;
   * `growing` is its id.
   */
  note(
    space: AddressSpace,
    track: MappingTrack,
    event: CurrentEvent,
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
      this.kind[at] = codes["recorder"];
      return;
    }
    const { columns } = space.map;
    const mapping = columns.mapping[row]!;
    const mode = columns.mode[row]!;
    const backing = columns.backing[row]!;
    this.mapping[at] = mapping;
    this.backing[at] = backing;
    this.ageNanos[at] = event.atNanos - track.bornAt(mapping);
    this.kind[at] =
      mapping === growing
        ? codes["rest of the same mapping"]
        : this.#kindOf(track, mapping, mode, backing, obstacle.start, obstacle.end, growing);
  }

  #kindOf(
    track: MappingTrack,
    mapping: number,
    mode: number,
    backing: number,
    start: number,
    end: number,
    growing: number,
  ): number {
    switch (kindOfMode(mode)) {
      case kinds.special:
        return codes["kernel"];
      case kinds.stack:
        return codes["main stack"];
      case kinds.file: {
        const path = this.#files.get(backing)?.path ?? "";
        const isLibrary = /\.so(\.[\d.]+)?$/.test(path) || (mode & modes.exec) !== 0;
        return codes[isLibrary ? "library" : "file"];
      }
      case kinds.anonymous:
        return this.#anonymous(track, mapping, mode, start, end, growing);
      default:
        return codes["shared memory"];
    }
  }

  #anonymous(
    track: MappingTrack,
    mapping: number,
    mode: number,
    start: number,
    end: number,
    growing: number,
  ): number {
    const born = track.traits(mapping);
    if (mode & modes.heap) return codes["heap"];
    if (born & traits.stack) return codes["thread stack"];
    const untouchable = traits.bornUntouchable | traits.noReserve;
    if ((born & untouchable) === untouchable && start % arenaBytes === 0) {
      return codes["malloc arena"];
    }
    if ((mode & accessMask) === 0) {
      return codes[end - start <= mostGuardBytes ? "guard" : "reservation"];
    }
    const site = track.bornSite(mapping);
    const isSame = site !== 0 && site === track.bornSite(growing);
    return codes[isSame ? "buffer of the same site" : "anonymous"];
  }

  #grow(capacity: number): void {
    this.growthRow = grown(this.growthRow, capacity);
    this.kind = grown(this.kind, capacity);
    this.mapping = grown(this.mapping, capacity);
    this.start = grown(this.start, capacity);
    this.end = grown(this.end, capacity);
    this.gapBytes = grown(this.gapBytes, capacity);
    this.needBytes = grown(this.needBytes, capacity);
    this.backing = grown(this.backing, capacity);
    this.ageNanos = grown(this.ageNanos, capacity);
  }
}
