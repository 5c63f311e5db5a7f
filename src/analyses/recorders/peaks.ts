/** What a process's space was made of at its peak, sampled each time the value has risen by 5 %. */
import { kindOfMode, kinds, modes } from "../../space/regions/modes.ts";
import type { AddressSpace } from "../../space/space.ts";
import type { MappingTrack } from "./track.ts";

/** So the sample is within 5 % of the peak, and walks are few: 190 for a growth by 10,000 times. */
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
  /** The exact peak. */
  value = 0;
  seq = 0;
  atNanos = 0;
  /** The event after which `portions` was sampled. */
  portionsSeq = 0;
  portions: readonly Portion[] = [];
  #walked = 0;

  /** Call with each value that exceeds all before. */
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

/** All regions of the space, summed by what they are: the largest first. */
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
