/** Fragmentation: the free gaps between mappings, the largest of them, and how much of the span is mapped. */
import { countOf, formatBytes, formatShare } from "../base/units.ts";
import { defineAnalysis, type Finding } from "./analysis.ts";
import { processName } from "./facts.ts";
import { largest } from "./largest.ts";
import { SpaceHistory } from "./recorders/space-history.ts";
import { mostGapBytes } from "./tally/gaps.ts";

const columns = [
  "seq",
  "atNanos",
  "gapCount",
  "gapBytes",
  "largestGapBytes",
  "gapAreaMappedBytes",
] as const;

/** One process. Lists have a row for each bucket, at most 512; the last row is the final state. */
export interface ProcessGaps {
  readonly process: number;
  readonly name: string;
  /** This and the following up to `mappedShare`: at the process's end. */
  readonly gaps: number;
  readonly gapBytes: number;
  readonly largestGapBytes: number;
  readonly mappedBytes: number;
  /** Mapped bytes divided by mapped and gap bytes: 0 to 1. */
  readonly mappedShare: number;
  /** The lowest mapped share, and the first event of its bucket. */
  readonly leastMappedShare: number;
  readonly leastMappedShareSeq: number;
  readonly series: Readonly<Record<(typeof columns)[number], readonly number[]>>;
}

export interface FragmentationData {
  readonly processes: readonly ProcessGaps[];
  readonly moreProcesses: number;
}

const thresholds = {
  mostGapBytes: {
    value: mostGapBytes,
    reason: "gaps from here on lie between the areas of the kernel's own layout",
  },
  gaps: { value: 100, reason: "a loader leaves dozens of gaps; a hundred are the program's" },
  mappedShare: { value: 0.5, reason: "less than half mapped: more holes than memory" },
} as const;

function shareOf(mapped: number, free: number): number {
  return mapped + free === 0 ? 1 : mapped / (mapped + free);
}

function findingsOf({ processes }: FragmentationData): Finding[] {
  return processes
    .filter(
      ({ gaps, mappedShare }) =>
        gaps >= thresholds.gaps.value && mappedShare < thresholds.mappedShare.value,
    )
    .map((one) => ({
      sentence: `${one.name} ended with ${countOf(one.gaps, "gap")} of ${formatBytes(one.gapBytes)} between its mappings, the largest ${formatBytes(one.largestGapBytes)}; ${formatShare(one.mappedBytes, one.mappedBytes + one.gapBytes)} of the span was mapped`,
      advice: "Unmap in the order of mapping, or map in larger pieces",
      severity: "attention" as const,
      numbers: {
        gaps: one.gaps,
        gapBytes: one.gapBytes,
        largestGapBytes: one.largestGapBytes,
        mappedShare: one.mappedShare,
      },
      events: [one.leastMappedShareSeq],
      process: one.process,
    }));
}

export const fragmentation = defineAnalysis({
  id: "fragmentation",
  title: "Fragmentation",
  question: "How torn is the address space?",
  basis: ["events", "observations"],
  thresholds,
  needs: { history: SpaceHistory },
  conclude(facts, { history }) {
    const { chosen, more } = largest(history, ({ regions }) => regions.value);
    const processes = chosen.map(({ track, series }): ProcessGaps => {
      const lists = series.lists(columns);
      const last = series.count - 1;
      const shares = lists.gapBytes.map((free, i) => shareOf(lists.gapAreaMappedBytes[i]!, free));
      const least = shares.reduce((best, share, i) => (share < shares[best]! ? i : best), 0);
      return {
        process: track.process,
        name: processName(facts, track.process),
        gaps: lists.gapCount[last]!,
        gapBytes: lists.gapBytes[last]!,
        largestGapBytes: lists.largestGapBytes[last]!,
        mappedBytes: lists.gapAreaMappedBytes[last]!,
        mappedShare: shares[last]!,
        leastMappedShare: shares[least]!,
        leastMappedShareSeq: lists.seq[least]!,
        series: lists,
      };
    });
    const data: FragmentationData = { processes, moreProcesses: more };
    return { findings: findingsOf(data), data };
  },
});
