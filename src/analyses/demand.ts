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

/**
 * A lineage's record: five doubles side by side, because they are wanted together: its demand (-1
 * before its first growth and after its end), the most of it, its capacity, the most of it, and 1
 * once the call that made the capacity what it is has been counted as a move.
 */
const record = 5;

class Simulation {
  readonly #policy: Policy;
  readonly #records: Float64Array;
  #calls = 0;
  #moves = 0;
  #relocations = 0;
  #bytes = 0;
  #reserved = 0;
  #peakBytes = 0;
  #peakReserved = 0;

  constructor(lineages: number, policy: Policy) {
    this.#policy = policy;
    this.#records = new Float64Array((lineages + 1) * record);
    for (let at = 0; at < this.#records.length; at += record) this.#records[at] = isUnseen;
  }

  grow(lineage: number, oldBytes: number, newBytes: number, moved: boolean): void {
    const { reserves, relocates, pooledBelowBytes } = this.#policy;
    const at = lineage * record;
    if (this.#records[at] === isUnseen) this.#begin(at, oldBytes);
    if (newBytes > this.#records[at]!) this.#setDemand(at, newBytes);
    const before = this.#records[at + 2]!;
    if (newBytes > before) {
      if (newBytes >= pooledBelowBytes) this.#calls += 1;
      if (relocates) this.#relocations += 1;
      this.#setCapacity(at, this.#policy.capacity(newBytes, before));
      this.#records[at + 4] = 0;
    } else if (reserves) this.#calls += 1;
    // One call that asks for all at once moves where one of those that it stands for had to.
    const mayMove = moved && !relocates && newBytes >= pooledBelowBytes;
    if (!mayMove || (reserves && newBytes <= before) || this.#records[at + 4] === 1) return;
    this.#records[at + 4] = 1;
    this.#moves += 1;
  }

  /** Asked in vain: under a policy that has the room nobody asks. */
  refuse(lineage: number, newBytes: number): void {
    const { reserves, pooledBelowBytes } = this.#policy;
    const isPooled = reserves || newBytes < pooledBelowBytes;
    if (newBytes > this.#records[lineage * record + 2]! && !isPooled) this.#calls += 1;
  }

  shrink(lineage: number, oldBytes: number, newBytes: number): void {
    const at = lineage * record;
    if (this.#records[at] === isUnseen) this.#begin(at, oldBytes);
    this.#calls += 1;
    this.#setDemand(at, newBytes);
    if (!this.#policy.reserves) this.#setCapacity(at, newBytes);
  }

  end(lineage: number): void {
    const at = lineage * record;
    if (this.#records[at] === isUnseen) return;
    this.#setDemand(at, 0);
    this.#setCapacity(at, 0);
    this.#records[at] = isUnseen;
  }

  figures(): PolicyFigures {
    const { name, what, reserves } = this.#policy;
    let wastedBytes = 0;
    for (let at = record; at < this.#records.length; at += record) {
      wastedBytes += Math.max(0, this.#records[at + 3]! - this.#records[at + 1]!);
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
  #begin(at: number, bytes: number): void {
    this.#records[at] = 0;
    this.#setDemand(at, bytes);
    if (!this.#policy.reserves) this.#setCapacity(at, bytes);
    else {
      this.#calls += 1;
      this.#setCapacity(at, this.#policy.capacity(bytes, 0));
    }
  }

  #setDemand(at: number, bytes: number): void {
    this.#bytes += bytes - this.#records[at]!;
    this.#records[at] = bytes;
    if (bytes > this.#records[at + 1]!) this.#records[at + 1] = bytes;
    if (this.#bytes > this.#peakBytes) this.#peakBytes = this.#bytes;
  }

  #setCapacity(at: number, bytes: number): void {
    this.#reserved += bytes - this.#records[at + 2]!;
    this.#records[at + 2] = bytes;
    if (bytes > this.#records[at + 3]!) this.#records[at + 3] = bytes;
    if (this.#reserved > this.#peakReserved) this.#peakReserved = this.#reserved;
  }
}
