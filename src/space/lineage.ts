/** The lives of mappings: what a replay tells a listener, and a collector that keeps all of it. */

import { regionAt } from "./snapshot.ts";
import type { SpaceState } from "./state.ts";

/** How a mapping came to a range. */
export type Gain =
  /** Found in a maps text: born before its recording began, or unseen. */
  | "found"
  | "mapped"
  | "grown"
  | "moved"
  /** mremap with an old size of 0: a second mapping of the same memory. */
  | "duplicated"
  /** MREMAP_DONTUNMAP: the empty range that a moved mapping leaves. */
  | "left behind";

/** How a mapping lost a range. */
export type Loss =
  | "unmapped"
  /** Something else was mapped over it. */
  | "replaced"
  | "shrunk"
  | "moved"
  | "grown"
  /** A maps text says that it is no longer there. */
  | "not found"
  /** The address space came to its end. */
  | "ended";

/**
 * Hears of every change of place, in the order of events. A range that goes on unchanged is not
 * told; one that is cut is told by what it lost.
 */
export interface LineageListener {
  /** `mapping` lives in [start, end) from event `seq` on. `parent` is the mapping it came from, or 0. */
  took(
    seq: number,
    mapping: number,
    start: number,
    end: number,
    how: Gain,
    parent: number,
    mode: number,
    backing: number,
  ): void;
  /** `mapping` lived in [start, end) from event `since` up to event `seq`. */
  left(seq: number, mapping: number, start: number, end: number, since: number, how: Loss): void;
  /** The piece [start, end) of `mapping` can be accessed in another way from event `seq` on. */
  changed?(seq: number, mapping: number, start: number, end: number, mode: number): void;
}

/** Tells two listeners the same. Parameters are written out: this is called for every change of a space. */
export function teeLineage(one: LineageListener, other: LineageListener): LineageListener {
  return {
    took(seq, mapping, start, end, how, parent, mode, backing) {
      one.took(seq, mapping, start, end, how, parent, mode, backing);
      other.took(seq, mapping, start, end, how, parent, mode, backing);
    },
    left(seq, mapping, start, end, since, how) {
      one.left(seq, mapping, start, end, since, how);
      other.left(seq, mapping, start, end, since, how);
    },
    changed(seq, mapping, start, end, mode) {
      one.changed?.(seq, mapping, start, end, mode);
      other.changed?.(seq, mapping, start, end, mode);
    },
  };
}

/** A stay of a mapping in one range: events from <= seq < to; `to` is Infinity for one that lives. */
export interface Stay {
  readonly start: number;
  readonly end: number;
  readonly from: number;
  readonly to: number;
  readonly gain: Gain;
  readonly loss?: Loss;
}

export interface MappingLife {
  readonly mapping: number;
  readonly born: number;
  /** The event that took its last range, or undefined while it lives. */
  died?: number;
  readonly how: Gain;
  readonly parent: number;
  /** Bits of modes.ts and the backing as they were at its birth. */
  readonly mode: number;
  readonly backing: number;
  liveBytes: number;
  /** Ranges that it has left, in the order of leaving. */
  readonly stays: Stay[];
  /** How it came to what it took, by event. */
  readonly gains: Map<number, Gain>;
}

/** A mapping in a range that held the address. */
export interface Ownership {
  readonly life: MappingLife;
  readonly stay: Stay;
}

/** Keeps every mapping's life. Memory follows the number of stays, so it is for a process, not for a fleet. */
export class LineageCollector implements LineageListener {
  readonly lives = new Map<number, MappingLife>();

  took(
    seq: number,
    mapping: number,
    start: number,
    end: number,
    how: Gain,
    parent: number,
    mode: number,
    backing: number,
  ): void {
    let life = this.lives.get(mapping);
    if (life === undefined) {
      const born = how === "found" ? 0 : seq;
      const gains = new Map<number, Gain>();
      life = { mapping, born, how, parent, mode, backing, liveBytes: 0, stays: [], gains };
      this.lives.set(mapping, life);
    }
    life.liveBytes += end - start;
    life.gains.set(seq, how);
    delete life.died;
  }

  left(seq: number, mapping: number, start: number, end: number, since: number, how: Loss): void {
    const life = this.lives.get(mapping);
    if (life === undefined) return;
    const gain = life.gains.get(since) ?? life.how;
    life.stays.push({ start, end, from: since, to: seq, gain, loss: how });
    life.liveBytes -= end - start;
    if (life.liveBytes === 0) life.died = seq;
  }

  /** Everyone who ever held the address, the first first; `space` knows who holds it now. */
  ownersOf(space: SpaceState, address: number): Ownership[] {
    const owners: Ownership[] = [];
    for (const life of this.lives.values()) {
      for (const stay of life.stays) {
        if (stay.start <= address && address < stay.end) owners.push({ life, stay });
      }
    }
    const region = regionAt(space, address);
    const life = region && this.lives.get(region.mapping);
    if (region !== undefined && life !== undefined) {
      const { start, end, since } = region;
      const gain = life.gains.get(since) ?? life.how;
      owners.push({ life, stay: { start, end, from: since, to: Number.POSITIVE_INFINITY, gain } });
    }
    return owners.sort((a, b) => a.stay.from - b.stay.from);
  }
}
