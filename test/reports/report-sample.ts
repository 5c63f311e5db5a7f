/** A report that is made up: one process, three ranges, two moves, and what findings are asked for. */
import type { AnalysisResult } from "../../src/analyses/analysis.ts";
import type { Analyses } from "../../src/analyses/answers.ts";
import type { Picture, ProcessPicture } from "../../src/analyses/picture/picture.ts";
import { gains, losses } from "../../src/analyses/picture/picture-rows.ts";
import type { ProcessVerdict, VerifyResult } from "../../src/analyses/verify.ts";
import { memoryKinds } from "../../src/base/kinds.ts";
import type { ReportResult } from "../../src/reports/report/report.ts";
import { statsOf } from "./figures.ts";

/** Two bands of 16 KiB with a fold of as much between. */
export const processPicture: ProcessPicture = {
  process: 1,
  pid: 4121,
  program: "grow",
  fromNanos: 0,
  toNanos: 1000,
  rangeCount: 3,
  moveCount: 2,
  ranges: [0, 3],
  moves: [0, 2],
  bands: [
    { start: 0x1000, end: 0x5000, low: 0, high: 0.4, isFold: false },
    { start: 0x5000, end: 0x9000, low: 0.4, high: 0.5, isFold: true },
    { start: 0x9000, end: 0xd000, low: 0.5, high: 1, isFold: false },
  ],
};

const doubles = (...values: readonly number[]) => Float64Array.from(values);

export const picture: Picture = {
  durationNanos: 1000,
  ranges: {
    length: 3,
    process: Uint32Array.of(1, 1, 1),
    start: doubles(0x1000, 0x9000, 0x9000),
    end: doubles(0x3000, 0xd000, 0x9001),
    fromNanos: doubles(0, 500, 1000),
    toNanos: doubles(500, 1000, 1000),
    kind: Uint8Array.of(memoryKinds.indexOf("anonymous"), 0, memoryKinds.indexOf("anonymous")),
    mapping: Uint32Array.of(7, 8, 9),
    bySeq: doubles(3, 4, 5),
    call: Uint8Array.of(1, 6, 1),
    gain: Uint8Array.of(1, 2, 3),
    loss: Uint8Array.of(0, 7, 8),
    site: Uint32Array.of(0, 1, 0),
  },
  moves: {
    length: 2,
    process: Uint32Array.of(1, 1),
    seq: doubles(11, 12),
    atNanos: doubles(250, 750),
    durationNanos: doubles(31, 32),
    from: doubles(0x1000, 0x9000),
    to: doubles(0x9000, 0x1000),
    oldBytes: doubles(0x1000, 0x2000),
    newBytes: doubles(0x2000, 0x1000),
    site: Uint32Array.of(1, 0),
  },
  rangeCount: 3,
  moveCount: 2,
  processes: [processPicture],
  kinds: memoryKinds,
  calls: ["", "mmap"],
  gains,
  losses,
  sites: ["", "main (a.c:1)"],
};

export const verdict: ProcessVerdict = {
  process: 1,
  pid: 4121,
  program: "python3",
  status: "exact",
  texts: 2,
  ranges: 40,
  divergences: [],
  divergenceCount: 0,
  harmless: [],
  contradictions: [],
  contradictionCount: 0,
  reason: null,
  note: null,
};

export const verified: VerifyResult = {
  ...{ recording: 3, status: "exact", exact: 1, diverged: 0, unverifiable: 0 },
  processes: [verdict],
};

export const resultOf = (id: string, more: Partial<AnalysisResult> = {}): AnalysisResult => ({
  ...{ id, title: `title of ${id}`, question: `${id}?`, basis: ["events"], findings: [], data: {} },
  ...more,
});

export function analysesOf(...results: readonly AnalysisResult[]): Analyses {
  return {
    results,
    findings: results.flatMap(({ findings }) => findings),
    of: (id) => results.find((one) => one.id === id) as never,
  };
}

export function reportOf(more: Partial<ReportResult> = {}): ReportResult {
  return {
    stats: statsOf(),
    verify: verified,
    analyses: analysesOf(),
    growthPoints: { points: [], oneIn: 1 },
    picture,
    damage: [],
    toolVersion: "9.8.7",
    ...more,
  };
}
