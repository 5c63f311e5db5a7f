/**
 * One process's space over its calls, in at most 512 buckets. When they are full, each two are
 * merged into one, so memory is bounded while minima and maxima stay exact.
 */

import { kinds } from "../../space/regions/modes.ts";
import type { AddressSpace } from "../../space/space.ts";
import { grown } from "../tally/columns.ts";
import { type Gaps, gapsOf } from "../tally/gaps.ts";

const mostBuckets = 512;

/**
 * Gaps are walked every this many calls a region, so a call costs a quarter of a step on average.
 */
const callsBetweenWalks = 4;

/**
 * A row for each bucket: its first event and time; the minimum and maximum of mapped bytes and of
 * regions, exact (the minimum with all merged that may be, the maximum with none); the rest is the
 * state at the bucket's end, where gaps are those of the last walk, except in the last row.
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

/** How two buckets merge; columns that are absent take the later one's value. */
const keptOfTwo: Readonly<Partial<Record<SeriesColumn, (a: number, b: number) => number>>> = {
  seq: (a) => a,
  atNanos: (a) => a,
  leastMappedBytes: Math.min,
  mostMappedBytes: Math.max,
  leastRegions: Math.min,
  mostRegions: Math.max,
};

export class SpaceSeries {
  /** Calls in each bucket. */
  width = 1;
  count = 0;
  /** The maximum of regions, with all merged that may be. */
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

  /** Records the space in its state after a call. */
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
   * Call when the process or the recording ends: closes the open bucket and walks the gaps once
   * more, as the last walk may be up to four calls a region old.
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

  /** The named columns, as lists. */
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
