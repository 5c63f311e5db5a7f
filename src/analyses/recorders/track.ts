/** Facts of each mapping of one process, by the mapping's id. */

import { modes } from "../../space/regions/modes.ts";
import type { Gain, LineageListener, Loss } from "../../space/state/lineage.ts";
import { roomFor } from "../tally/columns.ts";

/** The event being applied: written by the pass, read by the listeners of its changes. */
export class CurrentEvent {
  seq = 0;
  atNanos = 0;
  tid = 0;
  /** kindCodes. */
  kind = 0;
  /** mmap's flags; 0 for other calls. */
  mapFlags = 0;
  /** The call's site; not updated for munmap and madvise, as no recorder reads it then. */
  site = 0;
}

/** Bits of MappingTrack.traits. */
export const traits = {
  /** Already mapped when its recording began. */
  found: 1,
  /** MAP_STACK. */
  stack: 2,
  /** Born without access: PROT_NONE. */
  bornUntouchable: 4,
  noReserve: 8,
  /** Its whole length was writable when it was born. */
  bornWritable: 16,
  /** Part of it was made writable later. */
  partlyWritable: 32,
  executable: 64,
  /** Already noted as writable and executable. */
  notedInTurn: 128,
} as const;

const mapStack = 0x2_0000;
const mapNoReserve = 0x4000;

/** Notified of a mapping's gains and losses, after its record was updated. */
export interface MappingWatcher {
  born(track: MappingTrack, mapping: number, bytes: number): void;
  /** The mapping lost its last range. */
  died(track: MappingTrack, mapping: number, bytes: number, how: Loss): void;
  gained(track: MappingTrack, mapping: number, start: number, end: number, how: Gain): void;
  lost(track: MappingTrack, mapping: number, start: number, end: number, how: Loss): void;
}

/**
 * A mapping's record: five doubles, the last two read as four 32-bit words. A record rather than a
 * column for each fact, because the facts are read together, when a mapping dies or blocks, long
 * after its birth.
 *
 *   double 0  event of its birth, 0 if it was found
 *   double 1  nanoseconds of its birth
 *   double 2  bytes that it has now
 *   word 6    thread that made it
 *   word 7    site that made it
 *   word 8    number of its lineage in the GrowthLog, 0 while it has not grown
 *   word 9    traits; above bit 8, kindCodes of the call that made it
 */
const doubles = 5;
const words = 2 * doubles;
const bytesEach = 8 * doubles;

export class MappingTrack implements LineageListener {
  readonly process: number;
  readonly #event: CurrentEvent;
  readonly #watcher: MappingWatcher;
  /** Ids below this have a record. */
  #capacity: number;
  #doubles: Float64Array;
  #words: Uint32Array;

  /** Allocates room for `expected` mappings; untouched pages cost no memory. */
  constructor(process: number, event: CurrentEvent, watcher: MappingWatcher, expected = 16) {
    this.process = process;
    this.#event = event;
    this.#watcher = watcher;
    this.#capacity = Math.max(16, expected);
    const buffer = new ArrayBuffer(this.#capacity * bytesEach);
    this.#doubles = new Float64Array(buffer);
    this.#words = new Uint32Array(buffer);
  }

  /** Exclusive upper bound of the ids that may have a record. */
  get end(): number {
    return this.#capacity;
  }

  bornSeq(mapping: number): number {
    return this.#doubles[mapping * doubles] ?? 0;
  }

  bornAt(mapping: number): number {
    return this.#doubles[mapping * doubles + 1] ?? 0;
  }

  liveBytes(mapping: number): number {
    return this.#doubles[mapping * doubles + 2] ?? 0;
  }

  bornTid(mapping: number): number {
    return this.#words[mapping * words + 6] ?? 0;
  }

  bornSite(mapping: number): number {
    return this.#words[mapping * words + 7] ?? 0;
  }

  lineage(mapping: number): number {
    return this.#words[mapping * words + 8] ?? 0;
  }

  setLineage(mapping: number, lineage: number): void {
    this.#words[mapping * words + 8] = lineage;
  }

  /** Bits of `traits`. */
  traits(mapping: number): number {
    return (this.#words[mapping * words + 9] ?? 0) & 255;
  }

  addTraits(mapping: number, bits: number): void {
    this.#words[mapping * words + 9]! |= bits;
  }

  /** kindCodes of the call that made it; 0 if it was found. */
  bornBy(mapping: number): number {
    return (this.#words[mapping * words + 9] ?? 0) >>> 8;
  }

  took(
    _seq: number,
    mapping: number,
    start: number,
    end: number,
    how: Gain,
    _parent: number,
    mode: number,
  ): void {
    const bytes = end - start;
    if (mapping >= this.#capacity) this.#grow(roomFor(mapping, this.#capacity));
    this.#doubles[mapping * doubles + 2]! += bytes;
    // A growth first gains the whole new range, then loses the old one, so it is no birth.
    if (how !== "moved" && how !== "grown") this.#birth(mapping, bytes, how, mode);
    this.#watcher.gained(this, mapping, start, end, how);
  }

  left(_seq: number, mapping: number, start: number, end: number, _since: number, how: Loss): void {
    const at = mapping * doubles + 2;
    const bytes = this.#doubles[at]! - (end - start);
    this.#doubles[at] = bytes;
    if (how === "grown") return;
    this.#watcher.lost(this, mapping, start, end, how);
    if (bytes === 0 && how !== "moved") this.#watcher.died(this, mapping, end - start, how);
  }

  #birth(mapping: number, bytes: number, how: Gain, mode: number): void {
    const event = this.#event;
    const word = mapping * words;
    this.#doubles[mapping * doubles + 1] = event.atNanos;
    if (how === "found") {
      this.#words[word + 9] = traits.found | accessTraits(mode);
      return;
    }
    this.#doubles[mapping * doubles] = event.seq;
    this.#words[word + 6] = event.tid;
    this.#words[word + 7] = event.site;
    this.#words[word + 9] = birthTraits(event.mapFlags, mode) | (event.kind << 8);
    this.#watcher.born(this, mapping, bytes);
  }

  #grow(capacity: number): void {
    const buffer = new ArrayBuffer(capacity * bytesEach);
    const bigger = new Float64Array(buffer);
    bigger.set(this.#doubles);
    this.#doubles = bigger;
    this.#words = new Uint32Array(buffer);
    this.#capacity = capacity;
  }
}

function accessTraits(mode: number): number {
  return (
    (mode & modes.write ? traits.bornWritable : 0) | (mode & modes.exec ? traits.executable : 0)
  );
}

/** Traits at birth, from the flags of its mmap (0 for other calls) and its region's mode. */
export function birthTraits(mapFlags: number, mode: number): number {
  const untouchable = (mode & (modes.read | modes.write | modes.exec)) === 0;
  return (
    accessTraits(mode) |
    (untouchable ? traits.bornUntouchable : 0) |
    (mapFlags & mapStack ? traits.stack : 0) |
    (mapFlags & mapNoReserve ? traits.noReserve : 0)
  );
}
