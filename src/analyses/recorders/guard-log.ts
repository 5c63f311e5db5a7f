/** PROT_NONE regions of one or few pages, kept call by call with who made each. */
import type { EventBatch } from "../../events/batch.ts";
import { memoryCalls } from "../../events/kinds.ts";
import { accessMask } from "../../space/regions/modes.ts";
import { RegionMap } from "../../space/regions/region-map.ts";
import type { AddressSpace } from "../../space/space.ts";
import type { Loss } from "../../space/state/lineage.ts";
import type { PassContext, Recorder } from "./recorder.ts";
import type { CurrentEvent, MappingTrack } from "./track.ts";

/** Guards of stacks, of the JVM and of allocators have 1 to 16 pages; more is a reservation. */
export const mostGuardPages = 16;

interface Made {
  count: number;
  bytes: number;
  atEnd: number;
  readonly firstSeq: number;
}

/** The maker of a guard that was there from the start. */
const found = 0;

interface Guard {
  readonly end: number;
  /** `found`, or the site plus 1. */
  readonly maker: number;
}

const none: ReadonlyMap<number, Guard> = new Map();

/** The guards of one process. */
export class Guards {
  /**
   * Uses two columns of a region: `end`, and `mapping` for the maker (`found`, or the site plus 1).
   */
  readonly map = new RegionMap();
  /** The process has had PROT_NONE memory, of which later calls can cut guards. */
  hasReserved = false;
  found = 0;
  most = 0;
  mostSeq = 0;
  regionsThen = 0;
  atEnd = 0;

  add(start: number, end: number, maker: number): void {
    const { columns } = this.map;
    const row = columns.allocate();
    columns.end[row] = end;
    columns.mapping[row] = maker;
    this.map.insert(start, row);
  }

  /** Removes the guards that overlap [start, end), and returns them by start. */
  take(start: number, end: number): ReadonlyMap<number, Guard> {
    const { map } = this;
    let row = map.find(start);
    if (row < 0 || map.start >= end) return none;
    const taken = new Map<number, Guard>();
    for (; row >= 0 && map.start < end; row = map.row) {
      taken.set(map.start, { end: map.columns.end[row]!, maker: map.columns.mapping[row]! });
      map.remove();
      map.columns.release(row);
    }
    return taken;
  }
}

/** Tracks the guards of each process, call by call. */
export class GuardLog implements Recorder {
  readonly calls = [
    ...[memoryCalls.mmap, memoryCalls.munmap, memoryCalls.mremap],
    ...[memoryCalls.mprotect, memoryCalls.pkey_mprotect],
  ];
  readonly guards = new Map<number, Guards>();
  readonly bySite = new Map<number, Made>();
  readonly #event: CurrentEvent;
  readonly #mostBytes: number;
  /** The present call has taken a part of a mapping, and what is left of it may be a guard. */
  #isCut = false;

  constructor({ event, pageBytes }: PassContext) {
    this.#event = event;
    this.#mostBytes = mostGuardPages * pageBytes;
  }

