/** Single events of a long history: only the chunks that are looked at are decoded, and few are kept. */

import { type Growth, GrowthClassifier } from "../../analyses/recorders/growth.ts";
import { keep } from "../../base/keep.ts";
import { countAtMost } from "../../base/search.ts";
import type { EventBatch } from "../../events/batch.ts";
import { memoryCalls, observations } from "../../events/kinds.ts";
import { blobText, heapEnd } from "../../store/event-context.ts";
import type { RecordingReader } from "../../store/reader.ts";

export interface EventPlace {
  readonly batch: EventBatch;
  readonly row: number;
  /** What became of a call that asked for more memory. */
  readonly growth: Growth | undefined;
}

interface Decoded {
  readonly batch: EventBatch;
  /** Made when the first row of the chunk needs it. */
  growths: (Growth | undefined)[] | undefined;
}

const mostKept = 12;
/** Chunks that are read backwards to learn where a heap ended before a brk. */
const mostLookedBack = 4;

export class EventWindow {
  readonly #reader: RecordingReader;
  readonly #pageBytes: number;
  /** By the chunk's first event, the least recently used first; undefined for a damaged one. */
  readonly #kept = new Map<number, Decoded | undefined>();

  constructor(reader: RecordingReader, pageBytes: number) {
    this.#reader = reader;
    this.#pageBytes = pageBytes;
  }

  /** Undefined for an event that is not there or cannot be read. */
  at(seq: number): EventPlace | undefined {
    const index = this.chunkOf(seq);
    const decoded = index < 0 ? undefined : this.#chunk(index);
    if (decoded === undefined) return undefined;
    const { batch } = decoded;
    const row = seq - batch.firstSeq;
    const kind = batch.kind[row];
    const mayGrow = kind === memoryCalls.mremap || kind === memoryCalls.brk;
    decoded.growths ??= mayGrow ? this.#classify(batch, index) : undefined;
    return { batch, row, growth: mayGrow ? decoded.growths?.[row] : undefined };
  }

  /** The position of the chunk that holds the event, or -1. */
  chunkOf(seq: number): number {
    const index = this.#reader.chunkIndex();
    const last = countAtMost(index.length, (i) => index[i]!.firstSeq, seq) - 1;
    const entry = index[last];
    return entry !== undefined && seq < entry.firstSeq + entry.count ? last : -1;
  }

  #chunk(index: number): Decoded | undefined {
    const { firstSeq, count } = this.#reader.chunkIndex()[index]!;
    if (this.#kept.has(firstSeq)) {
      const known = this.#kept.get(firstSeq);
      keep(this.#kept, firstSeq, known, mostKept);
      // A recording's last chunk grows while it is made.
      if (known === undefined || known.batch.length === count) return known;
    }
    const decoded = this.#decode(firstSeq, count);
    keep(this.#kept, firstSeq, decoded, mostKept);
    return decoded;
  }

  #decode(firstSeq: number, count: number): Decoded | undefined {
    const range = { fromSeq: firstSeq, toSeq: firstSeq + count - 1 };
    // The decoder is this call's own, so its one batch stays valid.
    for (const batch of this.#reader.chunks(range)) return { batch, growths: undefined };
    return undefined;
  }

  #classify(batch: EventBatch, index: number): (Growth | undefined)[] {
    const classifier = new GrowthClassifier(this.#pageBytes);
    this.#learnBreaks(classifier, batch, index);
    return Array.from({ length: batch.length }, (_, row) => {
      this.#noteMaps(classifier, batch, row);
      return classifier.classify(batch, row);
    });
  }

  /** The breaks before the chunk, for the processes that call brk in it. */
  #learnBreaks(classifier: GrowthClassifier, batch: EventBatch, index: number): void {
    const wanted = new Set<number>();
    for (let row = 0; row < batch.length; row++) {
      if (batch.kind[row] === memoryCalls.brk) wanted.add(batch.process[row]!);
    }
    for (let back = index - 1; back >= 0 && index - back <= mostLookedBack; back--) {
      if (wanted.size === 0) return;
      const earlier = this.#chunk(back)?.batch;
      if (earlier === undefined) continue;
      const last = new Map<number, number>();
      const before = new GrowthClassifier(this.#pageBytes);
      for (let row = 0; row < earlier.length; row++) {
        const process = earlier.process[row]!;
        if (!wanted.has(process)) continue;
        this.#noteMaps(before, earlier, row);
        before.classify(earlier, row);
        const end = before.breakOf(process);
        if (end !== undefined) last.set(process, end);
      }
      for (const [process, end] of last) {
        classifier.setBreak(process, end);
        wanted.delete(process);
      }
    }
  }

  #noteMaps(classifier: GrowthClassifier, batch: EventBatch, row: number): void {
    if (batch.kind[row] !== observations.mapsObserved) return;
    const process = batch.process[row]!;
    if (classifier.breakOf(process) !== undefined) return;
    const end = heapEnd(blobText(this.#reader, batch.args[0]?.[row] ?? 0));
    if (end !== undefined) classifier.setBreak(process, end);
  }
}
