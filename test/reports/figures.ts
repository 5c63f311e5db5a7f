/** Made-up figures for the reports' golden texts. */

import { growthOutcomes } from "../../src/analyses/recorders/growth.ts";
import {
  type GrowthFigures,
  type ProcessFigures,
  type StatsResult,
  summariseCoverage,
} from "../../src/analyses/stats.ts";

const nothing: GrowthFigures = { count: 0, bytes: 0, nanos: 0 };

export function growthOf(more: Partial<StatsResult["growth"]> = {}): StatsResult["growth"] {
  const entries = growthOutcomes.map((outcome) => [outcome, nothing]);
  return { ...(Object.fromEntries(entries) as StatsResult["growth"]), ...more };
}

export function processOf(process: number, more: Partial<ProcessFigures> = {}): ProcessFigures {
  return {
    process,
    pid: 4120 + process,
    ppid: 4120,
    parent: process === 1 ? null : 1,
    how: process === 1 ? "launch" : "exec",
    exe: "/usr/bin/python3.11",
    argv: [more.exe ?? "python3", "grow.py"],
    startedAtNanos: 0,
    end: { how: "exit", status: 0, atNanos: 1_800_000_000 },
    coverage: { status: "full", reasons: [] },
    calls: 12_001,
    failed: 0,
    moved: 430,
    ...more,
  };
}

export function statsOf(more: Partial<StatsResult> = {}): StatsResult {
  const processes = more.processes ?? [processOf(1)];
  return {
    recording: {
      id: 3,
      status: "complete",
      command: ["/usr/bin/python3", "grow.py"],
      cwd: "/home/ada",
      startedAt: "2025-11-23T14:20:00.123Z",
      durationNanos: 1_840_000_000,
      eventCount: 12_431,
      exit: { code: 0 },
      source: "native",
    },
    processes,
    calls: {
      mmap: { count: 11_000, failed: 0, nanos: 9_000_000 },
      mremap: { count: 512, failed: 2, nanos: 3_100_000 },
    },
    growth: growthOf({
      inPlace: { count: 80, bytes: 12 * 1024 ** 2, nanos: 200_000 },
      moved: { count: 430, bytes: 200 * 1024 ** 2, nanos: 2_900_000 },
      refused: { count: 2, bytes: 8192, nanos: 800 },
    }),
    coverage: summariseCoverage(processes.map(({ coverage }) => coverage)),
    dropped: 0,
    ...more,
  };
}
