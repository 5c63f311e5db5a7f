/** The metrics of a recording that a diff compares, by the names that conditions use. */

import { isCall } from "../../events/describe.ts";
import { type CallName, kindCodes, kindOf } from "../../events/kinds.ts";
import type { StatsResult } from "../stats.ts";

/** share: percent of a whole; its changes are in percentage points. */
export type Unit = "count" | "bytes" | "nanos" | "share";

export interface Metric {
  readonly name: string;
  /** What it measures, in words. */
  readonly meaning: string;
  readonly unit: Unit;
  /** undefined if the recording does not have it. */
  readonly read: (stats: StatsResult) => number | undefined;
}

function growths({ growth }: StatsResult): number {
  const { inPlace, moved, relocated, refused } = growth;
  return inPlace.count + moved.count + relocated.count + refused.count;
}

function sumCalls(stats: StatsResult, key: "count" | "failed" | "nanos"): number {
  return Object.values(stats.calls).reduce((sum, figures) => sum + figures[key], 0);
}

const growing: readonly Metric[] = [
  {
    name: "growths",
    meaning: "calls that asked for more, by mremap or brk",
    unit: "count",
    read: growths,
  },
  {
    name: "moved",
    meaning: "growths that the kernel had to move",
    unit: "count",
    read: ({ growth }) => growth.moved.count,
  },
  {
    name: "moved-share",
    meaning: "moved growths among all, in percent",
    unit: "share",
    read: (stats) => {
      const all = growths(stats);
      return all === 0 ? 0 : (100 * stats.growth.moved.count) / all;
    },
  },
  {
    name: "in-place",
    meaning: "growths that stayed where they were",
    unit: "count",
    read: ({ growth }) => growth.inPlace.count,
  },
  {
    name: "relocated",
    meaning: "growths whose new place the program chose",
    unit: "count",
    read: ({ growth }) => growth.relocated.count,
  },
  {
    name: "refused",
    meaning: "growths that the kernel refused",
    unit: "count",
    read: ({ growth }) => growth.refused.count,
  },
  {
    name: "mremap-time",
    meaning: "time in mremap",
    unit: "nanos",
    read: ({ calls }) => calls["mremap"]?.nanos ?? 0,
  },
];

const whole: readonly Metric[] = [
  {
    name: "peak",
    meaning: "the most that one process had mapped",
    unit: "bytes",
    read: ({ peakMappedBytes }) => peakMappedBytes,
  },
  {
    name: "regions",
    meaning: "the most regions that one process had",
    unit: "count",
    read: ({ peakRegions }) => peakRegions,
  },
  {
    name: "calls",
    meaning: "calls of all kinds",
    unit: "count",
    read: (s) => sumCalls(s, "count"),
  },
  {
    name: "failed",
    meaning: "calls that failed",
    unit: "count",
    read: (s) => sumCalls(s, "failed"),
  },
  {
    name: "call-time",
    meaning: "time in all recorded calls",
    unit: "nanos",
    read: (s) => sumCalls(s, "nanos"),
  },
  {
    name: "duration",
    meaning: "how long the recording took",
    unit: "nanos",
    read: ({ recording }) => recording.durationNanos ?? undefined,
  },
  { name: "processes", meaning: "processes", unit: "count", read: (s) => s.processes.length },
];

/** Metrics of the comparison itself, so A has no value for them. */
export const siteMetricNames = ["new-sites", "gone-sites"] as const;
export type SiteMetricName = (typeof siteMetricNames)[number];

export const metrics: readonly Metric[] = [...growing, ...whole];

/** Every recorded call is a metric too: the number of its calls. */
function callMetric(name: CallName): Metric {
  return {
    name,
    meaning: `calls of ${name}`,
    unit: "count",
    read: ({ calls }) => calls[name]?.count ?? 0,
  };
}

/** The metric of that name; undefined if there is none. */
export function metricNamed(name: string): Metric | undefined {
  const known = metrics.find((metric) => metric.name === name);
  if (known !== undefined || !Object.hasOwn(kindCodes, name)) return known;
  const kind = kindOf(kindCodes[name as CallName]);
  return isCall(kind) ? callMetric(kind) : undefined;
}

/** One metric in both recordings. */
export interface MetricChange {
  readonly name: string;
  readonly unit: Unit;
  /** null if the recording does not have it. */
  readonly a: number | null;
  readonly b: number | null;
  /** b - a; percentage points where the unit is share. */
  readonly change: number | null;
  /** The change in percent of a; null if a is 0 (and b is not) or either is unknown. */
  readonly changePercent: number | null;
}

export function changeOf(
  name: string,
  unit: Unit,
  a: number | undefined,
  b: number | undefined,
): MetricChange {
  if (a === undefined || b === undefined) {
    return { name, unit, a: a ?? null, b: b ?? null, change: null, changePercent: null };
  }
  const change = b - a;
  // 0 to 0 is no change; from 0 to anything else there is no percentage.
  const changePercent = change === 0 ? 0 : a === 0 ? null : (100 * change) / a;
  return { name, unit, a, b, change, changePercent };
}
