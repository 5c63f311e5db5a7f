/** Replays the recorded demand of each lineage under other growth policies. */
import { type GrowthLog, lineageGone, outcomeCodes } from "./recorders/growth-log.ts";

/**
 * How a program grows. When the demand exceeds a lineage's capacity, the new capacity is the
 * largest of `timesNeed` times the demand, `timesBefore` times the old capacity, and `leastBytes`,
 * in whole pages. Numbers rather than functions: a policy is evaluated millions of times.
 */
export interface Policy {
  readonly name: string;
  /** What the program would do, in one sentence. */
  readonly what: string;
  readonly timesNeed: number;
  readonly timesBefore: number;
  readonly leastBytes: number;
  /** Reserves with PROT_NONE; each growth makes pages of the reservation usable with mprotect. */
  readonly reserves: boolean;
  /**
   * Leaves a full reservation for a new one by mremap with MREMAP_FIXED; the kernel never moves it.
   */
  readonly relocates: boolean;
  /** Demands below this come from a pool and cost no call of their own. */
  readonly pooledBelowBytes: number;
}

export interface PolicyFigures {
  readonly name: string;
  readonly what: string;
  /** Calls that grow: mremap, and the mmap and mprotect of reservations. */
  readonly calls: number;
  /** Moves by the kernel: a lower bound. */
  readonly moves: number;
  /** Moves by the program, into a reservation that it made before. */
  readonly relocations: number;
  /** Peak, over all lineages at once, of memory that may be touched. */
  readonly peakBytes: number;
  /** Peak address space, memory and reservations together. */
  readonly peakReservedBytes: number;
  /** Capacity that was never needed, summed over all lineages. */
  readonly wastedBytes: number;
}

const isUnseen = -1;

/**
 * The figures of each policy. Rows of brk are left out because a heap cannot move, and rows of
 * unknown mappings because they belong to no lineage.
 */
export function simulate(
  log: GrowthLog,
  policies: readonly Policy[],
  pageBytes: number,
): PolicyFigures[] {
  const { slots, most } = slotsOf(log);
  const demand = new Demand(most);
  const supplies = policies.map((policy) => new Supply(policy, demand, most, pageBytes));
  follow(log, slots, demand, supplies);
  return supplies.map((supply) => supply.figures());
}

/**
 * By row, the slot of its lineage's record plus 1; 0 for rows that are left out. The slot of a
 * lineage that ended is reused, so there are only as many records as lineages alive at once.
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

/** Feeds every row of the log to all policies at once: the demand is the same for each. */
function follow(
  { length, outcome, oldBytes, newBytes }: GrowthLog,
  slots: Uint32Array,
  demand: Demand,
  supplies: readonly Supply[],
): void {
  for (let row = 0; row < length; row += 1) {
    if (slots[row] === 0) continue;
    const place = slots[row]! - 1;
    const code = outcome[row]!;
    if (code === outcomeCodes.refused) {
      for (const supply of supplies) supply.refuse(place, newBytes[row]!);
      continue;
    }
    if (code === lineageGone) {
      if (!demand.isSeen(place)) continue;
      for (const supply of supplies) supply.end(place);
      demand.end(place);
      continue;
    }
    if (!demand.isSeen(place)) {
      demand.begin(place, oldBytes[row]!);
      for (const supply of supplies) supply.begin(place, oldBytes[row]!);
    }
    const bytes = newBytes[row]!;
    if (code === outcomeCodes.shrunk) {
      demand.set(place, bytes);
      for (const supply of supplies) supply.shrink(place, bytes);
    } else {
      demand.raise(place, bytes);
      const moved = code === outcomeCodes.moved;
      for (const supply of supplies) supply.grow(place, bytes, moved);
    }
  }
}

/** What each lineage asks for; independent of the policy. */
class Demand {
  /** Peak of the sum over all lineages. */
  peakBytes = 0;
  /**
   * Two doubles a lineage: its demand (-1 before its first growth and after its end), and the peak
   * of it.
   */
  readonly #records: Float64Array;
  #bytes = 0;

  constructor(places: number) {
    this.#records = new Float64Array(2 * places);
    for (let place = 0; place < places; place += 1) this.#records[2 * place] = isUnseen;
  }

  isSeen(place: number): boolean {
    return this.#records[2 * place] !== isUnseen;
  }

  /** Peak demand of the lineage since it began. */
  mostOf(place: number): number {
    return this.#records[2 * place + 1]!;
  }

  begin(place: number, bytes: number): void {
    this.#records[2 * place] = 0;
    this.#records[2 * place + 1] = 0;
    this.set(place, bytes);
  }

