/** Policies against a second implementation, and by hand. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Policy,
  type PolicyFigures,
  simulate as simulateAll,
} from "../../src/analyses/demand.ts";
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

describe("growth by a factor", () => {
  const anyStep = fc.record({
    lineage: fc.integer({ min: 1, max: 3 }),
    more: fc.integer({ min: 1, max: 40 }),
    outcome: fc.constantFrom(inPlace, moved),
  });

  it("is what a list of capacities comes to, lineage by lineage", () => {
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 60 }), (drawn) => {
        const sizes = [0, 4, 4, 4];
        const steps = drawn.map(({ lineage, more, outcome }) => {
          sizes[lineage]! += more;
          return { lineage, bytes: sizes[lineage]!, outcome };
        });
        let calls = 0;
        let moves = 0;
        for (const lineage of [1, 2, 3]) {
          const own = steps.filter((step) => step.lineage === lineage);
          for (let i = 0, capacity = 4; i < own.length; ) {
            capacity = Math.max(own[i]!.bytes, 2 * capacity);
            const beyond = own.findIndex((step, k) => k > i && step.bytes > capacity);
            const covered = own.slice(i, beyond < 0 ? own.length : beyond);
            calls += 1;
            if (covered.some((step) => step.outcome === moved)) moves += 1;
            i += covered.length;
          }
        }
        expect(simulate(logOf(steps), double)).toMatchObject({ calls, moves });
      }),
    );
  });
});
