/**
 * Regions sorted by address, none overlapping another. No kernel rule lives here.
 *
 * A two-level sorted array: chunks of at most 32 (start, row) pairs, and an index of the chunks by
 * their lowest start. An insert moves half a chunk at most, whatever the number of
 * regions; a flat array moves half of everything (bench/space.ts has both curves).
 */
import { RegionColumns } from "./region-columns.ts";

const chunkRows = 32;
/** A chunk that shrinks below this joins a neighbour that has room for it. */
const sparse = 6;

export class RegionMap {
  columns = new RegionColumns();
  size = 0;
  /** Where the last find, next or insert left the cursor: chunk by position, its base, index in it. */
  private place = 0;
  private base = 0;
  private index = 0;
  private starts = new Float64Array(chunkRows * 4);
  private rows = new Uint32Array(chunkRows * 4);
  private lengths = new Uint32Array(4);
  private order = new Uint32Array(4);
  private low = new Float64Array(4);
  private places = 0;
  private freeChunks: number[] = [3, 2, 1, 0];

  /** Puts the cursor on the first region that ends above `address`; its row, or -1. */
  find(address: number): number {
    if (this.places === 0) return -1;
    const { starts, rows } = this;
    const { end } = this.columns;
    // Calls look several times at one address, so the cursor is often right already.
    if (this.place < this.places) {
      const at = this.base + this.index;
      if (starts[at]! <= address) {
        const row = rows[at]!;
        if (address < end[row]!) return row;
      } else if (this.index > 0) {
        const below = rows[at - 1]!;
        if (end[below]! <= address) return rows[at]!;
        if (starts[at - 1]! <= address) {
          this.index -= 1;
          return below;
        }
      }
    }
    this.choosePlace(address);
    const { base } = this;
    let from = base;
    let to = base + this.lengths[base / chunkRows]!;
    while (from < to) {
      const middle = (from + to) >> 1;
      if (starts[middle]! <= address) from = middle + 1;
      else to = middle;
    }
    // `from` is the first start above the address; the region before it may reach over the address.
    this.index = from - base;
    if (from > base && end[rows[from - 1]!]! > address) this.index -= 1;
    return this.settle();
  }

  /** The row under the cursor, or -1 behind the last region. */
  get row(): number {
    return this.place < this.places ? this.rows[this.base + this.index]! : -1;
  }

  /** Start of the region under the cursor. */
  get start(): number {
    return this.starts[this.base + this.index]!;
  }

  /** Moves the cursor up by one region; its row, or -1. */
  next(): number {
    this.index += 1;
    return this.settle();
  }

  /** Moves the cursor down by one region; its row, or -1 (and the cursor stays) at the lowest. */
  previous(): number {
    if (this.index > 0) this.index -= 1;
    else if (this.place === 0) return -1;
    else {
      this.enter(this.place - 1);
      this.index = this.lengths[this.base / chunkRows]! - 1;
    }
    return this.row;
  }

  /** The row directly below the cursor, which stays; or -1. */
  get rowBelow(): number {
    const at = this.below;
    return at < 0 ? -1 : this.rows[at]!;
  }

  /** Start of the region below the cursor; there must be one. */
  get startOfRowBelow(): number {
    return this.starts[this.below]!;
  }

  /** Puts the cursor on the lowest region; its row, or -1. */
  first(): number {
    this.enter(0);
    this.index = 0;
    return this.row;
  }

  /** Adds a row at `start`, where nothing else lies, and puts the cursor on it. */
  insert(start: number, row: number): void {
    this.find(start);
    if (this.places === 0) {
      this.openChunk(0);
      this.first();
    } else if (this.place > 0 && (this.place === this.places || this.index === 0)) {
      // The cursor is on the first region above. One that opens a chunk may as well end the one before.
      this.enter(this.place - 1);
      this.index = this.lengths[this.base / chunkRows]!;
    }
    if (this.lengths[this.base / chunkRows] === chunkRows) this.splitChunk();
    const { base, index, starts, rows, lengths } = this;
    const at = base + index;
    for (let i = base + lengths[base / chunkRows]!; i > at; i -= 1) {
      starts[i] = starts[i - 1]!;
      rows[i] = rows[i - 1]!;
    }
    starts[at] = start;
    rows[at] = row;
    lengths[base / chunkRows]! += 1;
    if (index === 0) this.low[this.place] = start;
    this.size += 1;
  }

  /** Adds a row above all others: for filling an empty map in order. The cursor goes to the lowest. */
  append(start: number, row: number): void {
    const last = this.order[this.places - 1];
    // Chunks are left with room, or the first insert into each would split it.
    const full =
      last === undefined || this.places === 0 || this.lengths[last]! >= chunkRows - sparse;
    const chunk = full ? this.openChunk(this.places) : last;
    const length = this.lengths[chunk]!;
    this.starts[chunk * chunkRows + length] = start;
    this.rows[chunk * chunkRows + length] = row;
    this.lengths[chunk] = length + 1;
    if (full) this.low[this.places - 1] = start;
    this.size += 1;
    this.first();
  }

