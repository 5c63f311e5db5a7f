/** Keeps only the largest of the rows offered, in bounded memory. */

/**
 * Keeps at least the `most` rows with the highest keys, and at most that many after `finish`. While
 * rows are offered it holds up to twice as many, and then drops the lower half in one go.
 */
export class LargestRows {
  /** One array for each column; rows from `length` on are undefined. */
  readonly columns: readonly Float64Array[];
  length = 0;
  /** The number of rows offered, kept or not. */
  offered = 0;
  readonly #most: number;
  #keys: Float64Array;
  /** Rows with a lower key are rejected at once. */
  #least = Number.NEGATIVE_INFINITY;

  constructor(columnCount: number, most: number) {
    this.#most = most;
    const capacity = Math.min(2 * most, 1024);
    this.#keys = new Float64Array(capacity);
    this.columns = Array.from({ length: columnCount }, () => new Float64Array(capacity));
  }

  /** The row to fill in, or -1 if the key is too small. */
  offer(key: number): number {
    this.offered += 1;
    if (key < this.#least) return -1;
    if (this.length === this.#keys.length) this.#makeRoom();
    if (key < this.#least) return -1;
    const row = this.length;
    this.length += 1;
    this.#keys[row] = key;
    return row;
  }

  /** Drops all but the `most` largest. */
  finish(): void {
    this.#keepLargest(this.#most);
  }

  #makeRoom(): void {
    if (this.#keys.length === 2 * this.#most) {
      this.#keepLargest(this.#most);
      return;
    }
    const capacity = Math.min(2 * this.#most, 2 * this.#keys.length);
    this.#keys = widened(this.#keys, capacity);
    (this.columns as Float64Array[]).forEach((column, i, columns) => {
      columns[i] = widened(column, capacity);
    });
  }

  /** Of rows whose key equals the border, those offered first are kept. */
  #keepLargest(count: number): void {
    if (this.length <= count) return;
    const sorted = this.#keys.slice(0, this.length).sort();
    const border = sorted[this.length - count]!;
    let above = 0;
    for (let row = 0; row < this.length; row++) if (this.#keys[row]! > border) above += 1;
    let ofBorder = count - above;
    let kept = 0;
    for (let row = 0; row < this.length; row++) {
      const key = this.#keys[row]!;
      if (key < border || (key === border && ofBorder-- <= 0)) continue;
      if (kept !== row) this.#copy(row, kept);
      kept += 1;
    }
    this.length = kept;
    this.#least = border;
  }

  #copy(from: number, to: number): void {
    this.#keys[to] = this.#keys[from]!;
    for (const column of this.columns) column[to] = column[from]!;
  }
}

function widened(column: Float64Array, capacity: number): Float64Array {
  const wider = new Float64Array(capacity);
  wider.set(column);
  return wider;
}
