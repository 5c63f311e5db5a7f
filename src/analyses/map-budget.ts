/**
 * Map budget: how near each process came to vm.max_map_count, what used it up, what splits regions.
 */
import { countOf, formatCount, formatShare } from "../base/units.ts";
import { defineAnalysis, type Finding } from "./analysis.ts";
import { type Facts, mapLimit, processName, type Ranked, ranked } from "./facts.ts";
import { largest, type NamedPortion, namedPortions } from "./largest.ts";
import { type ProcessHistory, SpaceHistory } from "./recorders/space-history.ts";
import { SplitLog } from "./recorders/split-log.ts";

const columns = ["seq", "atNanos", "leastRegions", "mostRegions"] as const;

/** One process. Calls do not determine whether neighbouring VMAs merge, so counts are ranges. */
export interface ProcessBudget {
  readonly process: number;
  readonly name: string;
  /** Bounds on the peak number of VMAs: with all merged that may be, and with none merged. */
  readonly peakMergedRegions: number;
  readonly peakRegions: number;
  readonly peakSeq: number;
  /**
   * Who held them at event `consumersSeq`, which is at most 5 % below the peak, in descending
   * order.
   */
  readonly consumers: readonly NamedPortion[];
  readonly consumersSeq: number;
  /**
   * Calls left at the process's end until the limit, at the rate of the last quarter of its calls,
   * assuming that nothing merges; null if the count is not rising.
   */
  readonly callsUntilLimit: number | null;
  readonly series: Readonly<Record<(typeof columns)[number], readonly number[]>>;
}

export interface MapBudgetData {
  /** vm.max_map_count. */
  readonly limit: number;
  /** default: the recording does not have the machine's own limit. */
  readonly limitFrom: "recording" | "default";
  readonly processes: readonly ProcessBudget[];
  readonly moreProcesses: number;
  /** Sites whose mprotect split regions. */
  readonly splitters: Ranked<{
    readonly site: string;
    readonly splits: number;
    readonly firstSeq: number;
  }>;
}

const thresholds = {
  attention: { value: 0.5, reason: "half of the budget is gone: twice the load will not fit" },
  bad: { value: 0.9, reason: "the next burst fails with ENOMEM" },
  splits: {
    value: 1000,
    reason: "a thousand splits are a habit and cost a sixtieth of the budget",
  },
} as const;

/** New regions per call, over the last quarter of the buckets. */
function rateOf({ series }: ProcessHistory): number {
  const { mostRegions } = series.lists(["mostRegions"]);
  const from = Math.floor(mostRegions.length * 0.75);
  const buckets = mostRegions.length - 1 - from;
  if (buckets < 1) return 0;
  const risen = mostRegions[mostRegions.length - 1]! - mostRegions[from]!;
  return risen / (buckets * series.width);
}

function budgetOf(facts: Facts, history: ProcessHistory, limit: number): ProcessBudget {
  const { track, regions, series } = history;
  const lists = series.lists(columns);
  const last = lists.mostRegions[lists.mostRegions.length - 1] ?? 0;
  const rate = rateOf(history);
  return {
    process: track.process,
    name: processName(facts, track.process),
    peakMergedRegions: series.mostMerged,
    peakRegions: regions.value,
    peakSeq: regions.seq,
    consumers: namedPortions(facts, regions.portions, (portion) => portion.regions),
    consumersSeq: regions.portionsSeq,
    callsUntilLimit: rate > 0 ? Math.max(0, Math.ceil((limit - last) / rate)) : null,
    series: lists,
  };
}

function findingsOf(data: MapBudgetData): Finding[] {
  const findings: Finding[] = [];
  for (const one of data.processes) {
    const share = one.peakRegions / data.limit;
    if (share < thresholds.attention.value) continue;
    const most = one.consumers[0];
    const who = most === undefined ? "" : `; ${most.name} had ${formatCount(most.regions)}`;
    const range = `${formatCount(one.peakMergedRegions)} to ${formatCount(one.peakRegions)}`;
    findings.push({
      sentence: `${one.name} had ${range} of ${formatCount(data.limit)} regions (${formatShare(one.peakRegions, data.limit)} of vm.max_map_count)${who}`,
      advice: "Map in larger pieces, or raise vm.max_map_count",
      severity: share >= thresholds.bad.value ? "bad" : "attention",
      numbers: {
        peakMergedRegions: one.peakMergedRegions,
        peakRegions: one.peakRegions,
        limit: data.limit,
        ...(one.callsUntilLimit === null ? {} : { callsUntilLimit: one.callsUntilLimit }),
      },
      events: [one.peakSeq],
      process: one.process,
    });
  }
  const [splitter] = data.splitters.rows;
  if (splitter !== undefined && splitter.splits >= thresholds.splits.value) {
    findings.push({
      sentence: `mprotect by ${splitter.site} split regions into ${countOf(splitter.splits, "piece")} more`,
      advice: "Protect whole mappings, or give each protection a mapping of its own",
      severity: "attention",
      numbers: { splits: splitter.splits },
      events: [splitter.firstSeq],
    });
  }
  return findings;
}

export const mapBudget = defineAnalysis({
  id: "map-budget",
  title: "Map budget",
  question: "How near did a process come to the limit of regions, and who used them up?",
  basis: ["events", "observations", "inference"],
  thresholds,
  needs: { history: SpaceHistory, splits: SplitLog },
  conclude(facts, { history, splits }) {
    const limit = mapLimit(facts);
    const { chosen, more } = largest(history, ({ regions }) => regions.value);
    const splitters = [...splits.bySite].map(([site, split]) => ({
      site: facts.sites.name(site),
      ...split,
    }));
    const data: MapBudgetData = {
      limit,
      limitFrom: facts.maxMapCount === undefined ? "default" : "recording",
      processes: chosen.map((one) => budgetOf(facts, one, limit)),
      moreProcesses: more,
      splitters: ranked(splitters, ({ splits }) => splits),
    };
    return { findings: findingsOf(data), data };
  },
});
