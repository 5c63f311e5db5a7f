/** The measured cost of a move by size, and the conclusions from it. Pure. */

/** Medians over `rounds` of calls; every page that is moved or copied has been written before. */
export interface CurvePoint {
  readonly lengthBytes: number;
  /** Of the slowest series; the others have as many or more. */
  readonly rounds: number;
  /** Moved by one page: no page table can be moved as a whole. */
  readonly moveNanos: number;
  /** Moved between addresses with equal offsets within 1 GiB: whole page tables are moved. */
  readonly alignedMoveNanos: number;
  /** memcpy of as many bytes between two mappings. */
  readonly copyNanos: number;
}

export interface MoveCurve {
  readonly points: readonly CurvePoint[];
  /** An mremap that changes nothing, called in the same way: the lower bound of any move. */
  readonly floorNanos: number;
  /**
   * The power of the size that each series follows from 1 MiB on: 1 is in proportion, 0 constant.
   * Absent with fewer than three sizes from there on.
   */
  readonly exponents?: Readonly<Record<Series, number>>;
  /** Where the curve ends before its time, and why. */
  readonly stopped?: { readonly lengthBytes: number; readonly reason: string };
}

export const smallestBytes = 4096;
export const largestBytes = 1024 ** 3;

/** 4 KiB, 16 KiB, ... in powers of 4. */
export function curveSizes(upToBytes: number): number[] {
  const sizes: number[] = [];
  for (let size = smallestBytes; size <= upToBytes; size *= 4) sizes.push(size);
  return sizes;
}

/** "Whatever the size" is taken to mean: within a factor of two. */
export const sameCostFactor = 2;

/** From here on a call's fixed cost no longer hides the effect of the size. */
const exponentFromBytes = 1024 ** 2;

export type Series = "moveNanos" | "alignedMoveNanos" | "copyNanos";

/** How many times as long the largest size takes as the smallest. */
export function growthFactor(points: readonly CurvePoint[], series: Series): number {
  const first = points[0];
  const last = points.at(-1);
  return first === undefined || last === undefined ? 1 : last[series] / first[series];
}

/** By least squares over the logarithms; see MoveCurve.exponents. */
export function exponentsOf(points: readonly CurvePoint[]): MoveCurve["exponents"] {
  const used = points.filter(({ lengthBytes }) => lengthBytes >= exponentFromBytes);
  if (used.length < 3) return undefined;
  return {
    moveNanos: exponent(used, "moveNanos"),
    alignedMoveNanos: exponent(used, "alignedMoveNanos"),
    copyNanos: exponent(used, "copyNanos"),
  };
}

function exponent(used: readonly CurvePoint[], series: Series): number {
  const xs = used.map(({ lengthBytes }) => Math.log(lengthBytes));
  const ys = used.map((point) => Math.log(point[series]));
  const meanX = mean(xs);
  const meanY = mean(ys);
  const spread = xs.reduce((sum, x) => sum + (x - meanX) ** 2, 0);
  return xs.reduce((sum, x, i) => sum + (x - meanX) * ((ys[i] ?? 0) - meanY), 0) / spread;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** A line of the measuring child: the floor, a point, or why it stopped; undefined for anything else. */
export type CurveLine =
  | { readonly floorNanos: number }
  | { readonly point: CurvePoint }
  | { readonly stopped: { readonly lengthBytes: number; readonly reason: string } };

export function parseCurveLine(line: string): CurveLine | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isCurveLine(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isCurveLine(value: unknown): value is CurveLine {
  if (typeof value !== "object" || value === null) return false;
  return "floorNanos" in value || "point" in value || "stopped" in value;
}
