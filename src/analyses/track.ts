/** What the analyses know of each mapping of one process, in columns by the mapping's id. */
import type { Gain, LineageListener, Loss } from "../space/lineage.ts";
import { modes } from "../space/modes.ts";
import { grown, roomFor } from "./columns.ts";

/** The event that is being applied: written by the pass, read by whoever hears of its changes. */
export class CurrentEvent {
  seq = 0;
  atNanos = 0;
  tid = 0;
  /** kindCodes. */
  kind = 0;
  /** mmap's flags; 0 for other calls. */
  mapFlags = 0;
  /** The call's site: asked for once an event and only where it is wanted. */
  site = 0;
}

/** Bits of MappingTrack.traits. */
export const traits = {
  /** It was there before its recording began. */
  found: 1,
  /** MAP_STACK. */
  stack: 2,
  /** Nobody could touch it when it was born: PROT_NONE. */
  bornUntouchable: 4,
  noReserve: 8,
  /** It was writable over its whole length when it was born or it grew. */
  bornWritable: 16,
  /** Part of it was made writable. */
  partlyWritable: 32,
  executable: 64,
} as const;

const mapStack = 0x2_0000;
const mapNoReserve = 0x4000;

/** Hears what a mapping gains and loses, after its columns were written. */
export interface MappingWatcher {
  born(track: MappingTrack, mapping: number, bytes: number): void;
  /** It has lost its last range. */
  died(track: MappingTrack, mapping: number, bytes: number, how: Loss): void;
  gained(track: MappingTrack, mapping: number, start: number, end: number, how: Gain): void;
  lost(track: MappingTrack, mapping: number, start: number, end: number, how: Loss): void;
}

export class MappingTrack implements LineageListener {
  readonly process: number;
  readonly #event: CurrentEvent;
  readonly #watcher: MappingWatcher;
  bornSeq = new Float64Array(64);
  bornAt = new Float64Array(64);
  bornTid = new Uint32Array(64);
  /** Bytes that it has now. */
  liveBytes = new Float64Array(64);
  bornSite = new Uint32Array(64);
  /** Number in the GrowthLog; 0 while it has not grown. */
  lineage = new Uint32Array(64);
  /** kindCodes of the call that made it; 0 when it was found. */
  bornBy = new Uint8Array(64);
  traits = new Uint8Array(64);

  constructor(process: number, event: CurrentEvent, watcher: MappingWatcher) {
    this.process = process;
    this.#event = event;
    this.#watcher = watcher;
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
    // A growth takes the whole, and then leaves what it was before.
    if (how === "moved" || how === "grown") this.liveBytes[mapping]! += bytes;
    else this.#birth(mapping, bytes, how, mode);
    this.#watcher.gained(this, mapping, start, end, how);
  }

  left(_seq: number, mapping: number, start: number, end: number, _since: number, how: Loss): void {
    const bytes = this.liveBytes[mapping]! - (end - start);
    this.liveBytes[mapping] = bytes;
    if (how === "grown") return;
    this.#watcher.lost(this, mapping, start, end, how);
    if (bytes === 0 && how !== "moved") this.#watcher.died(this, mapping, end - start, how);
  }

  #birth(mapping: number, bytes: number, how: Gain, mode: number): void {
    if (mapping >= this.liveBytes.length) this.#grow(roomFor(mapping, this.liveBytes.length));
    const event = this.#event;
    const found = how === "found";
    this.liveBytes[mapping]! += bytes;
    this.bornSeq[mapping] = found ? 0 : event.seq;
    this.bornAt[mapping] = event.atNanos;
    this.bornTid[mapping] = found ? 0 : event.tid;
    this.bornSite[mapping] = found ? 0 : event.site;
    this.bornBy[mapping] = found ? 0 : event.kind;
    this.traits[mapping] = found ? traits.found | accessTraits(mode) : traitsOf(event, mode);
    if (!found) this.#watcher.born(this, mapping, bytes);
  }

  #grow(capacity: number): void {
    this.bornSeq = grown(this.bornSeq, capacity);
    this.bornAt = grown(this.bornAt, capacity);
    this.bornTid = grown(this.bornTid, capacity);
    this.liveBytes = grown(this.liveBytes, capacity);
    this.bornSite = grown(this.bornSite, capacity);
    this.lineage = grown(this.lineage, capacity);
    this.bornBy = grown(this.bornBy, capacity);
    this.traits = grown(this.traits, capacity);
  }
}

function accessTraits(mode: number): number {
  return (
    (mode & modes.write ? traits.bornWritable : 0) | (mode & modes.exec ? traits.executable : 0)
  );
}

function traitsOf({ mapFlags }: CurrentEvent, mode: number): number {
  const untouchable = (mode & (modes.read | modes.write | modes.exec)) === 0;
  return (
    accessTraits(mode) |
    (untouchable ? traits.bornUntouchable : 0) |
    (mapFlags & mapStack ? traits.stack : 0) |
    (mapFlags & mapNoReserve ? traits.noReserve : 0)
  );
}
