/** Counts durations by powers of two, at a few nanoseconds each and in constant memory. */

const buckets = 64;

/** One bar: values from `fromNanos` to below twice that; the first bar begins at 0. */
export interface Bar {
  readonly fromNanos: number;
  readonly count: number;
}

export class Histogram {
  count = 0;
  sum = 0;
  least = Number.POSITIVE_INFINITY;
  most = 0;
  readonly #counts = new Float64Array(buckets);

  add(value: number): void {
    this.count += 1;
    this.sum += value;
    if (value < this.least) this.least = value;
    if (value > this.most) this.most = value;
    this.#counts[bucketOf(value)]! += 1;
  }

  /** Bars from the first non-empty one to the last. */
  bars(): Bar[] {
    const bars = [...this.#counts].map((count, i) => ({ fromNanos: i === 0 ? 0 : 2 ** i, count }));
    const first = bars.findIndex(({ count }) => count > 0);
    const last = bars.findLastIndex(({ count }) => count > 0);
    return first < 0 ? [] : bars.slice(first, last + 1);
  }

  /** Upper bound of the quantile: the end of the bar that it falls in, or the largest value. */
  quantile(share: number): number {
    let left = Math.max(1, Math.ceil(share * this.count));
    for (let i = 0; i < buckets; i += 1) {
      left -= this.#counts[i]!;
      if (left <= 0) return Math.min(2 ** (i + 1), this.most);
    }
    return this.most;
  }
}

/** floor(log2), 0 for 0 and 1. Values can exceed 2^32, so clz32 alone would not do. */
function bucketOf(value: number): number {
  if (value < 0x8000_0000) return value < 2 ? 0 : 31 - Math.clz32(value);
  return Math.min(buckets - 1, 31 + (31 - Math.clz32(value / 0x8000_0000)));
}
