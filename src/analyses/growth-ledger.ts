/**
 * Growth ledger: the outcome of each call that asked for more, by process, thread, site and
 * lineage.
 */
import { countOf, formatCount, formatShare } from "../base/units.ts";
import { defineAnalysis, type Finding } from "./analysis.ts";
import { type Facts, lineageName, processName, type Ranked } from "./facts.ts";
import { type GrowthOutcome, growthOutcomes } from "./recorders/growth.ts";
import { type GrowthLog, lineageGone, outcomeCodes, slowest } from "./recorders/growth-log.ts";
import { GrowthRecorder } from "./recorders/growth-recorder.ts";
import { heaviestKeys, rowsWith, unranked } from "./tally/heaviest.ts";
import { type TimeFigures, TimeTally } from "./tally/time-tally.ts";

/** Growths of one process, thread, site or lineage. */
export interface GrowthGroup {
  readonly name: string;
  /** Its first event. */
  readonly firstSeq: number;
  /** Calls that asked for more: in place, moved, relocated and refused. */
  readonly growths: number;
  readonly outcomes: Readonly<Record<GrowthOutcome, number>>;
  /** Bytes asked for, granted or not. */
  readonly askedBytes: number;
  /** Pages whose page table entries moved; their contents were not copied. */
  readonly movedPages: number;
  readonly time: TimeFigures;
}

export interface OutcomeFigures extends TimeFigures {
  readonly count: number;
  readonly bytes: number;
}

export interface GrowthLedgerData {
  readonly growths: number;
  readonly outcomes: Readonly<Record<GrowthOutcome, OutcomeFigures>>;
  readonly movedPages: number;
  readonly byCall: Ranked<GrowthGroup>;
  readonly byProcess: Ranked<GrowthGroup>;
  readonly byThread: Ranked<GrowthGroup>;
  readonly bySite: Ranked<GrowthGroup>;
  readonly byLineage: Ranked<GrowthGroup>;
  /** Rows missing from the groups and the medians because the log was full. */
  readonly notKept: number;
}

const { inPlace, moved, relocated, refused } = outcomeCodes;

/** The outcomes of calls that ask for more come first in `growthOutcomes`. */
function asksForMore(outcome: number): boolean {
  return outcome <= refused;
}

/**
 * By outcome, 1 if it asked for more or moved: multiplying is cheaper than a mispredicted branch.
 */
const asking = Float64Array.from(growthOutcomes.keys(), (code) => Number(asksForMore(code)));
const moving = Float64Array.from(growthOutcomes.keys(), (code) =>
  Number(code === moved || code === relocated),
);

/** Sums over the rows of a group. */
class GroupSum {
  firstSeq = 0;
  readonly #counts = new Float64Array(growthOutcomes.length);
  #askedBytes = 0;
  #movedBytes = 0;
  readonly #times: TimeTally;

  constructor(rows: number) {
    this.#times = new TimeTally(rows);
  }

  add(code: number, before: number, after: number, nanos: number): void {
    this.#counts[code]! += 1;
    this.#askedBytes += asking[code]! * Math.max(0, after - before);
    this.#movedBytes += moving[code]! * Math.min(before, after);
    this.#times.add(nanos);
  }

  figures(pageBytes: number): Omit<GrowthGroup, "name"> {
    const counts = this.#counts;
    return {
      firstSeq: this.firstSeq,
      growths: counts.reduce((sum, count, code) => sum + asking[code]! * count, 0),
      outcomes: Object.fromEntries(
        growthOutcomes.map((outcome, code) => [outcome, counts[code]!]),
      ) as Record<GrowthOutcome, number>,
      askedBytes: this.#askedBytes,
      movedPages: this.#movedBytes / pageBytes,
      time: this.#times.figures(),
    };
  }
}

function sumsOf(log: GrowthLog, rows: Uint32Array, ranks: Uint8Array, counts: readonly number[]) {
  const { seq, outcome, oldBytes, newBytes, nanos } = log;
  const sums = counts.map((count) => new GroupSum(count));
  for (let i = 0; i < rows.length; i += 1) {
    const rank = ranks[i]!;
    if (rank === unranked) continue;
    const row = rows[i]!;
    const sum = sums[rank]!;
    if (sum.firstSeq === 0) sum.firstSeq = seq[row]!;
    sum.add(outcome[row]!, oldBytes[row]!, newBytes[row]!, nanos[row]!);
  }
  return sums;
}

/** Ranks groups by moves, then by growths. */
const weights = Float64Array.from(growthOutcomes.keys(), (code) =>
  code === moved ? 2 ** 20 : asking[code]!,
);
const mostGroups = 20;
/** Rows of calls; the last code, `lineageGone`, is not a call. */
const areCalls = Uint8Array.from([...growthOutcomes.map(() => 1), 0]);

type GroupsBy = (column: Uint32Array, nameOf: (key: number) => string) => Ranked<GrowthGroup>;

function grouper(log: GrowthLog, pageBytes: number): GroupsBy {
  const rows = rowsWith(log.outcome, log.length, areCalls);
  let whole: GroupSum | undefined;
  return (column, nameOf) => {
    const weighing = { codes: log.outcome, weights };
    const { keys, counts, ranks, more } = heaviestKeys(column, rows, weighing, mostGroups);
    // Most recordings have one process, many one thread: a group of all rows is summed only once.
    const isWhole = keys.length === 1 && more === 0;
    const sums = isWhole && whole !== undefined ? [whole] : sumsOf(log, rows, ranks, counts);
    if (isWhole) [whole] = sums;
    const groups = keys.map((key, i) => ({ name: nameOf(key), ...sums[i]!.figures(pageBytes) }));
    return { rows: groups, more };
  };
}

