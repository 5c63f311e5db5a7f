/** What if: the recorded growth under other growth policies. */
import { countOf, formatBytes, formatCount } from "../base/units.ts";
import { defineAnalysis, type Finding } from "./analysis.ts";
import { type Policy, type PolicyFigures, simulate } from "./demand.ts";
import { type Facts, lineageName, type Ranked } from "./facts.ts";
import { type GrowthLog, lineageGone, outcomeCodes, slowest } from "./recorders/growth-log.ts";
import { GrowthRecorder } from "./recorders/growth-recorder.ts";
import { heaviestGroups, rowsWith } from "./tally/heaviest.ts";

/** What one lineage asked for, and how much to reserve for it. */
export interface LineageDemand {
  readonly name: string;
  readonly site: string;
  readonly growths: number;
  readonly moves: number;
  readonly firstBytes: number;
  readonly mostBytes: number;
  /** The smallest power of two that holds `mostBytes`. */
  readonly reserveBytes: number;
}

export interface WhatIfData {
  /** Mappings that grew by mremap. */
  readonly lineages: number;
  readonly recorded: PolicyFigures;
  readonly policies: readonly PolicyFigures[];
  /** What the policy `reserve` reserves for each lineage. */
  readonly reserveBytes: number;
  readonly byLineage: Ranked<LineageDemand>;
}

/**
 * From this size on, glibc's malloc maps instead of using its heap: M_MMAP_THRESHOLD (mallopt(3)).
 */
const mmapThresholdBytes = 128 * 1024;
const mostLineages = 20;

const thresholds = {
  moves: { value: 10, reason: "fewer moves cost less than the trouble of another policy" },
  movedShare: {
    value: 0.1,
    reason: "where fewer than one growth in ten moves, another policy gains little",
  },
  reserveBytes: {
    value: 2 ** 40,
    reason: "x86-64 has 128 TiB of addresses; beyond one for a buffer a page table walk shows",
  },
} as const;

function powerOfTwo(bytes: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(1, bytes)));
}

const asRecorded: Policy = {
  name: "as recorded",
  what: "each growth asks for what it asked for",
  timesNeed: 1,
  timesBefore: 0,
  leastBytes: 0,
  reserves: false,
  relocates: false,
  pooledBelowBytes: 0,
};

function byFactor(factor: number): Policy {
  const what = `each growth asks for ${factor} times what there is`;
  return { ...asRecorded, name: `factor ${factor}`, what, timesBefore: factor };
}

function policiesFor(reserveBytes: number): Policy[] {
  return [
    byFactor(1.5),
    byFactor(2),
    {
      ...asRecorded,
      name: "reserve",
      what: `${formatBytes(reserveBytes)} of PROT_NONE ahead, made usable by mprotect`,
      reserves: true,
      leastBytes: reserveBytes,
    },
    {
      ...asRecorded,
      name: "fixed reservation",
      what: "a reservation of twice the need, left by mremap with MREMAP_FIXED for one twice as long",
      reserves: true,
      relocates: true,
      timesNeed: 2,
      timesBefore: 2,
    },
    {
      ...asRecorded,
      name: "pool",
      what: `below ${formatBytes(mmapThresholdBytes)} from a pool, without a call`,
      pooledBelowBytes: mmapThresholdBytes,
    },
  ];
}

/** Codes: 0 is not a demand of a mapping that can move, 1 moved, 2 did not. */
const demandWeights = Float64Array.of(0, 2 ** 20, 1);
const areDemands = Uint8Array.of(0, 1, 1);

function demandCodes(log: GrowthLog): Uint8Array {
  const { inPlace, moved, relocated, refused } = outcomeCodes;
  const byOutcome = new Uint8Array(lineageGone + 1);
  for (const code of [inPlace, relocated, refused]) byOutcome[code] = 2;
  byOutcome[moved] = 1;
  const { length, outcome, isBrk, lineage } = log;
  const codes = new Uint8Array(length);
  for (let row = 0; row < length; row += 1) {
    if (isBrk[row] === 0 && lineage[row] !== 0) codes[row] = byOutcome[outcome[row]!]!;
  }
  return codes;
}