  /** Takes the region under the cursor out, without releasing its row; the cursor goes to the next. */
  remove(): number {
    const { base, index, starts, rows } = this;
    const length = this.lengths[base / chunkRows]! - 1;
    const last = base + length;
    for (let i = base + index; i < last; i += 1) {
      starts[i] = starts[i + 1]!;
      rows[i] = rows[i + 1]!;
    }
    this.lengths[base / chunkRows] = length;
    this.size -= 1;
    if (length === 0) {
      this.closeChunk(this.place);
      this.enter(this.place);
    } else {
      if (index === 0) this.low[this.place] = starts[base]!;
      if (length < sparse) this.joinChunk();
    }
    return this.settle();
  }

  /** Moves the start of the region under the cursor; it may not pass a neighbour. */
  setStart(start: number): void {
    this.starts[this.base + this.index] = start;
    if (this.index === 0) this.low[this.place] = start;
  }

  clone(): RegionMap {
    const copy = new RegionMap();
    copy.columns = this.columns.clone();
    copy.size = this.size;
    copy.starts = this.starts.slice();
    copy.rows = this.rows.slice();
    copy.lengths = this.lengths.slice();
    copy.order = this.order.slice();
    copy.low = this.low.slice();
    copy.places = this.places;
    copy.freeChunks = this.freeChunks.slice();
    copy.first();
    return copy;
  }

  /** Where the region below the cursor stands in `starts` and `rows`, or -1. */
  private get below(): number {
    if (this.index > 0) return this.base + this.index - 1;
    if (this.place === 0) return -1;
    const chunk = this.order[this.place - 1]!;
    return chunk * chunkRows + this.lengths[chunk]! - 1;
  }

  /** Puts the cursor on the last chunk whose lowest start is not above `address`, or on the first one. */
  private choosePlace(address: number): void {
    const { low, places } = this;
    let from = 0;
    let to = places;
    while (to - from > 1) {
      const middle = (from + to) >> 1;
      if (low[middle]! <= address) from = middle;
      else to = middle;
    }
    this.enter(from);
  }

  private enter(place: number): void {
    this.place = place;
    this.base = (this.order[place] ?? 0) * chunkRows;
  }

  /** Moves a cursor that stands behind the end of its chunk to the next one. */
  private settle(): number {
    if (this.place < this.places) {
      if (this.index < this.lengths[this.base / chunkRows]!)
        return this.rows[this.base + this.index]!;
      this.index = 0;
      this.enter(this.place + 1);
      if (this.place < this.places) return this.rows[this.base]!;
    }
    this.index = 0;
    return -1;
  }

  private openChunk(place: number): number {
    if (this.freeChunks.length === 0) this.growChunks();
    const chunk = this.freeChunks.pop()!;
    this.order.copyWithin(place + 1, place, this.places);
    this.low.copyWithin(place + 1, place, this.places);
    this.order[place] = chunk;
    this.lengths[chunk] = 0;
    this.places += 1;
    return chunk;
  }

  private closeChunk(place: number): void {
    this.freeChunks.push(this.order[place]!);
    this.order.copyWithin(place, place + 1, this.places);
    this.low.copyWithin(place, place + 1, this.places);
    this.places -= 1;
  }

  /** Makes two of the cursor's full chunk. */
  private splitChunk(): void {
    const half = chunkRows >> 1;
    const upper = this.openChunk(this.place + 1);
    const { base } = this;
    this.starts.copyWithin(upper * chunkRows, base + half, base + chunkRows);
    this.rows.copyWithin(upper * chunkRows, base + half, base + chunkRows);
    this.lengths[base / chunkRows] = half;
    this.lengths[upper] = chunkRows - half;
    this.low[this.place + 1] = this.starts[upper * chunkRows]!;
    if (this.index > half) {
      this.enter(this.place + 1);
      this.index -= half;
    }
  }

  /** Appends the cursor's chunk to the one below when both fit in one. */
  private joinChunk(): void {
    if (this.place === 0) return;
    const { base } = this;
    const count = this.lengths[base / chunkRows]!;
    const below = this.order[this.place - 1]!;
    const room = this.lengths[below]!;
    if (room + count > chunkRows - sparse) return;
    const to = below * chunkRows + room;
    this.starts.copyWithin(to, base, base + count);
    this.rows.copyWithin(to, base, base + count);
    this.lengths[below] = room + count;
    this.closeChunk(this.place);
    this.enter(this.place - 1);
    this.index += room;
  }

  private growChunks(): void {
    const before = this.lengths.length;
    const after = before * 2;
    const starts = new Float64Array(after * chunkRows);
    const rows = new Uint32Array(after * chunkRows);
    const lengths = new Uint32Array(after);
    const order = new Uint32Array(after);
    const low = new Float64Array(after);
    starts.set(this.starts);
    rows.set(this.rows);
    lengths.set(this.lengths);
    order.set(this.order);
    low.set(this.low);
    Object.assign(this, { starts, rows, lengths, order, low });
    for (let chunk = after - 1; chunk >= before; chunk -= 1) this.freeChunks.push(chunk);
  }
}
