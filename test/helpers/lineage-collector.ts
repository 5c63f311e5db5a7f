/** A listener that keeps all it is told of the lives of mappings. */

import { regionAt } from "../../src/space/snapshot.ts";
import type { Gain, LineageListener, Loss } from "../../src/space/state/lineage.ts";
import type { SpaceState } from "../../src/space/state/state.ts";

/** A stay of a mapping in one range: events from <= seq < to; `to` is Infinity for one that lives. */
interface Stay {
  readonly start: number;
  readonly end: number;
  readonly from: number;
  readonly to: number;
  readonly gain: Gain;
  readonly loss?: Loss;
}

interface MappingLife {
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
interface Ownership {
  readonly life: MappingLife;
  readonly stay: Stay;
}

/** Keeps every mapping's life. Tests ask it what a listener was told. */
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
