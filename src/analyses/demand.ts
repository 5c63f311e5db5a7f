/** The recorded demand of each lineage, replayed under another policy of growing. */
import { type GrowthLog, lineageGone, outcomeCodes } from "./growth-log.ts";

/** What a policy makes of a demand that outgrows a lineage's capacity. */
export interface Policy {
  readonly name: string;
  /** In one sentence, what the program would do. */
  readonly what: string;
  /**
   * Bytes to have from now on, at least `needBytes`: where `reserves`, address space that is not
   * memory yet.
   */
  capacity(needBytes: number, beforeBytes: number): number;
  /** A reservation of PROT_NONE, whose pages are made usable by mprotect with each growth. */
  readonly reserves: boolean;
  /** The reservation is left for another by mremap with MREMAP_FIXED, and not by a move of the kernel's. */
  readonly relocates: boolean;
  /** Demands below this cost no call of their own. */
  readonly pooledBelowBytes: number;
}

export interface PolicyFigures {
  readonly name: string;
  readonly what: string;
  /** Calls for growing: mremap, and mmap and mprotect of reservations. */
  readonly calls: number;
  /** The kernel would have had to move the mapping: at least as often. */
  readonly moves: number;
  /** The program itself would have moved it, into a reservation that it made before. */
  readonly relocations: number;
  /** The most that all lineages would have had at once: memory that may be touched. */
  readonly peakBytes: number;
  /** The most address space at once, memory and reservations. */
  readonly peakReservedBytes: number;
  /** Had and never asked for: the sum over all lineages. */
  readonly wastedBytes: number;
}

/** A lineage's size below this is what it was before its first growth. */
const isUnseen = -1;

/** Rows of brk and of mappings that are not known are left out: they cannot move, or say nothing. */
export function simulate(log: GrowthLog, policy: Policy): PolicyFigures {
  const run = new Simulation(log.lineages, policy);
  const { length, outcome, lineage, isBrk, oldBytes, newBytes } = log;
  for (let row = 0; row < length; row += 1) {
    const which = lineage[row]!;
    if (which === 0 || isBrk[row] === 1) continue;
    const code = outcome[row]!;
    if (code === lineageGone) run.end(which);
    else if (code === outcomeCodes.shrunk) run.shrink(which, oldBytes[row]!, newBytes[row]!);
    else if (code === outcomeCodes.refused) run.refuse(which, newBytes[row]!);
    else if (code !== outcomeCodes.unchanged && code !== outcomeCodes.duplicated) {
      run.grow(which, oldBytes[row]!, newBytes[row]!, code === outcomeCodes.moved);
    }
  }
  return run.figures();
}

class Simulation {
  readonly #policy: Policy;
  readonly #demand: Float64Array;
  readonly #mostDemand: Float64Array;
  readonly #capacity: Float64Array;
  readonly #mostCapacity: Float64Array;
  /** The call that made the capacity what it is has been counted as a move. */
  readonly #isMoved: Uint8Array;
  #calls = 0;
  #moves = 0;
  #relocations = 0;
  #bytes = 0;
  #reserved = 0;
  #peakBytes = 0;
  #peakReserved = 0;

  constructor(lineages: number, policy: Policy) {
    this.#policy = policy;
    this.#demand = new Float64Array(lineages + 1).fill(isUnseen);
    this.#mostDemand = new Float64Array(lineages + 1);
    this.#capacity = new Float64Array(lineages + 1);
    this.#mostCapacity = new Float64Array(lineages + 1);
    this.#isMoved = new Uint8Array(lineages + 1);
  }

  grow(lineage: number, oldBytes: number, newBytes: number, moved: boolean): void {
    const { reserves, relocates, pooledBelowBytes } = this.#policy;
    if (this.#demand[lineage] === isUnseen) this.#begin(lineage, oldBytes);
    if (newBytes > this.#demand[lineage]!) this.#setDemand(lineage, newBytes);
    const before = this.#capacity[lineage]!;
    if (newBytes > before) {
      if (newBytes >= pooledBelowBytes) this.#calls += 1;
      if (reserves && relocates) this.#relocations += 1;
      this.#setCapacity(lineage, this.#policy.capacity(newBytes, before));
      this.#isMoved[lineage] = 0;
    } else if (reserves) this.#calls += 1;
    // One call that asks for all at once moves where one of those that it stands for had to.
    const mayMove = moved && !relocates && newBytes >= pooledBelowBytes;
    if (!mayMove || this.#isMoved[lineage] === 1) return;
    if (reserves && newBytes <= before) return;
    this.#isMoved[lineage] = 1;
    this.#moves += 1;
  }

  /** Asked in vain: under a policy that has the room nobody asks. */
  refuse(lineage: number, newBytes: number): void {
    const { pooledBelowBytes } = this.#policy;
    if (newBytes > this.#capacity[lineage]! && newBytes >= pooledBelowBytes) this.#calls += 1;
  }

  shrink(lineage: number, oldBytes: number, newBytes: number): void {
    if (this.#demand[lineage] === isUnseen) this.#begin(lineage, oldBytes);
    this.#calls += 1;
    this.#setDemand(lineage, newBytes);
    if (!this.#policy.reserves) this.#setCapacity(lineage, newBytes);
  }

  end(lineage: number): void {
    if (this.#demand[lineage] === isUnseen) return;
    this.#setDemand(lineage, 0);
    this.#setCapacity(lineage, 0);
    this.#demand[lineage] = isUnseen;
  }

  figures(): PolicyFigures {
    const { name, what, reserves } = this.#policy;
    let wastedBytes = 0;
    for (let i = 1; i < this.#demand.length; i += 1) {
      wastedBytes += Math.max(0, this.#mostCapacity[i]! - this.#mostDemand[i]!);
    }
    return {
      name,
      what,
      calls: this.#calls,
      moves: this.#moves,
      relocations: this.#relocations,
      peakBytes: reserves ? this.#peakBytes : this.#peakReserved,
      peakReservedBytes: this.#peakReserved,
      wastedBytes,
    };
  }

  /** A reservation is made before the first byte; without one the mapping has what it was born with. */
  #begin(lineage: number, bytes: number): void {
    this.#demand[lineage] = 0;
    this.#setDemand(lineage, bytes);
    if (!this.#policy.reserves) this.#setCapacity(lineage, bytes);
    else {
      this.#calls += 1;
      this.#setCapacity(lineage, this.#policy.capacity(bytes, 0));
    }
  }

  #setDemand(lineage: number, bytes: number): void {
    this.#bytes += bytes - this.#demand[lineage]!;
    this.#demand[lineage] = bytes;
    if (bytes > this.#mostDemand[lineage]!) this.#mostDemand[lineage] = bytes;
    if (this.#bytes > this.#peakBytes) this.#peakBytes = this.#bytes;
  }

  #setCapacity(lineage: number, bytes: number): void {
    this.#reserved += bytes - this.#capacity[lineage]!;
    this.#capacity[lineage] = bytes;
    if (bytes > this.#mostCapacity[lineage]!) this.#mostCapacity[lineage] = bytes;
    if (this.#reserved > this.#peakReserved) this.#peakReserved = this.#reserved;
  }
}
