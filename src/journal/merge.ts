/** Merges the histories of processes into one order in time. Order within a process never changes. */
import { assert } from "../base/assert.ts";
import { createBatch, type EventBatch } from "../events/batch.ts";
import { copyRows } from "./copy-rows.ts";

/** From this many rows on, a batch that no other source's rows fall into is passed on without a copy. */
const wholeBatch = 256;

interface Source {
  readonly number: number;
  /** Batches not yet consumed; the first one from `row`. */
  readonly queue: EventBatch[];
  row: number;
  /** Running maximum of `at` over the emitted rows: keys never decrease. */
  key: number;
  /** No row will come with a key below this. */
  watermark: number;
}

/** Takes the rows; the batch is valid only during the call. */
export type MergedRows = (batch: EventBatch) => void;

/**
 * A k-way merge with watermarks. Each source pushes batches in its own history order. Rows are emitted
 * by key, the greatest `at` of their source so far; ties go by source number. A row is emitted once
 * the watermark of every open source has passed its key.
 *
 * Pushed batches belong to the merger until they are consumed. A whole batch that no other source's
 * rows fall into is passed on as it is.
 */
export class Merger {
  readonly #sources = new Map<number, Source>();
  readonly #out: EventBatch;

  constructor(capacity = 4096) {
    this.#out = createBatch(capacity);
  }

  /** Opens a source. Rows of others with keys above `watermark` wait for it. */
  open(source: number, watermark = Number.NEGATIVE_INFINITY): void {
    assert(!this.#sources.has(source), `source ${source} is open already`);
    this.#sources.set(source, {
      number: source,
      queue: [],
      row: 0,
      key: Number.NEGATIVE_INFINITY,
      watermark,
    });
  }

  /** @param from first row that counts; only for a source with nothing waiting */
  push(source: number, batch: EventBatch, from = 0): void {
    const entry = this.#get(source);
    if (batch.length <= from) return;
    assert(from === 0 || entry.queue.length === 0, "rows of this source are waiting");
    if (entry.queue.length === 0) entry.row = from;
    entry.queue.push(batch);
  }

  /** Rows of this source that were pushed and not yet emitted. */
  waitingOf(source: number): number {
    const entry = this.#sources.get(source);
    if (entry === undefined) return 0;
    return entry.queue.reduce((rows, batch) => rows + batch.length, 0) - entry.row;
  }

  /** Raises the source's watermark: it will push no row with a key below `nanos`. */
  advance(source: number, nanos: number): void {
    const entry = this.#get(source);
    entry.watermark = Math.max(entry.watermark, nanos);
  }

  /** The source pushes nothing more; its remaining rows are still emitted in order. */
  close(source: number): void {
    this.#get(source).watermark = Number.POSITIVE_INFINITY;
  }

  /** Rows pushed and not yet emitted. */
  get waitingRows(): number {
    let rows = 0;
    for (const { queue, row } of this.#sources.values()) {
      for (const batch of queue) rows += batch.length;
      rows -= row;
    }
    return rows;
  }

  #get(source: number): Source {
    const entry = this.#sources.get(source);
    assert(entry !== undefined, `source ${source} is not open`);
    return entry;
  }

  /**
   * Emits all rows that are due.
   *
   * @param until emit rows with keys up to this even if a source could still push earlier ones; those
   *   are then late and follow. For a caller that must bound memory.
   */
  drain(emit: MergedRows, until = Number.NEGATIVE_INFINITY): void {
    const heap: Source[] = [];
    let bound = Number.POSITIVE_INFINITY;
    for (const source of [...this.#sources.values()]) {
      if (source.queue.length > 0) heap.push(source);
      else if (source.watermark === Number.POSITIVE_INFINITY) this.#sources.delete(source.number);
      else bound = Math.min(bound, Math.max(source.watermark, source.key));
    }
    heapify(heap);
    while (heap.length > 0) {
      const first = heap[0]!;
      const limit = Math.max(bound, until);
      if (headKey(first) > limit) break;
      this.#giveRun(first, rival(heap), limit, emit);
      if (first.queue.length === 0) {
        if (first.watermark === Number.POSITIVE_INFINITY) this.#sources.delete(first.number);
        else bound = Math.min(bound, Math.max(first.watermark, first.key));
        const last = heap.pop()!;
        if (heap.length === 0) break;
        if (last !== first) heap[0] = last;
      }
      sink(heap, 0);
    }
    this.#flush(emit);
  }

  /** Emits rows of one source up to the key of the next one's head, or to the end of its batch. */
  #giveRun(source: Source, next: Source | undefined, limit: number, emit: MergedRows): void {
    const batch = source.queue[0]!;
    const from = source.row;
    const at = batch.at;
    const nextKey = next === undefined ? Number.POSITIVE_INFINITY : headKey(next);
    const wins = next === undefined || source.number < next.number;
    let to = from;
    let key = source.key;
    for (; to < batch.length; to++) {
      const rowKey = Math.max(key, at[to]!);
      if (rowKey > limit || rowKey > nextKey || (rowKey === nextKey && !wins)) break;
      key = rowKey;
    }
    source.key = key;
    if (from === 0 && to === batch.length && to >= wholeBatch) {
      this.#flush(emit);
      emit(batch);
    } else {
      this.#copy(batch, from, to, emit);
    }
    source.row = to;
    if (to === batch.length) {
      source.queue.shift();
      source.row = 0;
    }
  }

  #copy(batch: EventBatch, from: number, to: number, emit: MergedRows): void {
    const out = this.#out;
    for (let row = from; row < to; ) {
      const room = out.kind.length - out.length;
      if (room === 0) this.#flush(emit);
      const count = Math.min(to - row, out.kind.length - out.length);
      copyRows(batch, row, out, out.length, count);
      out.length += count;
      row += count;
    }
  }

  #flush(emit: MergedRows): void {
    if (this.#out.length === 0) return;
    emit(this.#out);
    this.#out.length = 0;
    this.#out.wide.clear();
  }
}

function headKey(source: Source): number {
  return Math.max(source.key, source.queue[0]!.at[source.row]!);
}

function isBefore(a: Source, b: Source): boolean {
  const difference = headKey(a) - headKey(b);
  return difference < 0 || (difference === 0 && a.number < b.number);
}

function heapify(heap: Source[]): void {
  for (let i = (heap.length >> 1) - 1; i >= 0; i--) sink(heap, i);
}

function sink(heap: Source[], from: number): void {
  let i = from;
  for (;;) {
    const left = 2 * i + 1;
    let least = i;
    if (left < heap.length && isBefore(heap[left]!, heap[least]!)) least = left;
    if (left + 1 < heap.length && isBefore(heap[left + 1]!, heap[least]!)) least = left + 1;
    if (least === i) return;
    [heap[i], heap[least]] = [heap[least]!, heap[i]!];
    i = least;
  }
}

/** The source that comes next after the heap's first. */
function rival(heap: readonly Source[]): Source | undefined {
  const [, a, b] = heap;
  return a !== undefined && b !== undefined && isBefore(b, a) ? b : a;
}
