/**
 * How one process's space was over its calls, in at most 512 buckets. When they are full, each two
 * become one: a long process costs no more than a short one, and highs and lows stay exact.
 */

import { kinds } from "../../space/regions/modes.ts";
import type { AddressSpace } from "../../space/space.ts";
import { grown } from "../tally/columns.ts";
import { type Gaps, gapsOf } from "../tally/gaps.ts";

const mostBuckets = 512;

/** Gaps are walked when this many calls for each region have passed: so a call pays for a quarter of a step. */
const callsBetweenWalks = 4;

/**
 * A row for each bucket: its first event and when that was; the least and the most that was mapped and
 * that there were of regions, exactly (least with all merged that may be, most with none); the rest
 * as it was at the bucket's end, gaps as they were when last walked, and in the last row as they are.
 */
const columnNames = [
  "seq",
  "atNanos",
  "leastMappedBytes",
  "mostMappedBytes",
  "leastRegions",
  "mostRegions",
  "writableBytes",
  "executableBytes",
  "reservedBytes",
  "fileBytes",
  "anonymousBytes",
  "gapCount",
  "gapBytes",
  "largestGapBytes",
  "gapAreaMappedBytes",
] as const;

export type SeriesColumn = (typeof columnNames)[number];

/** How two buckets become one; the later one's value where nothing is said. */
const keptOfTwo: Readonly<Partial<Record<SeriesColumn, (a: number, b: number) => number>>> = {
  seq: (a) => a,
  atNanos: (a) => a,
  leastMappedBytes: Math.min,
  mostMappedBytes: Math.max,
  leastRegions: Math.min,
  mostRegions: Math.max,
};

export class SpaceSeries {
  /** Calls that a bucket holds. */
  width = 1;
  count = 0;
  /** The most regions that there were at once with all merged that may be. */
  mostMerged = 0;
  #columns = Object.fromEntries(columnNames.map((name) => [name, new Float64Array(16)])) as Record<
    SeriesColumn,
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
    if (merged > this.mostMerged) this.mostMerged = merged;
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
    if (this.#inBucket >= this.width) this.#close(space);
  }

  /**
   * At the end of the process, or of the recording: ends a bucket that has begun, and walks the gaps
   * once more, since the last walk may be as old as four calls for each region.
   */
  finish(space: AddressSpace): void {
    this.#close(space);
    if (this.count === 0) return;
    this.#gaps = gapsOf(space);
    this.#writeGaps(this.count - 1);
  }

  #close(space: AddressSpace): void {
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
    if (this.count === mostBuckets) this.#halve();
  }

  /** The columns of those names, as lists. */
  lists<Name extends SeriesColumn>(names: readonly Name[]): Record<Name, number[]> {
    const entries = names.map((name) => [name, [...this.#columns[name].subarray(0, this.count)]]);
    return Object.fromEntries(entries) as Record<Name, number[]>;
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
    columns.leastMappedBytes[i] = this.#leastMapped;
    columns.mostMappedBytes[i] = this.#mostMapped;
    columns.leastRegions[i] = this.#leastRegions;
    columns.mostRegions[i] = this.#mostRegions;
    columns.writableBytes[i] = sums.writableBytes;
    columns.executableBytes[i] = sums.executableBytes;
    columns.reservedBytes[i] = sums.reservedBytes;
    columns.fileBytes[i] = sums.byKind[kinds.file]!;
    columns.anonymousBytes[i] = sums.byKind[kinds.anonymous]!;
    this.#writeGaps(i);
  }

  #writeGaps(i: number): void {
    const columns = this.#columns;
    columns.gapCount[i] = this.#gaps.count;
    columns.gapBytes[i] = this.#gaps.bytes;
    columns.largestGapBytes[i] = this.#gaps.largestBytes;
    columns.gapAreaMappedBytes[i] = this.#gaps.mappedBytes;
  }

  #makeRoom(): void {
    const columns = this.#columns;
    for (const name of columnNames) columns[name] = grown(columns[name], this.count * 2);
  }

  #halve(): void {
    for (const name of columnNames) halve(this.#columns[name], keptOfTwo[name]);
    this.count /= 2;
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
