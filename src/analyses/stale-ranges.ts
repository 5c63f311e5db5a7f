/** Stale ranges: where mappings used to be, when the range was mapped again, and by whom. */
import { countOf, formatCount, formatDuration, formatShare } from "../base/units.ts";
import { defineAnalysis, type Finding } from "./analysis.ts";
import { type Facts, processName, type Ranked, ranked } from "./facts.ts";
import { freedBy } from "./recorders/freed-ranges.ts";
import { ReuseLog } from "./recorders/reuse-log.ts";
import type { Bar } from "./tally/histogram.ts";

/** Ranges that were freed in the same way. */
export interface FreedFigures {
  readonly ranges: number;
  readonly bytes: number;
  /** Of `ranges`, those whose reuse was watched: all of a process's first 100,000, then one in eight. */
  readonly followed: number;
  /** Followed ranges of which some part was mapped again in the same process. */
  readonly takenAgain: number;
  /** Of these, those mapped again by the site that had mapped them before. */
  readonly bySameSite: number;
  /** Half were mapped again within this time: an upper bound, rounded up to a power of two. */
  readonly medianNanos: number;
  readonly soonestNanos: number;
  readonly delays: readonly Bar[];
}

/** A range that a move left and another mapping took. */
export interface StaleRange {
  readonly process: string;
  readonly start: number;
  readonly bytes: number;
  /** The event of the move. */
  readonly freedSeq: number;
  readonly takenSeq: number;
  readonly afterNanos: number;
  readonly taker: string;
}

export interface StaleRangesData {
  readonly moved: FreedFigures;
  readonly unmapped: FreedFigures;
  readonly shrunk: FreedFigures;
  /** Sites that took ranges that moves had left. */
  readonly takers: Ranked<{ readonly site: string; readonly ranges: number }>;
  /** Ranges left by moves, the soonest taken first. */
  readonly soonest: readonly StaleRange[];
  /** Freed ranges that were dropped before they were mapped again, because there were too many. */
  readonly forgotten: number;
}

const thresholds = {
  takenAgain: {
    value: 0.1,
    reason: "one stale pointer in ten that reads other memory is a bug that testers will not see",
  },
} as const;

const mostShown = 50;

function figuresOf(reuse: ReuseLog, how: number): FreedFigures {
  const delays = reuse.delays[how]!;
  return {
    ranges: reuse.freed[how]!,
    bytes: reuse.freedBytes[how]!,
    followed: reuse.followed[how]!,
    takenAgain: reuse.retaken[how]!,
    bySameSite: reuse.bySameSite[how]!,
    medianNanos: delays.count === 0 ? 0 : delays.quantile(0.5),
    soonestNanos: delays.count === 0 ? 0 : delays.least,
    delays: delays.bars(),
  };
}

function dataOf(facts: Facts, reuse: ReuseLog): StaleRangesData {
  const { sites } = facts;
  const takers = [...reuse.takers.entries()]
    .filter(([, ranges]) => ranges > 0)
    .map(([site, ranges]) => ({ site: sites.name(site), ranges }));
  return {
    moved: figuresOf(reuse, freedBy.moved),
    unmapped: figuresOf(reuse, freedBy.unmapped),
    shrunk: figuresOf(reuse, freedBy.shrunk),
    takers: ranked(takers, ({ ranges }) => ranges),
    soonest: reuse
      .soonest()
      .slice(0, mostShown)
      .map(({ process, takerSite, ...reuse }) => ({
        process: processName(facts, process),
        ...reuse,
        taker: sites.name(takerSite),
      })),
    forgotten: reuse.forgotten,
  };
}

function findingsOf({ moved, soonest }: StaleRangesData): Finding[] {
  const { followed, takenAgain, medianNanos } = moved;
  if (takenAgain === 0) return [];
  const share = takenAgain / followed;
  const what = `${formatCount(takenAgain)} of ${countOf(followed, "range")} that moves left ${takenAgain === 1 ? "was" : "were"} taken again (${formatShare(takenAgain, followed)})`;
  return [
    {
      sentence: `${what}, half within ${formatDuration(medianNanos)}; a stale pointer faults before that and reads other memory after it`,
      advice: "Keep offsets instead of pointers into what may move",
      severity: share >= thresholds.takenAgain.value ? "attention" : "note",
      numbers: { ranges: followed, takenAgain, medianNanos, soonestNanos: moved.soonestNanos },
      events: soonest.map(({ takenSeq }) => takenSeq),
    },
  ];
}

export const staleRanges = defineAnalysis({
  id: "stale-ranges",
  title: "Stale ranges",
  question: "When is the old place of a mapping taken again, and by whom?",
  basis: ["events"],
  thresholds,
  needs: { reuse: ReuseLog },
  conclude(facts, { reuse }) {
    const data = dataOf(facts, reuse);
    return { findings: findingsOf(data), data };
  },
});
