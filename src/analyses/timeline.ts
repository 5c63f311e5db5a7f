/** Timeline: what was mapped over time, and what the peak was made of. */
import { formatBytes, formatShare } from "../base/units.ts";
import { defineAnalysis, type Finding } from "./analysis.ts";
import { processName } from "./facts.ts";
import { largest, type NamedPortion, namedPortions } from "./largest.ts";
import { SpaceHistory } from "./recorders/space-history.ts";

const columns = [
  "seq",
  "atNanos",
  "leastMappedBytes",
  "mostMappedBytes",
  "writableBytes",
  "executableBytes",
  "reservedBytes",
  "fileBytes",
  "anonymousBytes",
] as const;

/** One process. Lists have a row for each bucket, at most 512. */
export interface ProcessTimeline {
  readonly process: number;
  readonly name: string;
  readonly peakMappedBytes: number;
  readonly peakSeq: number;
  readonly peakAtNanos: number;
  /**
   * What was mapped at event `madeOfSeq`, which is at most 5 % below the peak: the largest first.
   */
  readonly madeOf: readonly NamedPortion[];
  readonly madeOfSeq: number;
  /** Calls in each bucket. */
  readonly callsPerBucket: number;
  readonly series: Readonly<Record<(typeof columns)[number], readonly number[]>>;
}

export interface TimelineData {
  /** The processes with the highest peaks. */
  readonly processes: readonly ProcessTimeline[];
  readonly moreProcesses: number;
}

const thresholds = {
  share: { value: 0.5, reason: "one place that holds half of the peak is where to save" },
} as const;

function findingsOf({ processes }: TimelineData): Finding[] {
  const [first] = processes;
  const most = first?.madeOf[0];
  if (first === undefined || most === undefined) return [];
  if (most.bytes < first.peakMappedBytes * thresholds.share.value) return [];
  const share = formatShare(most.bytes, first.peakMappedBytes);
  return [
    {
      sentence: `at the peak of ${formatBytes(first.peakMappedBytes)} in ${first.name}, ${most.name} held ${formatBytes(most.bytes)} (${share})`,
      severity: "note",
      numbers: {
        peakMappedBytes: first.peakMappedBytes,
        bytes: most.bytes,
        regions: most.regions,
      },
      events: [first.peakSeq],
      process: first.process,
    },
  ];
}

export const timeline = defineAnalysis({
  id: "timeline",
  title: "Timeline",
  question: "How much was mapped over time, and what was the peak made of?",
  basis: ["events", "observations"],
  thresholds,
  needs: { history: SpaceHistory },
  conclude(facts, { history }) {
    const { chosen, more } = largest(history, ({ mapped }) => mapped.value);
    const processes = chosen.map(
      ({ track, mapped, series }): ProcessTimeline => ({
        process: track.process,
        name: processName(facts, track.process),
        peakMappedBytes: mapped.value,
        peakSeq: mapped.seq,
        peakAtNanos: mapped.atNanos,
        madeOf: namedPortions(facts, mapped.portions, ({ bytes }) => bytes),
        madeOfSeq: mapped.portionsSeq,
        callsPerBucket: series.width,
        series: series.lists(columns),
      }),
    );
    const data: TimelineData = { processes, moreProcesses: more };
    return { findings: findingsOf(data), data };
  },
});
