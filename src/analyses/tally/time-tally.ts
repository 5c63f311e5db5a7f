/** Collects durations for the figures that are shown of them. */
import { selectQuantile } from "./numbers.ts";

/** Median, p99, longest and total of durations. */
export interface TimeFigures {
  readonly medianNanos: number;
  readonly p99Nanos: number;
  readonly longestNanos: number;
  readonly totalNanos: number;
}

/** Up to this many durations quantiles are exact; of more they are within 1/256, without a list. */
const mostExact = 1 << 16;
const finePerDoubling = 256;

export class TimeTally {
  /** The durations themselves, or a count of each; one of the two is empty. */
  readonly #values: Float64Array;
  readonly #counts: Uint32Array;
  #added = 0;
  #totalNanos = 0;
  #longestNanos = 0;

  /** `room`: the most durations that will be added. */
  constructor(room: number) {
    const isMany = room > mostExact;
    this.#values = new Float64Array(isMany ? 0 : room);
    this.#counts = new Uint32Array(isMany ? 64 * finePerDoubling : 0);
  }

  add(nanos: number): void {
    this.#totalNanos += nanos;
    if (nanos > this.#longestNanos) this.#longestNanos = nanos;
    if (this.#counts.length === 0) this.#values[this.#added] = nanos;
    else this.#counts[fineIndex(nanos)]! += 1;
    this.#added += 1;
  }

  figures(): TimeFigures {
    return {
      medianNanos: this.#quantile(0.5),
      p99Nanos: this.#quantile(0.99),
      longestNanos: this.#longestNanos,
      totalNanos: this.#totalNanos,
    };
  }

  #quantile(share: number): number {
    return this.#counts.length === 0
      ? selectQuantile(this.#values.subarray(0, this.#added), share)
      : fineQuantile(this.#counts, this.#added, share);
  }
}

/** Below 512 every integer has its own index; above, each power of two is divided into 256. */
function fineIndex(value: number): number {
  let doublings = 0;
  let rest = value;
  while (rest >= 0x8000_0000) {
    rest /= 2;
    doublings += 1;
  }
  const shift = Math.max(0, 31 - Math.clz32(rest) - 8);
  return (doublings + shift) * finePerDoubling + (rest >>> shift);
}

function fineQuantile(counts: Uint32Array, total: number, share: number): number {
  let left = Math.max(1, Math.ceil(share * total));
  let index = -1;
  while (left > 0) {
    index += 1;
    left -= counts[index]!;
  }
  if (index < 2 * finePerDoubling) return index;
  const shift = Math.floor(index / finePerDoubling) - 1;
  return (index - shift * finePerDoubling) * 2 ** shift;
}
