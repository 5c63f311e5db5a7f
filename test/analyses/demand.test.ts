/** Policies against a second implementation, and by hand. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Policy,
  type PolicyFigures,
  simulate as simulateAll,
} from "../../src/analyses/demand.ts";
import { type GrowthOutcome, growthOutcomes } from "../../src/analyses/recorders/growth.ts";
import { GrowthLog, outcomeCodes } from "../../src/analyses/recorders/growth-log.ts";
import { kindCodes } from "../../src/events/kinds.ts";
import { batchOf } from "../store/batches.ts";

const { inPlace, moved, refused, shrunk } = outcomeCodes;

interface Step {
  readonly lineage: number;
  readonly bytes: number;
  readonly outcome: number;
}

/** mremap, whatever its arguments: the log takes them from elsewhere. */
const call = batchOf([{ kind: kindCodes.mremap, duration: 1 }]);

function simulate(log: GrowthLog, policy: Policy): PolicyFigures {
  // Beside another, as it always is.
  return simulateAll(log, [double, policy], 1)[1]!;
}

/** Each lineage is born with 4 bytes; a step that is no end asks for `bytes`. */
function logOf(steps: readonly (Step | { readonly ends: number })[]): GrowthLog {
  const log = new GrowthLog();
  const sizes = new Map<number, number>();
  steps.forEach((step, i) => {
    if ("ends" in step) {
      log.end(i, step.ends);
      return;
    }
    const oldBytes = sizes.get(step.lineage) ?? 4;
    log.lineages = Math.max(log.lineages, step.lineage);
    const lengths = { oldBytes, newBytes: step.bytes };
    log.add(call, 0, { seq: i, site: 0 }, lengths, step.outcome, step.lineage);
    if (step.outcome !== refused) sizes.set(step.lineage, step.bytes);
  });
  return log;
}

const exact: Policy = {
  name: "exact",
  what: "",
  timesNeed: 1,
  timesBefore: 0,
  leastBytes: 0,
  reserves: false,
  relocates: false,
  pooledBelowBytes: 0,
};
const double: Policy = { ...exact, name: "factor 2", timesBefore: 2 };
const reserve: Policy = { ...exact, name: "reserve", reserves: true, leastBytes: 1000 };
const fixed: Policy = { ...exact, name: "fixed", reserves: true, relocates: true, timesNeed: 2 };
const pool: Policy = { ...exact, name: "pool", pooledBelowBytes: 10 };

const grow = (bytes: number, outcome = moved, lineage = 1): Step => ({ lineage, bytes, outcome });

describe("by hand", () => {
  const steps = [5, 6, 7, 8, 9, 10].map((bytes, i) => grow(bytes, i % 2 === 0 ? moved : inPlace));

  it.each([
    [exact, { calls: 6, moves: 3, peakBytes: 10, wastedBytes: 0 }],
    [double, { calls: 2, moves: 2, peakBytes: 16, wastedBytes: 6 }],
    [reserve, { calls: 7, moves: 0, peakBytes: 10, peakReservedBytes: 1000, wastedBytes: 990 }],
    [fixed, { calls: 7, moves: 0, relocations: 1, peakBytes: 10, peakReservedBytes: 18 }],
    [pool, { calls: 1, moves: 0, peakBytes: 10 }],
  ] as const)("%o", (policy, expected) => {
    expect(simulate(logOf(steps), policy)).toMatchObject(expected);
  });

  it("what ends gives its room back before another begins", () => {
    const log = logOf([grow(100), { ends: 1 }, grow(50, moved, 2), { ends: 2 }]);
    expect(simulate(log, exact)).toMatchObject({ peakBytes: 100 });
    expect(simulate(log, reserve)).toMatchObject({ peakReservedBytes: 1000, peakBytes: 100 });
  });

  it("a refused growth is a call and gives nothing", () => {
    const log = logOf([grow(100, refused), grow(100)]);
    expect(simulate(log, exact)).toMatchObject({ calls: 2, moves: 1, peakBytes: 100 });
    expect(simulate(log, reserve)).toMatchObject({ calls: 2, moves: 0 });
  });

  it("a shrink lowers demand and capacity", () => {
    const log = logOf([grow(100), grow(20, shrunk), grow(30, inPlace)]);
    expect(simulate(log, double)).toMatchObject({ calls: 3, moves: 1, peakBytes: 100 });
  });
});

/** What one policy gives each lineage, in objects and a map: the same rules, written for reading. */
class Simply {
  readonly #lives = new Map<
    number,
    {
      demand: number;
      mostDemand: number;
      capacity: number;
      mostCapacity: number;
      isCounted: boolean;
    }
  >();
  calls = 0;
  moves = 0;
  relocations = 0;
  #peakDemand = 0;
  #peakCapacity = 0;
  #wasted = 0;

  constructor(
    readonly policy: Policy,
    readonly pageBytes: number,
  ) {}

  #look(): void {
    const all = [...this.#lives.values()];
    const sum = (key: "demand" | "capacity") => all.reduce((total, one) => total + one[key], 0);
    for (const one of all) {
      one.mostDemand = Math.max(one.mostDemand, one.demand);
      one.mostCapacity = Math.max(one.mostCapacity, one.capacity);
    }
    this.#peakDemand = Math.max(this.#peakDemand, sum("demand"));
    this.#peakCapacity = Math.max(this.#peakCapacity, sum("capacity"));
  }