/** By outcome, over the rows that were kept. */
function timesOf({ length, outcome, nanos }: GrowthLog): TimeTally[] {
  const counts = new Uint32Array(lineageGone + 1);
  for (let row = 0; row < length; row += 1) counts[outcome[row]!]! += 1;
  const tallies = Array.from(counts, (count) => new TimeTally(count));
  for (let row = 0; row < length; row += 1) tallies[outcome[row]!]!.add(nanos[row]!);
  return tallies;
}

function outcomeFigures(log: GrowthLog): Record<GrowthOutcome, OutcomeFigures> {
  const times = timesOf(log);
  const entries = growthOutcomes.map((outcome, code) => {
    const figures = {
      count: log.counts[code]!,
      bytes: log.bytesBy[code]!,
      ...times[code]!.figures(),
      totalNanos: log.nanosBy[code]!,
    };
    return [outcome, figures] as const;
  });
  return Object.fromEntries(entries) as Record<GrowthOutcome, OutcomeFigures>;
}

function dataOf(facts: Facts, growth: GrowthRecorder): GrowthLedgerData {
  const { sites, pageBytes } = facts;
  const { log } = growth;
  const outcomes = outcomeFigures(log);
  const groupsBy = grouper(log, pageBytes);
  return {
    growths:
      outcomes.inPlace.count +
      outcomes.moved.count +
      outcomes.relocated.count +
      outcomes.refused.count,
    outcomes,
    movedPages: movedPages(log, pageBytes),
    byCall: groupsBy(new Uint32Array(log.isBrk.subarray(0, log.length)), (isBrk) =>
      isBrk === 1 ? "brk" : "mremap",
    ),
    byProcess: groupsBy(log.process, (process) => processName(facts, process)),
    byThread: groupsBy(log.tid, (tid) => `thread ${tid}`),
    bySite: groupsBy(log.site, (site) => sites.name(site)),
    byLineage: groupsBy(log.lineage, (lineage) => lineageName(facts, growth, lineage)),
    notKept: log.dropped,
  };
}

function movedPages(log: GrowthLog, pageBytes: number): number {
  let bytes = 0;
  for (let row = 0; row < log.length; row += 1) {
    if (log.outcome[row] === lineageGone) continue;
    bytes += moving[log.outcome[row]!]! * Math.min(log.oldBytes[row]!, log.newBytes[row]!);
  }
  return bytes / pageBytes;
}

const thresholds = {
  movedShare: {
    value: 0.1,
    reason: "below one in ten, a buffer that doubles moves as often and nobody notices",
  },
  siteShare: { value: 0.5, reason: "one place that makes half of the moves is where to begin" },
} as const;

function findingsOf(log: GrowthLog, data: GrowthLedgerData): Finding[] {
  const { growths, outcomes, bySite } = data;
  if (growths === 0) return [];
  const findings: Finding[] = [];
  const share = outcomes.moved.count / growths;
  const first = bySite.rows[0];
  if (outcomes.moved.count === 0) {
    findings.push({
      sentence: `${countOf(growths, "growth")}, none moved`,
      severity: "good",
      numbers: { growths, inPlace: outcomes.inPlace.count },
      events: slowest(log, inPlace, 10),
    });
  } else {
    findings.push({
      sentence: `${formatCount(outcomes.moved.count)} of ${countOf(growths, "growth")} moved (${formatShare(outcomes.moved.count, growths)})`,
      severity: share >= thresholds.movedShare.value ? "attention" : "note",
      numbers: {
        growths,
        moved: outcomes.moved.count,
        movedNanos: outcomes.moved.totalNanos,
        movedPages: data.movedPages,
      },
      events: slowest(log, moved, 100),
    });
  }
  if (
    first !== undefined &&
    first.name !== "unknown" &&
    first.outcomes.moved >= outcomes.moved.count * thresholds.siteShare.value &&
    first.outcomes.moved > 1
  ) {
    findings.push({
      sentence: `${formatCount(first.outcomes.moved)} of ${countOf(outcomes.moved.count, "move")} were asked for by ${first.name}`,
      severity: "note",
      numbers: { moves: outcomes.moved.count, bySite: first.outcomes.moved },
      events: [first.firstSeq],
    });
  }
  if (outcomes.refused.count > 0) {
    findings.push({
      sentence: `${countOf(outcomes.refused.count, "growth was", "growths were")} refused`,
      advice: "Pass MREMAP_MAYMOVE where the address may change, or reserve the room ahead",
      severity: "attention",
      numbers: { refused: outcomes.refused.count },
      events: slowest(log, refused, 100),
    });
  }
  return findings;
}

export const growthLedger = defineAnalysis({
  id: "growth-ledger",
  title: "Growth ledger",
  question: "How many growths stayed in place, how many moved, and what did they take?",
  basis: ["events"],
  thresholds,
  needs: { growth: GrowthRecorder },
  conclude(facts, { growth }) {
    const data = dataOf(facts, growth);
    return { findings: findingsOf(growth.log, data), data };
  },
});
