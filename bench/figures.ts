/** Statistics of the benchmark: medians, spreads and ratios within a round. Pure. */

/** Summary of a set of measurements. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly count: number;
}

/** The goal of a figure: `value`, `ratio` or `added` must be at most, or at least, `limit`. */
export interface Goal {
  readonly of: "value" | "ratio" | "added";
  readonly is: "at most" | "at least";
  readonly limit: number;
}

export interface Figure {
  readonly name: string;
  /** How the program ran: untraced, under the tool, under another tool. */
  readonly way: string;
  readonly unit: string;
  /** Number of significant decimals. */
  readonly decimals: number;
  readonly value?: Spread | undefined;
  /** Relative to the untraced run of the same round. */
  readonly ratio?: Spread | undefined;
  /** Difference to the untraced run of the same round, in `unit`. */
  readonly added?: Spread | undefined;
  readonly goal?: Goal | undefined;
  /** Why there is no value. */
  readonly missing?: string | undefined;
}

/**
 * The middle value, or the mean of the two in the middle. Throws a RangeError for an empty list.
 */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError("there is no median of nothing");
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle]!;
  return sorted.length % 2 === 1 ? upper : (sorted[middle - 1]! + upper) / 2;
}

export function spreadOf(values: readonly number[]): Spread {
  return {
    median: median(values),
    min: Math.min(...values),
    max: Math.max(...values),
    count: values.length,
  };
}

/**
 * Combines value i of one list with value i of the other, so that only one round's values are
 * compared.
 */
function paired(
  values: readonly number[],
  base: readonly number[],
  combine: (value: number, base: number) => number,
): Spread {
  if (values.length !== base.length) {
    throw new RangeError(`${values.length} rounds cannot be compared with ${base.length}`);
  }
  return spreadOf(values.map((value, round) => combine(value, base[round]!)));
}

export function ratioOf(values: readonly number[], base: readonly number[]): Spread {
  return paired(values, base, (value, untraced) => value / untraced);
}

export function addedOf(values: readonly number[], base: readonly number[]): Spread {
  return paired(values, base, (value, untraced) => value - untraced);
}

/** Whether the median reaches the goal; undefined if there is no goal or no measurement. */
export function isMet(figure: Figure): boolean | undefined {
  const { goal } = figure;
  const reached = goal === undefined ? undefined : figure[goal.of]?.median;
  if (goal === undefined || reached === undefined) return undefined;
  return goal.is === "at most" ? reached <= goal.limit : reached >= goal.limit;
}

export function goalText({ of, is, limit }: Goal): string {
  const sign = is === "at most" ? "<=" : ">=";
  if (of === "ratio") return `${sign} x${limit}`;
  return of === "added" ? `${sign} +${limit}` : `${sign} ${limit}`;
}
