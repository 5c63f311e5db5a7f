/** Regions in columns: one row for each, rows reused through a free list. */

function grown<T extends Float64Array | Uint32Array>(column: T, capacity: number): T {
  const bigger = new (column.constructor as new (length: number) => T)(capacity);
  bigger.set(column);
  return bigger;
}

/** A row's start is in the region map, which sorts the rows by it. */
export class RegionColumns {
  /** First address behind the region. */
  end = new Float64Array(64);
  /** Offset of the region in its backing, in bytes; 0 for private anonymous memory. */
  offset = new Float64Array(64);
  /** Bits of modes.ts. */
  mode = new Uint32Array(64);
  /** Id in the FileTable, or the number of a nameless object; 0 is none. */
  backing = new Uint32Array(64);
  /** The mapping that this region is a piece of. */
  mapping = new Uint32Array(64);
  /** The event that gave birth to the mapping; 0 is older than the recording. */
  born = new Float64Array(64);
  /** The event that brought the mapping to this address. */
  since = new Float64Array(64);
  private free = new Uint32Array(64);
  private freeCount = 0;
  private used = 0;

  allocate(): number {
    if (this.freeCount > 0) {
      this.freeCount -= 1;
      return this.free[this.freeCount]!;
    }
    if (this.used === this.end.length) this.grow(this.used * 2);
    this.used += 1;
    return this.used - 1;
  }

  release(row: number): void {
    if (this.freeCount === this.free.length) this.free = grown(this.free, this.freeCount * 2);
    this.free[this.freeCount] = row;
    this.freeCount += 1;
  }

  /** A new row with the same contents. */
  duplicate(row: number): number {
    const copy = this.allocate();
    this.end[copy] = this.end[row]!;
    this.offset[copy] = this.offset[row]!;
    this.mode[copy] = this.mode[row]!;
    this.backing[copy] = this.backing[row]!;
    this.mapping[copy] = this.mapping[row]!;
    this.born[copy] = this.born[row]!;
    this.since[copy] = this.since[row]!;
    return copy;
  }

  clone(): RegionColumns {
    const copy = new RegionColumns();
    const { used } = this;
    const room = Math.max(64, used + (used >> 2));
    copy.end = grown(this.end.subarray(0, used), room);
    copy.offset = grown(this.offset.subarray(0, used), room);
    copy.mode = grown(this.mode.subarray(0, used), room);
    copy.backing = grown(this.backing.subarray(0, used), room);
    copy.mapping = grown(this.mapping.subarray(0, used), room);
    copy.born = grown(this.born.subarray(0, used), room);
    copy.since = grown(this.since.subarray(0, used), room);
    copy.free = this.free.slice();
    copy.freeCount = this.freeCount;
    copy.used = used;
    return copy;
  }

  private grow(capacity: number): void {
    this.end = grown(this.end, capacity);
    this.offset = grown(this.offset, capacity);
    this.mode = grown(this.mode, capacity);
    this.backing = grown(this.backing, capacity);
    this.mapping = grown(this.mapping, capacity);
    this.born = grown(this.born, capacity);
    this.since = grown(this.since, capacity);
  }
}
