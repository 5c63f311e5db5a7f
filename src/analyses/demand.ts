/** The recorded demand of each lineage, replayed under another policy of growing. */
import { type GrowthLog, lineageGone, outcomeCodes } from "./growth-log.ts";

/**
 * How a program grows. A demand that outgrows what a lineage has is given the largest of `timesNeed`
 * times the demand, `timesBefore` times what it had, and `leastBytes`, in whole pages. Numbers and no
 * functions: a policy is asked millions of times.
 */
export interface Policy {
  readonly name: string;
  /** In one sentence, what the program would do. */
  readonly what: string;
  readonly timesNeed: number;
  readonly timesBefore: number;
  readonly leastBytes: number;
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

/**
 * What each policy comes to. Rows of brk and of mappings that are not known
 * are left out: they cannot move, or say nothing.
 */
export function simulate(
  log: GrowthLog,
  policies: readonly Policy[],
  pageBytes: number,
): PolicyFigures[] {
  const { slots, most } = slotsOf(log);
  const runs = policies.map((policy) => new Simulation(policy, most, pageBytes));
  for (const run of runs) run.follow(log, slots);
  return runs.map((run) => run.figures());
}

/**
 * By row the place of its lineage's record, plus 1; 0 for rows that are left out. A lineage that has
 * ended leaves its place to another, so that there are only as many records as lineages live at once.
 */
function slotsOf({ length, lineages, lineage, outcome, isBrk }: GrowthLog): {
  readonly slots: Uint32Array;
  readonly most: number;
} {
  const slots = new Uint32Array(length);
  const ofLineage = new Uint32Array(lineages + 1);
  const free: number[] = [];
  let most = 0;
  for (let row = 0; row < length; row += 1) {
    const which = lineage[row]!;
    const code = outcome[row]!;
    if (which === 0 || isBrk[row] === 1) continue;
    if (code === outcomeCodes.unchanged || code === outcomeCodes.duplicated) continue;
    let slot = ofLineage[which]!;
    if (code === lineageGone) {
      if (slot === 0) continue;
      free.push(slot);
    } else if (slot === 0) {
      slot = free.pop() ?? most + 1;
      most = Math.max(most, slot);
      ofLineage[which] = slot;
    }
    slots[row] = slot;
  }
  return { slots, most };
}

/**
 * A lineage's record: five doubles side by side, because they are wanted together: its demand (-1
 * before its first growth and after its end), the most of it, its capacity, the most of it, and 1
 * once the call that made the capacity what it is has been counted as a move.
 */
const record = 5;

class Simulation {
  readonly #policy: Policy;
  readonly #pageBytes: number;
  readonly #records: Float64Array;
  #wastedBytes = 0;
  #calls = 0;
  #moves = 0;
  #relocations = 0;
  #bytes = 0;
  #reserved = 0;
  #peakBytes = 0;
  #peakReserved = 0;

  constructor(policy: Policy, places: number, pageBytes: number) {
    this.#policy = policy;
    this.#pageBytes = pageBytes;
    this.#records = new Float64Array(places * record);
    for (let at = 0; at < this.#records.length; at += record) this.#records[at] = isUnseen;
  }

  /** All rows of the log; `slots` tells the place of each one's record. */
  follow({ length, outcome, oldBytes, newBytes }: GrowthLog, slots: Uint32Array): void {
    for (let row = 0; row < length; row += 1) {
      const slot = slots[row]!;
      if (slot === 0) continue;
      const at = (slot - 1) * record;
      const code = outcome[row]!;
      if (code === lineageGone) this.#end(at);
      else if (code === outcomeCodes.shrunk) this.#shrink(at, oldBytes[row]!, newBytes[row]!);
      else if (code === outcomeCodes.refused) this.#refuse(at, newBytes[row]!);
      else this.#grow(at, oldBytes[row]!, newBytes[row]!, code === outcomeCodes.moved);
    }
  }

  #grow(at: number, oldBytes: number, newBytes: number, moved: boolean): void {
    const { reserves, relocates, pooledBelowBytes } = this.#policy;
    if (this.#records[at] === isUnseen) this.#begin(at, oldBytes);
    if (newBytes > this.#records[at]!) this.#setDemand(at, newBytes);
    const before = this.#records[at + 2]!;
    if (newBytes > before) {
      if (newBytes >= pooledBelowBytes) this.#calls += 1;
      if (relocates) this.#relocations += 1;
      this.#setCapacity(at, this.#given(newBytes, before));
      this.#records[at + 4] = 0;
    } else if (reserves) this.#calls += 1;
    // One call that asks for all at once moves where one of those that it stands for had to.
    const mayMove = moved && !relocates && newBytes >= pooledBelowBytes;
    if (!mayMove || (reserves && newBytes <= before) || this.#records[at + 4] === 1) return;
    this.#records[at + 4] = 1;
    this.#moves += 1;
  }

  /** Asked in vain: under a policy that has the room nobody asks. */
  #refuse(at: number, newBytes: number): void {
    const { reserves, pooledBelowBytes } = this.#policy;
    const isPooled = reserves || newBytes < pooledBelowBytes;
    if (newBytes > this.#records[at + 2]! && !isPooled) this.#calls += 1;
  }

  #shrink(at: number, oldBytes: number, newBytes: number): void {
    if (this.#records[at] === isUnseen) this.#begin(at, oldBytes);
    this.#calls += 1;
    this.#setDemand(at, newBytes);
    if (!this.#policy.reserves) this.#setCapacity(at, newBytes);
  }

  #end(at: number): void {
    if (this.#records[at] === isUnseen) return;
    this.#wastedBytes += this.#waste(at);
    this.#setDemand(at, 0);
    this.#setCapacity(at, 0);
    this.#records[at] = isUnseen;
  }

  figures(): PolicyFigures {
    const { name, what, reserves } = this.#policy;
    let wastedBytes = this.#wastedBytes;
    for (let at = 0; at < this.#records.length; at += record) {
      if (this.#records[at] !== isUnseen) wastedBytes += this.#waste(at);
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

  /** What the policy gives for a need beyond `before`. */
  #given(need: number, before: number): number {
    const { timesNeed, timesBefore, leastBytes } = this.#policy;
    let bytes = need * timesNeed;
    if (before * timesBefore > bytes) bytes = before * timesBefore;
    if (leastBytes > bytes) bytes = leastBytes;
    return Math.ceil(bytes / this.#pageBytes) * this.#pageBytes;
  }

  #waste(at: number): number {
    return Math.max(0, this.#records[at + 3]! - this.#records[at + 1]!);
  }

  /** A reservation is made before the first byte; without one the mapping has what it was born with. */
  #begin(at: number, bytes: number): void {
    const records = this.#records;
    records[at] = 0;
    records[at + 1] = 0;
    records[at + 2] = 0;
    records[at + 3] = 0;
    records[at + 4] = 0;
    this.#setDemand(at, bytes);
    if (!this.#policy.reserves) this.#setCapacity(at, bytes);
    else {
      this.#calls += 1;
      this.#setCapacity(at, this.#given(bytes, 0));
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
