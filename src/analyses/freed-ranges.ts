/**
 * Ranges that mappings have left, until something else takes them: what a stale pointer points into.
 * One for each process; no range in it is mapped.
 */
import { RegionMap } from "../space/region-map.ts";

/** How a range came to be free. Replaced ranges are not here: they never were free. */
export const freedBy = { moved: 1, unmapped: 2, shrunk: 3 } as const;

/** Set in the mode once part of the range was taken. */
const taken = 8;

/** Pieces kept: beyond, the oldest is forgotten. Some 80 bytes each, so 5 MB a process at most. */
const mostPieces = 1 << 16;

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
  /** Pieces that were forgotten. */
  forgotten = 0;
  /**
   * The columns of a region hold what is known of the piece: born and since are the event and the
   * time of its freeing, mode how it was freed, backing the site of who had it, offset its first length.
   */
  readonly #map = new RegionMap();
  readonly #most: number;
  /** Starts and events of pieces in the order of their freeing, from `#head` on. */
  #starts: number[] = [];
  #seqs: number[] = [];
  #head = 0;

  constructor(most = mostPieces) {
    this.#most = most;
  }

  get size(): number {
    return this.#map.size;
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
    columns.end[row] = end;
    columns.born[row] = seq;
    columns.since[row] = atNanos;
    columns.mode[row] = how;
    columns.backing[row] = ownerSite;
    columns.offset[row] = end - start;
    this.#map.insert(start, row);
    this.#starts.push(start);
    this.#seqs.push(seq);
    if (this.#map.size > this.#most) this.#forget();
    else if (this.#starts.length > 4 * this.#most) this.#compact();
  }

  /** [start, end) is mapped from now on. */
  take(start: number, end: number, listener: ReuseListener): void {
    const map = this.#map;
    if (map.size === 0) return;
    let row = map.find(start);
    if (row < 0 || map.start >= end) return;
    const { columns } = map;
    while (row >= 0 && map.start < end) {
      const from = map.start;
      const to = columns.end[row]!;
      const mode = columns.mode[row]!;
      if ((mode & taken) === 0) {
        columns.mode[row] = mode | taken;
        listener.reused(
          mode,
          columns.born[row]!,
          columns.since[row]!,
          columns.offset[row]!,
          columns.backing[row]!,
          from,
        );
      }
      if (from < start) row = this.#keepHead(row, start, end, to);
      else if (to > end) {
        map.setStart(end);
        return;
      } else {
        map.remove();
        columns.release(row);
        row = map.row;
      }
    }
  }

  /** The part below `start` stays, and what lies above `end`; the row under the cursor then. */
  #keepHead(row: number, start: number, end: number, to: number): number {
    const map = this.#map;
    const { columns } = map;
    columns.end[row] = start;
    if (to <= end) return map.next();
    const rest = columns.duplicate(row);
    columns.end[rest] = to;
    map.insert(end, rest);
    return -1;
  }

  /** Drops the piece that was freed first. */
  #forget(): void {
    const map = this.#map;
    while (this.#head < this.#starts.length) {
      const start = this.#starts[this.#head]!;
      const seq = this.#seqs[this.#head]!;
      this.#head += 1;
      const row = map.find(start);
      if (row < 0 || map.start !== start || map.columns.born[row] !== seq) continue;
      this.#drop();
      return;
    }
    // What is left are rests of pieces whose beginning was taken.
    map.first();
    this.#drop();
  }

  #drop(): void {
    const row = this.#map.row;
    this.#map.remove();
    this.#map.columns.release(row);
    this.forgotten += 1;
    if (this.#head > this.#most) this.#compact();
  }

  /** Lets go of entries whose piece is no longer there. */
  #compact(): void {
    const map = this.#map;
    const starts: number[] = [];
    const seqs: number[] = [];
    for (let i = this.#head; i < this.#starts.length; i += 1) {
      const start = this.#starts[i]!;
      const row = map.find(start);
      if (row < 0 || map.start !== start || map.columns.born[row] !== this.#seqs[i]) continue;
      starts.push(start);
      seqs.push(this.#seqs[i]!);
    }
    this.#starts = starts;
    this.#seqs = seqs;
    this.#head = 0;
  }
}
