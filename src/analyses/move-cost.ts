/** Cost of a move by its size: what the recorded moves took, and what copying would have taken. */
import { countOf, formatBytes, formatDuration } from "../base/units.ts";
import { defineAnalysis, type Finding } from "./analysis.ts";
import { type GrowthLog, outcomeCodes, slowest } from "./recorders/growth-log.ts";
import { GrowthRecorder } from "./recorders/growth-recorder.ts";
import { selectQuantile } from "./tally/numbers.ts";
import { TimeTally } from "./tally/time-tally.ts";

/** Moves of one size class: from a power of two of pages up to the next, exclusive. */
export interface MoveSizes {
  readonly fromPages: number;
  readonly count: number;
  readonly medianPages: number;
  readonly medianNanos: number;
  readonly p99Nanos: number;
}

/** unknown: too few size classes to decide. */
export type MoveVerdict = "constant" | "linear" | "steps of 2 MiB" | "unknown";

export interface MoveCostData {
  /** Page size that `nanosPerPage` refers to. */
  readonly pageBytes: number;
  readonly moves: number;
  readonly sizes: readonly MoveSizes[];
  readonly verdict: MoveVerdict;
  /** Fitted to the medians: the fixed cost of a move, and the cost of each page or each 2 MiB. */
  readonly baseNanos: number;
  readonly nanosPerPage: number;
  readonly nanosPer2MiB: number;
  readonly totalNanos: number;
  /** What copying the moved bytes would have taken at `copyBytesPerSecond`. */
  readonly copyNanos: number;
  readonly copyBytesPerSecond: number;
}

/** Assumed, not measured: memcpy on one core of a server some years old. */
const assumedCopyBytesPerSecond = 10 * 2 ** 30;

const thresholds = {
  sizes: { value: 3, reason: "two points fit any line" },
  flat: {
    value: 1.5,
    reason: "when sizes differ a hundredfold and times by less than half, size does not decide",
  },
  better: {
    value: 0.8,
    reason: "steps are believed only where they leave a fifth less unexplained than a line",
  },
} as const;

interface Point {
  readonly pages: number;
  readonly nanos: number;
  readonly weight: number;
}

/** Fits y = a + b*x with a, b >= 0. `rest` is the weighted sum of squared relative errors. */
function leastSquares(points: readonly Point[], x: (pages: number) => number) {
  let sum = 0;
  let sumX = 0;
  let sumY = 0;
  let sumXX = 0;
  let sumXY = 0;
  for (const { pages, nanos, weight } of points) {
    // Weighted by relative error, because sizes span five orders of magnitude.
    const w = weight / Math.max(1, nanos) ** 2;
    sum += w;
    sumX += w * x(pages);
    sumY += w * nanos;
    sumXX += w * x(pages) ** 2;
    sumXY += w * x(pages) * nanos;
  }
  const spread = sum * sumXX - sumX * sumX;
  let slope = spread === 0 ? 0 : Math.max(0, (sum * sumXY - sumX * sumY) / spread);
  let base = sum === 0 ? 0 : (sumY - slope * sumX) / sum;
  if (base < 0) {
    base = 0;
    slope = sumXX === 0 ? 0 : sumXY / sumXX;
  }
  let rest = 0;
  for (const { pages, nanos, weight } of points) {
    rest += weight * ((base + slope * x(pages) - nanos) / Math.max(1, nanos)) ** 2;
  }
  return { base, slope, rest };
}

/** Decides how the time depends on the size. Exported for its test. */
export function judgeMoves(
  points: readonly Point[],
  pagesPer2MiB: number,
): Pick<MoveCostData, "verdict" | "baseNanos" | "nanosPerPage" | "nanosPer2MiB"> {
  const line = leastSquares(points, (pages) => pages);
  const flat = leastSquares(points, () => 0);
  const nothing = { nanosPerPage: 0, nanosPer2MiB: 0 };
  if (points.length < thresholds.sizes.value) {
    return { verdict: "unknown", baseNanos: flat.base, ...nothing };
  }
  const nanos = points.map((point) => point.nanos);
  if (Math.max(...nanos) <= thresholds.flat.value * Math.min(...nanos)) {
    return { verdict: "constant", baseNanos: flat.base, ...nothing };
  }
  const steps = leastSquares(points, (pages) => Math.ceil(pages / pagesPer2MiB));
  const isLarge = points.some(({ pages }) => pages > 2 * pagesPer2MiB);
  if (isLarge && steps.rest < thresholds.better.value * line.rest) {
    return {
      verdict: "steps of 2 MiB",
      baseNanos: steps.base,
      nanosPerPage: 0,
      nanosPer2MiB: steps.slope,
    };
  }
  return { verdict: "linear", baseNanos: line.base, nanosPerPage: line.slope, nanosPer2MiB: 0 };
}

