/** The ranges that the mappings of one process live in now, each with what gave it. */

/** A range of a mapping that has not ended. */
export interface OpenRange {
  start: number;
  end: number;
  fromNanos: number;
  kind: number;
  readonly mapping: number;
  readonly bySeq: number;
  readonly call: number;
  readonly gain: number;
  readonly site: number;
  /** The next range of the same mapping. */
  next: OpenRange | undefined;
}

/** By mapping. Most mappings live in one range, so they are chained and not kept in lists. */
export class OpenRanges {
  readonly #first = new Map<number, OpenRange>();

  add(range: OpenRange): void {
    range.next = this.#first.get(range.mapping);
    this.#first.set(range.mapping, range);
  }

  /** The last range that `mapping` came to. */
  lastOf(mapping: number): OpenRange | undefined {
    return this.#first.get(mapping);
  }

  /**
   * The range of `mapping` that holds [start, end). A mapping that grows holds its old range twice
   * for a moment; then the one that did not begin with `seq` is meant.
   */
  find(mapping: number, start: number, end: number, seq: number): OpenRange | undefined {
    let found: OpenRange | undefined;
    for (let one = this.#first.get(mapping); one !== undefined; one = one.next) {
      if (one.start > start || one.end < end) continue;
      found = one;
      if (one.bySeq !== seq) break;
    }
    return found;
  }

  /**
   * Takes [start, end) out of the range that `find` finds, and gives it as a range of its own; what
   * is left of the old one stays. Undefined when there is no such range.
   */
  take(mapping: number, start: number, end: number, seq: number): OpenRange | undefined {
    const found = this.find(mapping, start, end, seq);
    if (found === undefined) return undefined;
    if (found.start === start && found.end === end) {
      this.#unlink(found);
      return found;
    }
    if (found.start < start && found.end > end) {
      this.add({ ...found, start: end });
      found.end = start;
    } else if (found.start < start) found.end = start;
    else found.start = end;
    return { ...found, start, end, next: undefined };
  }

  *all(): Iterable<OpenRange> {
    for (const first of this.#first.values()) {
      for (let one: OpenRange | undefined = first; one !== undefined; one = one.next) yield one;
    }
  }

  #unlink(range: OpenRange): void {
    const { mapping, next } = range;
    const first = this.#first.get(mapping);
    if (first !== range) {
      for (let one = first; one !== undefined; one = one.next) {
        if (one.next === range) one.next = next;
      }
    } else if (next === undefined) this.#first.delete(mapping);
    else this.#first.set(mapping, next);
    range.next = undefined;
  }
}