  began({ process }: MappingTrack, space: AddressSpace): void {
    const guards = new Guards();
    this.guards.set(process, guards);
    const { map } = space;
    for (let row = map.first(); row >= 0; row = map.next()) {
      if ((map.columns.mode[row]! & accessMask) !== 0) continue;
      guards.hasReserved = true;
      if (!this.#isGuard(space, row)) continue;
      guards.add(map.start, map.columns.end[row]!, found);
      guards.found += 1;
    }
    if (guards.map.size > guards.most) this.#raise(guards, space);
  }

  after(space: AddressSpace, track: MappingTrack, batch: EventBatch, row: number): void {
    const guards = this.guards.get(track.process)!;
    const { kind } = this.#event;
    const isMremap = kind === memoryCalls.mremap;
    const hasProt = kind !== memoryCalls.munmap && !isMremap;
    const isNone = hasProt && (batch.args[2]![row]! & accessMask) === 0;
    const isCut = this.#isCut;
    this.#isCut = false;
    if (isNone) guards.hasReserved = true;
    if (!guards.hasReserved) return;
    const isMmap = kind === memoryCalls.mmap;
    const start = isMmap ? batch.result[row]! : batch.args[0]![row]!;
    if (start < 0) return;
    // Only mprotect changes a region's neighbours without taking anything away from a mapping.
    if (isNone || isCut || (hasProt && !isMmap)) {
      this.#look(guards, space, track, start, start + batch.args[1]![row]!);
    }
    const to = batch.result[row]!;
    if (isMremap && to >= 0) this.#look(guards, space, track, to, to + 1);
    if (guards.map.size > guards.most) this.#raise(guards, space);
  }

  lost(track: MappingTrack, mapping: number, start: number, end: number, how: Loss): void {
    if (how === "ended") return;
    if (track.liveBytes(mapping) > 0) this.#isCut = true;
    const guards = this.guards.get(track.process);
    if (guards === undefined || guards.map.size === 0) return;
    for (const [from, guard] of guards.take(start, end)) {
      // The remainder of a guard that was cut is still the same guard; if cut in two, the lower
      // part is.
      const rest = from < start ? [from, start] : guard.end > end ? [end, guard.end] : undefined;
      if (rest === undefined) continue;
      const [low, high] = rest as [number, number];
      guards.add(low, high, guard.maker);
      this.#resize(guard.maker, high - low - (guard.end - from));
    }
  }

  ended({ process }: MappingTrack): void {
    const guards = this.guards.get(process);
    if (guards === undefined) return;
    const { map } = guards;
    guards.atEnd = map.size;
    for (let row = map.first(); row >= 0; row = map.next()) {
      const maker = map.columns.mapping[row]!;
      if (maker !== found) this.bySite.get(maker - 1)!.atEnd += 1;
    }
  }

  /**
   * Re-examines the regions of [start, end) and both neighbours, as a call can cut guards off
   * those.
   */
  #look(
    guards: Guards,
    space: AddressSpace,
    track: MappingTrack,
    start: number,
    end: number,
  ): void {
    const { map } = space;
    const isMunmap = this.#event.kind === memoryCalls.munmap;
    let row = map.find(start - 1);
    const from = row < 0 ? start : Math.min(start, map.start);
    const known = guards.take(from, end + 1);
    for (; row >= 0 && map.start <= end; row = map.next()) {
      if (!this.#isGuard(space, row)) continue;
      const to = map.columns.end[row]!;
      const before = known.get(map.start);
      if (before !== undefined) {
        guards.add(map.start, to, before.maker);
        this.#resize(before.maker, to - before.end);
        continue;
      }
      // What munmap leaves of a reservation is charged to the site that reserved it; the pass looks
      // up no site for munmap.
      const site = isMunmap ? track.bornSite(map.columns.mapping[row]!) : this.#event.site;
      guards.add(map.start, to, site + 1);
      this.#noteMade(site, to - map.start);
    }
  }

  #isGuard({ map }: AddressSpace, row: number): boolean {
    const { mode, end } = map.columns;
    return (mode[row]! & accessMask) === 0 && end[row]! - map.start <= this.#mostBytes;
  }

  #resize(maker: number, bytes: number): void {
    if (maker !== found) this.bySite.get(maker - 1)!.bytes += bytes;
  }

  #noteMade(site: number, bytes: number): void {
    const { seq } = this.#event;
    let made = this.bySite.get(site);
    if (made === undefined) {
      made = { count: 0, bytes: 0, atEnd: 0, firstSeq: seq };
      this.bySite.set(site, made);
    }
    made.count += 1;
    made.bytes += bytes;
  }

  #raise(guards: Guards, space: AddressSpace): void {
    guards.most = guards.map.size;
    guards.mostSeq = this.#event.seq;
    guards.regionsThen = space.mergedCount;
  }
}
