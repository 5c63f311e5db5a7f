/**
 * Ranges that mappings have left and nothing has taken since: what a stale pointer may point to.
 * One instance a process; no range in it is mapped.
 */
import { RegionMap } from "../../space/regions/region-map.ts";
import { grown } from "../tally/columns.ts";

/** How a range became free. Replaced ranges are absent: they were never free. */
export const freedBy = { moved: 1, unmapped: 2, shrunk: 3 } as const;

/** Doubles for each range. */
const record = 4;

/**
 * Ranges kept; of more, the older half is dropped. About 80 bytes each, so 1.3 MB a process at
 * most.
 */
const mostRanges = 1 << 14;
/** The limit once a process has freed very many: this few stay in the processor's cache. */
const mostOfVeryMany = 1 << 11;
export const veryMany = 100_000;

/** Called the first time that a freed range is mapped again. */
export interface ReuseListener {
  reused(
    how: number,
    freedSeq: number,
    freedAtNanos: number,
    bytes: number,
    ownerSite: number,
    start: number,
  ): void;
}

export class FreedRanges {
  /** Ranges freed, followed or not; the ReuseLog counts them. */
  count = 0;
  /** Ranges dropped for lack of room. */
  forgotten = 0;
  /** Only the `end` column of a region is used. */
  readonly #map = new RegionMap();
  /** By row: event and time of its freeing, site of its owner * 16 + how, unused. */
  #records = new Float64Array(64 * record);
  readonly #most: number;
  /**
   * The last freed range: its row (-1 if not followed), its end, how it was freed, and the event.
   */
  #last = -1;
  #lastEnd = 0;
  #lastHow = 0;
  #lastSeq = -1;

  constructor(most = mostRanges) {
    this.#most = most;
  }

  get size(): number {
    return this.#map.size;
  }

  /**
   * A range whose parts differ in protection is freed part by part: a part that adjoins the last
   * freed range extends it. False if [start, end) does not adjoin it.
   */
  goesOn(start: number, end: number, how: number, seq: number): boolean {
    if (this.#lastSeq !== seq || this.#lastEnd !== start || this.#lastHow !== how) return false;
    this.#lastEnd = end;
    if (this.#last >= 0) this.#map.columns.end[this.#last] = end;
    return true;
  }

  /** Notes a freed range that is not followed, so that its later parts are not followed either. */
  pass(end: number, how: number, seq: number): void {
    this.#last = -1;
    this.#lastEnd = end;
    this.#lastHow = how;
    this.#lastSeq = seq;
  }

  /** Marks [start, end) as free; it must not overlap a range that already is. */
  free(
    start: number,
    end: number,
    how: number,
    seq: number,
    atNanos: number,
    ownerSite: number,
  ): void {
    const { columns } = this.#map;
    const row = columns.allocate();
    const at = row * record;
    if (at >= this.#records.length) this.#records = grown(this.#records, this.#records.length * 2);
    columns.end[row] = end;
    this.#records[at] = seq;
    this.#records[at + 1] = atNanos;
    this.#records[at + 2] = ownerSite * 16 + how;
    this.#map.insert(start, row);
    this.pass(end, how, seq);
    this.#last = row;
    const most = this.count > veryMany ? Math.min(mostOfVeryMany, this.#most) : this.#most;
    if (this.#map.size > most) this.#forget();
  }

  /**
   * Marks [start, end) as mapped. Freed ranges that overlap it are reported to the listener and
   * dropped whole: the rest of one would be reported a second time.
   */
  take(start: number, end: number, listener: ReuseListener): void {
    const map = this.#map;
    this.#lastSeq = -1;
    if (map.size === 0) return;
    let row = map.find(start);
    while (row >= 0 && map.start < end) {
      const from = map.start;
      const at = row * record;
      const what = this.#records[at + 2]!;
      const how = what & 15;
      const bytes = map.columns.end[row]! - from;
      const site = (what - how) / 16;
      map.remove();
      map.columns.release(row);
      listener.reused(how, this.#records[at]!, this.#records[at + 1]!, bytes, site, from);
      row = map.row;
    }
  }

  /** Drops the older half, so that the cost is spread over many ranges. */
  #forget(): void {
    this.#lastSeq = -1;
    const map = this.#map;
    const seqs = new Float64Array(map.size);
    let count = 0;
    for (let row = map.first(); row >= 0; row = map.next()) {
      seqs[count] = this.#records[row * record]!;
      count += 1;
    }
    const oldest = seqs.sort()[count >> 1]!;
    for (let row = map.first(); row >= 0; ) {
      if (this.#records[row * record]! > oldest) row = map.next();
      else {
        map.remove();
        map.columns.release(row);
        this.forgotten += 1;
        row = map.row;
      }
    }
  }
}
