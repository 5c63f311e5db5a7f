/**
 * Ranges that mappings have left, until something else takes them: what a stale pointer points into.
 * One for each process; no range in it is mapped.
 */
import { RegionMap } from "../../space/regions/region-map.ts";
import { grown } from "../tally/columns.ts";

/** How a range came to be free. Replaced ranges are not here: they never were free. */
export const freedBy = { moved: 1, unmapped: 2, shrunk: 3 } as const;

/** Doubles for each range. */
const record = 4;

/** Ranges kept: beyond, the older half is forgotten. Some 80 bytes each, so 1.3 MB a process at most. */
const mostRanges = 1 << 14;
/** Of a process that frees very many, few are kept at a time: they stay in the processor's cache. */
const mostOfVeryMany = 1 << 11;
export const veryMany = 100_000;

/** Hears that a freed range was taken again, for the first time. */
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
  /** Ranges that were freed, followed or not: counted by the pass. */
  count = 0;
  /** Ranges that were forgotten. */
  forgotten = 0;
  /** Of a region's columns only its end is used. */
  readonly #map = new RegionMap();
  /** By row, side by side: event and time of its freeing, site of its owner * 16 + how, unused. */
  #records = new Float64Array(64 * record);
  readonly #most: number;
  /** What was freed last: its row (-1 when it is not followed), its end, how, and the event. */
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
   * A range whose pieces differ in protection is left piece by piece: the next one of it makes the
   * range that was freed last longer. False where [start, end) does not go on from it.
   */
  goesOn(start: number, end: number, how: number, seq: number): boolean {
    if (this.#lastSeq !== seq || this.#lastEnd !== start || this.#lastHow !== how) return false;
    this.#lastEnd = end;
    if (this.#last >= 0) this.#map.columns.end[this.#last] = end;
    return true;
  }

  /** A range is left that is not followed; pieces of it that come after it are not either. */
  pass(end: number, how: number, seq: number): void {
    this.#last = -1;
    this.#lastEnd = end;
    this.#lastHow = how;
    this.#lastSeq = seq;
  }

  /** [start, end) is free from now on; nothing in it was. */
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
   * [start, end) is mapped from now on. Ranges that it touches are told of, and are no longer kept:
   * what is left of them would be told a second time.
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

  /** Drops the half that was freed first: so a single one that is too many costs little. */
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