function byLineage(facts: Facts, growth: GrowthRecorder, codes: Uint8Array): Ranked<LineageDemand> {
  const { sites } = facts;
  const { log } = growth;
  const demands = rowsWith(codes, log.length, areDemands);
  const weighing = { codes, weights: demandWeights };
  const { groups, more } = heaviestGroups(log.lineage, demands, weighing, mostLineages);
  const rows = groups.map(({ key, rows }): LineageDemand => {
    let moves = 0;
    let mostBytes = 0;
    for (let i = 0; i < rows.length; i += 1) {
      const row = rows[i]!;
      if (log.outcome[row] === outcomeCodes.moved) moves += 1;
      mostBytes = Math.max(mostBytes, log.newBytes[row]!);
    }
    return {
      name: lineageName(facts, growth, key),
      site: sites.name(log.site[rows[0]!]!),
      growths: rows.length,
      moves,
      firstBytes: log.oldBytes[rows[0]!]!,
      mostBytes,
      reserveBytes: powerOfTwo(mostBytes),
    };
  });
  return { rows, more };
}

function findingsOf(log: GrowthLog, data: WhatIfData): Finding[] {
  const { recorded, policies, reserveBytes } = data;
  const [half, double, reserve] = policies;
  if (recorded.moves < thresholds.moves.value) return [];
  const findings: Finding[] = [];
  const events = slowest(log, outcomeCodes.moved, 100);
  const moves = countOf(recorded.moves, "move");
  const isMuch = recorded.moves >= recorded.calls * thresholds.movedShare.value;
  const severity = isMuch ? "attention" : "note";
  if (reserve !== undefined && reserveBytes <= thresholds.reserveBytes.value) {
    findings.push({
      sentence: `reserve ${formatBytes(reserveBytes)} ahead: ${moves} would have been ${formatCount(reserve.moves)}, ${formatBytes(reserve.wastedBytes)} of addresses unused`,
      advice: `Map ${formatBytes(reserveBytes)} with PROT_NONE and MAP_NORESERVE once, and grow by mprotect`,
      severity,
      numbers: figures(recorded, reserve),
      events,
    });
  }
  const best = [double, half].find(
    (policy) => policy !== undefined && policy.moves < recorded.moves,
  );
  if (best !== undefined) {
    const more = Math.max(0, best.peakBytes - recorded.peakBytes);
    findings.push({
      sentence: `grow by ${best.name}: ${moves} would have been ${formatCount(best.moves)}, ${countOf(recorded.calls, "call")} ${formatCount(best.calls)}, with ${formatBytes(more)} more at the peak`,
      advice: "Ask for more than is needed now, so that fewer calls ask at all",
      severity,
      numbers: figures(recorded, best),
      events,
    });
  }
  return findings;
}

function figures(recorded: PolicyFigures, policy: PolicyFigures): Record<string, number> {
  return {
    recordedCalls: recorded.calls,
    recordedMoves: recorded.moves,
    calls: policy.calls,
    moves: policy.moves,
    wastedBytes: policy.wastedBytes,
    peakBytes: policy.peakBytes,
    peakReservedBytes: policy.peakReservedBytes,
  };
}

export const whatIf = defineAnalysis({
  id: "what-if",
  title: "What if",
  question: "What would another policy of growing have done with the same demand?",
  basis: ["events", "inference"],
  thresholds,
  needs: { growth: GrowthRecorder },
  conclude(facts, { growth }) {
    const { log } = growth;
    const codes = demandCodes(log);
    let most = 0;
    for (let row = 0; row < log.length; row += 1) {
      if (codes[row] !== 0 && log.newBytes[row]! > most) most = log.newBytes[row]!;
    }
    const reserveBytes = powerOfTwo(most);
    const lineages = byLineage(facts, growth, codes);
    const policies = [asRecorded, ...policiesFor(reserveBytes)];
    const [recorded, ...others] = simulate(log, policies, facts.pageBytes);
    const data: WhatIfData = {
      lineages: lineages.rows.length + lineages.more,
      recorded: recorded!,
      policies: others,
      reserveBytes,
      byLineage: lineages,
    };
    return { findings: findingsOf(log, data), data };
  },
});
