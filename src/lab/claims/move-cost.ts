/** "A move costs the same whatever the size", held against a measured curve. */

import { countOf, formatBytes } from "../../base/units.ts";
import { type ChildEnd, endText } from "../child-process.ts";
import { type Check, type Claim, check } from "../claim.ts";
import {
  type CurveLine,
  type CurvePoint,
  curveSizes,
  exponentsOf,
  growthFactor,
  type MoveCurve,
  parseCurveLine,
  type Series,
  sameCostFactor,
} from "../curve.ts";

export const moveCost: Claim = {
  id: "move-cost",
  title: "a move costs the same at any size",
  says: "A move costs the same whatever the size, for only page tables change",
  source: "often said",
  standing: "belief",
  async attempt({ runChild, curveUpToBytes, progress }) {
    const sizes = curveSizes(curveUpToBytes);
    const lines: CurveLine[] = [];
    const end = await runChild(["curve", String(curveUpToBytes)], (line) => {
      const parsed = parseCurveLine(line);
      if (parsed !== undefined) lines.push(parsed);
      progress(pointsOf(lines).length, sizes.length);
    });
    const curve = curveOf(lines, sizes, end.status === 0 ? undefined : deathOf(end));
    if (curve.points.length < 2) {
      const { lengthBytes = 0, reason = "nothing was measured" } = curve.stopped ?? {};
      return { unavailable: `the curve ends before ${formatBytes(lengthBytes)}: ${reason}` };
    }
    const undecided = tooSmall(curve.points);
    return { checks: checksOf(curve.points), curve, ...(undecided && { undecided }) };
  },
};

function deathOf(end: ChildEnd): string {
  const how = `the measuring process ended: ${endText(end)}`;
  return end.signal === "SIGKILL" ? `${how}, as the kernel does for want of memory` : how;
}

/** Up to a few MiB the call's fixed part hides what the size does. */
const enoughBytes = 64 * 1024 ** 2;

function tooSmall(points: readonly CurvePoint[]): string | undefined {
  const last = points.at(-1)?.lengthBytes ?? 0;
  if (last >= enoughBytes) return undefined;
  return `a curve to ${formatBytes(last)} cannot tell; it takes ${formatBytes(enoughBytes)}`;
}

function pointsOf(lines: readonly CurveLine[]): CurvePoint[] {
  return lines.flatMap((line) => ("point" in line ? [line.point] : []));
}

/** A child that died (`death`) was ended at the size behind its last point. */
function curveOf(
  lines: readonly CurveLine[],
  sizes: readonly number[],
  death: string | undefined,
): MoveCurve {
  const points = pointsOf(lines);
  const floor = lines.find((line) => "floorNanos" in line);
  const reported = lines.find((line) => "stopped" in line)?.stopped;
  const died =
    death === undefined ? undefined : { lengthBytes: sizes[points.length] ?? 0, reason: death };
  const stopped = reported ?? died;
  const exponents = exponentsOf(points);
  return {
    points,
    floorNanos: floor?.floorNanos ?? 0,
    ...(exponents === undefined ? {} : { exponents }),
    ...(stopped === undefined ? {} : { stopped }),
  };
}

function checksOf(points: readonly CurvePoint[]): Check[] {
  const size = (point: CurvePoint | undefined) => formatBytes(point?.lengthBytes ?? 0);
  const pair = `${size(points.at(-1))} against ${size(points[0])}`;
  const compare = (what: string, series: Series): Check => {
    const factor = growthFactor(points, series);
    const holds = factor <= sameCostFactor;
    const expected = `${sameCostFactor} times at most`;
    return { ...check(`${what}, ${pair}`, expected, times(factor)), holds };
  };
  return [compare("moved by a page", "moveNanos"), compare("by whole GiB", "alignedMoveNanos")];
}

function times(factor: number): string {
  if (factor >= 9.95) return countOf(Math.round(factor), "time");
  const rounded = Number(factor.toFixed(1));
  return `${rounded} ${rounded === 1 ? "time" : "times"}`;
}
