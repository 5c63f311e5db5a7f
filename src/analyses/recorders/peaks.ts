/** What a process's space was made of at its highest: walked when it has risen by a share since the last walk. */
import { kindOfMode, kinds, modes } from "../../space/regions/modes.ts";
import type { AddressSpace } from "../../space/space.ts";
import type { MappingTrack } from "./track.ts";

/** So a composition is that of a moment within 5 % of the peak, and walks stay few: 190 for a growth of 10,000 times. */
const rise = 1.05;

/** Bytes and regions of one site, of one file, or of the heap or the stack. */
export interface Portion {
  readonly what: "heap" | "main stack" | "kernel" | "file" | "site";
  /** The site's number, or the file's id in the FileTable; 0 elsewhere. */
  readonly id: number;
  readonly bytes: number;
  readonly regions: number;
}

export class Peak {
  /** The highest, exactly. */
  value = 0;
  seq = 0;
  atNanos = 0;
  /** The event that left the space as `portions` tells it. */
  portionsSeq = 0;
  portions: readonly Portion[] = [];
  #walked = 0;

  /** To be called with each value that is higher than any before. */
  raise(
    value: number,
    space: AddressSpace,
    track: MappingTrack,
    seq: number,
    atNanos: number,
  ): void {
    this.value = value;
    this.seq = seq;
    this.atNanos = atNanos;
    if (value < this.#walked * rise) return;
    this.#walked = value;
    this.portionsSeq = seq;
    this.portions = portionsOf(space, track);
  }
}

function whatOf(mode: number): Portion["what"] {
  const kind = kindOfMode(mode);
  if (kind === kinds.file) return "file";
  if (kind === kinds.special) return "kernel";
  if (kind === kinds.stack) return "main stack";
  return mode & modes.heap ? "heap" : "site";
}

/** Everything in the space, by what it is: the largest first. */
export function portionsOf(space: AddressSpace, track: MappingTrack): Portion[] {
  const found = new Map<string, { -readonly [Key in keyof Portion]: Portion[Key] }>();
  const { map } = space;
  const { columns } = map;
  for (let row = map.first(); row >= 0; row = map.next()) {
    const what = whatOf(columns.mode[row]!);
    const site = track.bornSite(columns.mapping[row]!);
    const id = what === "file" ? columns.backing[row]! : what === "site" ? site : 0;
    const key = `${what} ${id}`;
    let portion = found.get(key);
    if (portion === undefined) {
      portion = { what, id, bytes: 0, regions: 0 };
      found.set(key, portion);
    }
    portion.bytes += columns.end[row]! - map.start;
    portion.regions += 1;
  }
  return [...found.values()].sort((a, b) => b.bytes - a.bytes);
}
