/** Plots made of characters, for Markdown, mails and terminals. */

import type { GrowthPoint } from "../../analyses/picture/growth-points.ts";
import type { GrowthOutcome } from "../../analyses/recorders/growth.ts";
import { padEnd, padStart } from "../../base/columns.ts";
import { displayWidth } from "../../base/display-width.ts";

const levels = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] as const;

/** A character a value: blank for 0, the lowest for any more, the highest for the maximum. */
export function sparkline(values: readonly number[]): string {
  const most = Math.max(0, ...values);
  return values
    .map((value) => {
      if (!(value > 0)) return " ";
      return levels[Math.min(7, Math.ceil((value / most) * 8) - 1)]!;
    })
    .join("");
}

/** How many growths of an outcome fall into each of `columns` equal parts of the duration. */
export function countsOverTime(
  points: readonly GrowthPoint[],
  outcome: GrowthOutcome,
  durationNanos: number,
  columns: number,
): number[] {
  const counts = new Array<number>(columns).fill(0);
  for (const point of points) {
    if (point.outcome !== outcome) continue;
    const at = Math.floor((point.atNanos / Math.max(1, durationNanos)) * columns);
    counts[Math.min(columns - 1, at)]! += 1;
  }
  return counts;
}

/** `name   13  ████████`: the longest bar is `width` characters. */
export function barLines(
  bars: readonly { readonly name: string; readonly count: number }[],
  width: number,
): string[] {
  const most = Math.max(1, ...bars.map(({ count }) => count));
  const names = Math.max(0, ...bars.map(({ name }) => displayWidth(name)));
  const numbers = Math.max(0, ...bars.map(({ count }) => String(count).length));
  return bars.map(({ name, count }) => {
    const bar = "█".repeat(Math.max(count > 0 ? 1 : 0, Math.round((width * count) / most)));
    return `${padEnd(name, names)}  ${padStart(String(count), numbers)}  ${bar}`.trimEnd();
  });
}