  #given(need: number, before: number): number {
    const { timesNeed, timesBefore, leastBytes } = this.policy;
    const bytes = Math.max(need * timesNeed, before * timesBefore, leastBytes);
    return Math.ceil(bytes / this.pageBytes) * this.pageBytes;
  }

  take({ lineage, outcome, isBrk, before, bytes }: Asked): void {
    const { reserves, relocates, pooledBelowBytes } = this.policy;
    if (lineage === 0 || isBrk || outcome === "unchanged" || outcome === "duplicated") return;
    const known = this.#lives.get(lineage);
    if (outcome === "gone") {
      if (known !== undefined) this.#wasted += known.mostCapacity - known.mostDemand;
      this.#lives.delete(lineage);
      return;
    }
    if (outcome === "refused") {
      const isAsked = bytes > (known?.capacity ?? 0) && bytes >= pooledBelowBytes && !reserves;
      if (isAsked) this.calls += 1;
      return;
    }
    const capacity = reserves ? this.#given(before, 0) : before;
    const fresh = { demand: before, mostDemand: 0, capacity, mostCapacity: 0, isCounted: false };
    const life = known ?? fresh;
    if (known === undefined) {
      this.#lives.set(lineage, life);
      if (reserves) this.calls += 1;
      this.#look();
    }
    if (outcome === "shrunk") {
      life.demand = bytes;
      this.calls += 1;
      if (!reserves) life.capacity = bytes;
      this.#look();
      return;
    }
    life.demand = Math.max(life.demand, bytes);
    const outgrows = bytes > life.capacity;
    if (outgrows) {
      life.capacity = this.#given(bytes, life.capacity);
      life.isCounted = false;
      if (relocates) this.relocations += 1;
    }
    if (outgrows ? bytes >= pooledBelowBytes : reserves) this.calls += 1;
    const isCall = bytes >= pooledBelowBytes && (outgrows || !reserves);
    if (outcome === "moved" && !relocates && isCall && !life.isCounted) {
      this.moves += 1;
      life.isCounted = true;
    }
    this.#look();
  }

  figures(): PolicyFigures {
    const { name, what, reserves } = this.policy;
    const living = [...this.#lives.values()];
    const { calls, moves, relocations } = this;
    return {
      ...{ name, what, calls, moves, relocations },
      peakBytes: reserves ? this.#peakDemand : this.#peakCapacity,
      peakReservedBytes: this.#peakCapacity,
      wastedBytes: living.reduce(
        (sum, { mostCapacity, mostDemand }) => sum + mostCapacity - mostDemand,
        this.#wasted,
      ),
    };
  }
}

interface Asked {
  readonly lineage: number;
  readonly outcome: GrowthOutcome | "gone";
  readonly isBrk: boolean;
  readonly before: number;
  readonly bytes: number;
}

/** Lineages that come and go, three at once; one that has ended never comes back. */
function askedOf(drawn: readonly Omit<Asked, "before" | "isBrk">[]): Asked[] {
  const lineages = [0, 1, 2, 3];
  const sizes = new Map<number, number>();
  let count = 3;
  return drawn.map((step) => {
    const lineage = lineages[step.lineage]!;
    const before = sizes.get(lineage) ?? 4;
    // A heap grows by brk alone, and a mapping never does.
    const isBrk = step.lineage === 3 && step.outcome !== "gone";
    if (step.outcome === "gone" && lineage !== 0) {
      count += 1;
      lineages[step.lineage] = count;
    } else if (step.outcome === "shrunk") {
      const bytes = Math.max(1, Math.min(before, step.bytes));
      sizes.set(lineage, bytes);
      return { ...step, isBrk, lineage, before, bytes };
    } else if (step.outcome === "unchanged") {
      return { ...step, isBrk, lineage, before, bytes: before };
    } else if (step.outcome !== "refused" && step.outcome !== "duplicated") {
      sizes.set(lineage, before + step.bytes);
    }
    return { ...step, isBrk, lineage, before, bytes: before + step.bytes };
  });
}

function logAsked(steps: readonly Asked[]): GrowthLog {
  const log = new GrowthLog();
  steps.forEach(({ lineage, outcome, isBrk, before, bytes }, i) => {
    log.lineages = Math.max(log.lineages, lineage);
    if (outcome === "gone") {
      if (lineage !== 0) log.end(i, lineage);
      return;
    }
    const batch = batchOf([{ kind: isBrk ? kindCodes.brk : kindCodes.mremap, duration: 1 }]);
    const sizes = { oldBytes: before, newBytes: bytes };
    log.add(batch, 0, { seq: i, site: 0 }, sizes, outcomeCodes[outcome], lineage);
  });
  return log;
}

describe("any demand", () => {
  const step = fc.record({
    lineage: fc.nat({ max: 3 }),
    outcome: fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom<GrowthOutcome>("inPlace", "moved") },
      {
        weight: 2,
        arbitrary: fc.constantFrom<Asked["outcome"]>(...growthOutcomes, "gone"),
      },
    ),
    bytes: fc.integer({ min: 1, max: 30 }),
  });
  const policies = [exact, double, { ...exact, timesBefore: 1.5 }, reserve, fixed, pool];

  it("is what objects and a map come to, under every policy", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60, size: "max" }), (drawn) => {
        const steps = askedOf(drawn);
        const expected = policies.map((policy) => {
          const simply = new Simply(policy, 4);
          for (const one of steps) simply.take(one);
          return simply.figures();
        });
        expect(simulateAll(logAsked(steps), policies, 4)).toEqual(expected);
      }),
    );
  });
});