/** Size class of rows that are no move or have no time. */
const noClass = 255;

/** By row, the move's size class: log2 of its pages, rounded down. */
function classesOf({ length, outcome, nanos, oldBytes }: GrowthLog, pageBytes: number): Uint8Array {
  const classes = new Uint8Array(length).fill(noClass);
  for (let row = 0; row < length; row += 1) {
    if (outcome[row] !== outcomeCodes.moved || nanos[row] === 0) continue;
    const pages = oldBytes[row]! / pageBytes;
    classes[row] =
      pages < 2 ** 32 ? 31 - Math.clz32(Math.max(1, pages)) : Math.floor(Math.log2(pages));
  }
  return classes;
}

function sizesOf(
  log: GrowthLog,
  pageBytes: number,
): { sizes: MoveSizes[]; bytes: number; nanos: number } {
  const classOf = classesOf(log, pageBytes);
  const counts = new Uint32Array(noClass + 1);
  for (let row = 0; row < log.length; row += 1) counts[classOf[row]!]! += 1;
  const classes = Array.from(counts.subarray(0, 64), (count) => ({
    pages: new Float64Array(count),
    times: new TimeTally(count),
    filled: 0,
  }));
  let bytes = 0;
  let nanos = 0;
  for (let row = 0; row < log.length; row += 1) {
    const one = classes[classOf[row]!];
    if (one === undefined) continue;
    bytes += log.oldBytes[row]!;
    nanos += log.nanos[row]!;
    one.pages[one.filled] = log.oldBytes[row]! / pageBytes;
    one.times.add(log.nanos[row]!);
    one.filled += 1;
  }
  const sizes = classes.flatMap(({ pages, times, filled }, index): MoveSizes[] => {
    if (filled === 0) return [];
    const { medianNanos, p99Nanos } = times.figures();
    const medianPages = selectQuantile(pages, 0.5);
    return [{ fromPages: 2 ** index, count: filled, medianPages, medianNanos, p99Nanos }];
  });
  return { sizes, bytes, nanos };
}

const words = {
  constant: "a move took the same whatever its size",
  linear: "a move took longer in proportion to its size",
  "steps of 2 MiB": "a move took longer with each 2 MiB, the reach of one page table",
} as const;

function findingsOf(log: GrowthLog, data: MoveCostData): Finding[] {
  if (data.verdict === "unknown") return [];
  const took = formatDuration(data.totalNanos);
  const copied = formatDuration(data.copyNanos);
  const rate = `${formatBytes(data.copyBytesPerSecond)}/s`;
  return [
    {
      sentence: `${words[data.verdict]}; ${countOf(data.moves, "move")} took ${took}, copying would have taken ${copied} at an assumed ${rate}`,
      severity: "note",
      numbers: {
        moves: data.moves,
        totalNanos: data.totalNanos,
        copyNanos: data.copyNanos,
        baseNanos: data.baseNanos,
        nanosPerPage: data.nanosPerPage,
        nanosPer2MiB: data.nanosPer2MiB,
      },
      events: slowest(log, outcomeCodes.moved, 10),
    },
  ];
}

export const moveCost = defineAnalysis({
  id: "move-cost",
  title: "Cost of a move",
  question: "Does a move take longer the larger the mapping is, and would copying have?",
  basis: ["events", "inference"],
  thresholds,
  needs: { growth: GrowthRecorder },
  conclude(facts, { growth }) {
    const { sizes, bytes, nanos } = sizesOf(growth.log, facts.pageBytes);
    const points = sizes.map(({ medianPages, medianNanos, count }) => ({
      pages: medianPages,
      nanos: medianNanos,
      weight: Math.sqrt(count),
    }));
    const { pageBytes } = facts;
    const data: MoveCostData = {
      pageBytes,
      moves: sizes.reduce((sum, { count }) => sum + count, 0),
      sizes,
      ...judgeMoves(points, 2 ** 21 / pageBytes),
      totalNanos: nanos,
      copyNanos: (bytes / assumedCopyBytesPerSecond) * 1e9,
      copyBytesPerSecond: assumedCopyBytesPerSecond,
    };
    return { findings: findingsOf(growth.log, data), data };
  },
});
