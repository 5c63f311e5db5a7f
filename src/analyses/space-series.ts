/**
 * How one process's space was over its calls, in at most 512 buckets. When they are full, each two
 * become one: a long process costs no more than a short one, and highs and lows stay exact.
 */

import { kinds } from "../space/modes.ts";
import type { AddressSpace } from "../space/space.ts";
import { grown } from "./columns.ts";
import { type Gaps, gapsOf } from "./gaps.ts";

const mostBuckets = 512;

/** Gaps are walked when this many calls for each region have passed: so a call pays for a quarter of a step. */
const callsBetweenWalks = 4;

/** One bucket as a result carries it. Highs and lows are exact; the rest is as it was at its end. */
export interface SpaceBucket {
  /** Its first event and when that was. */
  readonly seq: number;
  readonly atNanos: number;
  readonly leastMappedBytes: number;
  readonly mostMappedBytes: number;
  /** VMAs: with all that may have merged, and with none. */
  readonly leastRegions: number;
  readonly mostRegions: number;
  readonly writableBytes: number;
  readonly executableBytes: number;
  readonly reservedBytes: number;
  readonly fileBytes: number;
  readonly anonymousBytes: number;
  readonly gaps: Gaps;
}

const columnNames = [
  "seq",
  "atNanos",
  "leastMapped",
  "mostMapped",
  "leastRegions",
  "mostRegions",
  "writable",
  "executable",
  "reserved",
  "file",
  "anonymous",
  "gapCount",
  "gapBytes",
  "largestGap",
  "spanMapped",
] as const;

type ColumnName = (typeof columnNames)[number];

/** How two buckets become one; the later one's value where nothing is said. */
const keptOfTwo: Readonly<Partial<Record<ColumnName, (a: number, b: number) => number>>> = {
  seq: (a) => a,
  atNanos: (a) => a,
  leastMapped: Math.min,
  mostMapped: Math.max,
  leastRegions: Math.min,
  mostRegions: Math.max,
};

export class SpaceSeries {
  /** Calls that a bucket holds. */
  width = 1;
  count = 0;
  #columns = Object.fromEntries(columnNames.map((name) => [name, new Float64Array(16)])) as Record<
    ColumnName,
    Float64Array
  >;
  #inBucket = 0;
  #sinceWalk = Number.POSITIVE_INFINITY;
  #gaps: Gaps = { count: 0, bytes: 0, largestBytes: 0, mappedBytes: 0 };
  #seq = 0;
  #atNanos = 0;
  #leastMapped = 0;
  #mostMapped = 0;
  #leastRegions = 0;
  #mostRegions = 0;
  readonly #sums = {
    byKind: new Float64Array(16),
    writableBytes: 0,
    executableBytes: 0,
    reservedBytes: 0,
  };

  /** The space as a call has left it. */
  step(space: AddressSpace, seq: number, atNanos: number): void {
    const mapped = space.totals.mappedBytes;
    const regions = space.map.size;
    const merged = regions - space.totals.joined;
    if (this.#inBucket === 0) {
      this.#seq = seq;
      this.#atNanos = atNanos;
      this.#leastMapped = mapped;
      this.#mostMapped = mapped;
      this.#leastRegions = merged;
      this.#mostRegions = regions;
    } else {
      if (mapped < this.#leastMapped) this.#leastMapped = mapped;
      else if (mapped > this.#mostMapped) this.#mostMapped = mapped;
      if (merged < this.#leastRegions) this.#leastRegions = merged;
      if (regions > this.#mostRegions) this.#mostRegions = regions;
    }
    this.#inBucket += 1;
    if (this.#inBucket >= this.width) this.close(space);
  }

  /** Ends a bucket that has begun: at the end of the process, or of the recording. */
  close(space: AddressSpace): void {
    if (this.#inBucket === 0) return;
    this.#sinceWalk += this.#inBucket;
    this.#inBucket = 0;
    if (this.#sinceWalk > callsBetweenWalks * space.map.size) {
      this.#gaps = gapsOf(space);
      this.#sinceWalk = 0;
    }
    if (this.count === this.#columns.seq.length) this.#makeRoom();
    this.#write(space, this.count);
    this.count += 1;
  }

  buckets(): SpaceBucket[] {
    const columns = this.#columns;
    return Array.from({ length: this.count }, (_, i) => ({
      seq: columns.seq[i]!,
      atNanos: columns.atNanos[i]!,
      leastMappedBytes: columns.leastMapped[i]!,
      mostMappedBytes: columns.mostMapped[i]!,
      leastRegions: columns.leastRegions[i]!,
      mostRegions: columns.mostRegions[i]!,
      writableBytes: columns.writable[i]!,
      executableBytes: columns.executable[i]!,
      reservedBytes: columns.reserved[i]!,
      fileBytes: columns.file[i]!,
      anonymousBytes: columns.anonymous[i]!,
      gaps: {
        count: columns.gapCount[i]!,
        bytes: columns.gapBytes[i]!,
        largestBytes: columns.largestGap[i]!,
        mappedBytes: columns.spanMapped[i]!,
      },
    }));
  }

  #write(space: AddressSpace, i: number): void {
    const columns = this.#columns;
    const sums = this.#sums;
    sums.byKind.fill(0);
    sums.writableBytes = 0;
    sums.executableBytes = 0;
    sums.reservedBytes = 0;
    space.totals.addTo(sums);
    columns.seq[i] = this.#seq;
    columns.atNanos[i] = this.#atNanos;
    columns.leastMapped[i] = this.#leastMapped;
    columns.mostMapped[i] = this.#mostMapped;
    columns.leastRegions[i] = this.#leastRegions;
    columns.mostRegions[i] = this.#mostRegions;
    columns.writable[i] = sums.writableBytes;
    columns.executable[i] = sums.executableBytes;
    columns.reserved[i] = sums.reservedBytes;
    columns.file[i] = sums.byKind[kinds.file]!;
    columns.anonymous[i] = sums.byKind[kinds.anonymous]!;
    columns.gapCount[i] = this.#gaps.count;
    columns.gapBytes[i] = this.#gaps.bytes;
    columns.largestGap[i] = this.#gaps.largestBytes;
    columns.spanMapped[i] = this.#gaps.mappedBytes;
  }

  #makeRoom(): void {
    const columns = this.#columns;
    const full = this.count;
    if (full < mostBuckets) {
      for (const name of columnNames) columns[name] = grown(columns[name], full * 2);
      return;
    }
    for (const name of columnNames) halve(columns[name], keptOfTwo[name]);
    this.count = full / 2;
    this.width *= 2;
  }
}

function halve(
  column: Float64Array,
  combine: (a: number, b: number) => number = (_, b) => b,
): void {
  for (let i = 0; i < column.length; i += 2) {
    column[i / 2] = combine(column[i]!, column[i + 1]!);
  }
}
