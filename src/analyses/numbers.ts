/** Figures that several analyses make: quantiles, sums by key, ranks. */

/** The value below which `share` of the sorted values lie, by nearest rank; 0 of nothing. */
export function quantile(sorted: Float64Array | readonly number[], share: number): number {
  if (sorted.length === 0) return 0;
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? sorted[0]!;
}

/** Median, p99, total and longest of durations. */
export interface TimeFigures {
  readonly medianNanos: number;
  readonly p99Nanos: number;
  readonly longestNanos: number;
  readonly totalNanos: number;
}

export function timeFigures(nanos: readonly number[]): TimeFigures {
  const sorted = Float64Array.from(nanos).sort();
  return {
    medianNanos: quantile(sorted, 0.5),
    p99Nanos: quantile(sorted, 0.99),
    longestNanos: sorted[sorted.length - 1] ?? 0,
    totalNanos: sorted.reduce((sum, value) => sum + value, 0),
  };
}

/** Puts each row's number into the list of its key. */
export function groupRows(
  count: number,
  keyOf: (row: number) => number | undefined,
): Map<number, number[]> {
  const groups = new Map<number, number[]>();
  for (let row = 0; row < count; row += 1) {
    const key = keyOf(row);
    if (key === undefined) continue;
    const rows = groups.get(key);
    if (rows === undefined) groups.set(key, [row]);
    else rows.push(row);
  }
  return groups;
}