  raise(place: number, bytes: number): void {
    if (bytes > this.#records[2 * place]!) this.set(place, bytes);
  }

  set(place: number, bytes: number): void {
    const at = 2 * place;
    this.#bytes += bytes - this.#records[at]!;
    this.#records[at] = bytes;
    if (bytes > this.#records[at + 1]!) this.#records[at + 1] = bytes;
    if (this.#bytes > this.peakBytes) this.peakBytes = this.#bytes;
  }

  end(place: number): void {
    this.set(place, 0);
    this.#records[2 * place] = isUnseen;
  }
}

/**
 * Doubles of a lineage's record under a policy, side by side because they are read together: its
 * capacity, the peak of it, and 1 if the call that set the capacity was already counted as a move.
 */
const record = 3;

/** The capacity that one policy provides for the demand. */
class Supply {
  readonly #policy: Policy;
  readonly #demand: Demand;
  readonly #pageBytes: number;
  readonly #records: Float64Array;
  #wastedBytes = 0;
  #calls = 0;
  #moves = 0;
  #relocations = 0;
  #reserved = 0;
  #peakReserved = 0;

  constructor(policy: Policy, demand: Demand, places: number, pageBytes: number) {
    this.#policy = policy;
    this.#demand = demand;
    this.#pageBytes = pageBytes;
    this.#records = new Float64Array(record * places);
  }

  /** A reservation exists before the first byte; without one the capacity is the initial size. */
  begin(place: number, bytes: number): void {
    const { reserves } = this.#policy;
    const at = record * place;
    this.#records[at] = 0;
    this.#records[at + 1] = 0;
    this.#records[at + 2] = 0;
    if (reserves) this.#calls += 1;
    this.#setCapacity(at, reserves ? this.#given(bytes, 0) : bytes);
  }

  grow(place: number, bytes: number, moved: boolean): void {
    const { reserves, relocates, pooledBelowBytes } = this.#policy;
    const at = record * place;
    const before = this.#records[at]!;
    if (bytes > before) {
      if (bytes >= pooledBelowBytes) this.#calls += 1;
      if (relocates) this.#relocations += 1;
      this.#setCapacity(at, this.#given(bytes, before));
      this.#records[at + 2] = 0;
    } else if (reserves) this.#calls += 1;
    // One larger call stands for several recorded ones, and moves if any of them had to move.
    const mayMove = moved && !relocates && bytes >= pooledBelowBytes;
    if (!mayMove || (reserves && bytes <= before) || this.#records[at + 2] === 1) return;
    this.#records[at + 2] = 1;
    this.#moves += 1;
  }

  /** A call that was refused: a policy with enough capacity would not have made it. */
  refuse(place: number, bytes: number): void {
    const { reserves, pooledBelowBytes } = this.#policy;
    const isPooled = reserves || bytes < pooledBelowBytes;
    if (bytes > this.#records[record * place]! && !isPooled) this.#calls += 1;
  }

  shrink(place: number, bytes: number): void {
    this.#calls += 1;
    if (!this.#policy.reserves) this.#setCapacity(record * place, bytes);
  }

  /** Call before the demand forgets the lineage. */
  end(place: number): void {
    this.#wastedBytes += this.#waste(place);
    this.#setCapacity(record * place, 0);
  }

  figures(): PolicyFigures {
    const { name, what, reserves } = this.#policy;
    let wastedBytes = this.#wastedBytes;
    for (let place = 0; place < this.#records.length / record; place += 1) {
      if (this.#demand.isSeen(place)) wastedBytes += this.#waste(place);
    }
    return {
      name,
      what,
      calls: this.#calls,
      moves: this.#moves,
      relocations: this.#relocations,
      peakBytes: reserves ? this.#demand.peakBytes : this.#peakReserved,
      peakReservedBytes: this.#peakReserved,
      wastedBytes,
    };
  }

  /** The capacity that the policy provides for a need beyond `before`. */
  #given(need: number, before: number): number {
    const { timesNeed, timesBefore, leastBytes } = this.#policy;
    let bytes = need * timesNeed;
    if (before * timesBefore > bytes) bytes = before * timesBefore;
    if (leastBytes > bytes) bytes = leastBytes;
    return Math.ceil(bytes / this.#pageBytes) * this.#pageBytes;
  }

  #waste(place: number): number {
    return Math.max(0, this.#records[record * place + 1]! - this.#demand.mostOf(place));
  }

  #setCapacity(at: number, bytes: number): void {
    this.#reserved += bytes - this.#records[at]!;
    this.#records[at] = bytes;
    if (bytes > this.#records[at + 1]!) this.#records[at + 1] = bytes;
    if (this.#reserved > this.#peakReserved) this.#peakReserved = this.#reserved;
  }
}
