/** Which events a filter matches, as one bit an event: any match is found by its rank without a list. */

import { GrowthClassifier } from "../../analyses/recorders/growth.ts";
import { countAtMost } from "../../base/search.ts";
import type { EventBatch } from "../../events/batch.ts";
import { observations } from "../../events/kinds.ts";
import { parseFilter } from "../../listing/event-filter.ts";
import { compileFilter, type EventPredicate } from "../../listing/event-predicate.ts";
import { heapEnd } from "../../store/event-context.ts";
import type { Tape } from "./tape.ts";

interface ChunkMatches {
  readonly firstSeq: number;
  /** Events in the chunk, matching or not. */
  readonly length: number;
  /** Matches in all chunks before it. */
  readonly before: number;
  readonly count: number;
  /** Bit i is event firstSeq + i. */
  readonly bits: Uint32Array;
}

/** Can be asked at any time while it is made; ranks are from 0. */
export class MatchIndex {
  readonly filter: string;
  /** The last event that was looked at. */
  seq = 0;
  readonly #tape: Tape;
  readonly #predicate: EventPredicate;
  readonly #classifier: GrowthClassifier;
  readonly #chunks: ChunkMatches[] = [];

  /** Throws a UserError that quotes the word of the filter that makes no sense. */
  constructor(tape: Tape, filter: string) {
    this.filter = filter;
    this.#tape = tape;
    this.#predicate = compileFilter(parseFilter(filter), tape.context);
    this.#classifier = new GrowthClassifier(tape.context.pageBytes);
  }

  get count(): number {
    const last = this.#chunks.at(-1);
    return last === undefined ? 0 : last.before + last.count;
  }

  /** It has seen everything that the tape holds now. */
  get isWhole(): boolean {
    return this.seq >= this.#tape.reader.eventCount;
  }

  /** Goes on to what is the tape's last event now; yields after each chunk. */
  *advance(): Generator<void> {
    const { process } = this.#predicate;
    const { reader } = this.#tape;
    for (const batch of reader.chunks({ fromSeq: this.seq + 1, process })) {
      this.#add(batch);
      this.seq = batch.firstSeq + batch.length - 1;
      yield;
    }
    this.seq = reader.eventCount;
  }

  /** The event of that rank. */
  seqAt(rank: number): number | undefined {
    const chunks = this.#chunks;
    const chunk = chunks[countAtMost(chunks.length, (i) => chunks[i]!.before, rank) - 1];
    if (chunk === undefined || rank < 0 || rank >= this.count) return undefined;
    let left = rank - chunk.before;
    for (let word = 0; word < chunk.bits.length; word++) {
      const ones = popCount(chunk.bits[word]!);
      if (left >= ones) {
        left -= ones;
        continue;
      }
      let bits = chunk.bits[word]!;
      for (; left > 0; left--) bits &= bits - 1;
      return chunk.firstSeq + word * 32 + (31 - Math.clz32(bits & -bits));
    }
    return undefined;
  }

  /** How many matches come before the event: the rank of the first at or after it. */
  rankOf(seq: number): number {
    const chunks = this.#chunks;
    const chunk = chunks[countAtMost(chunks.length, (i) => chunks[i]!.firstSeq, seq) - 1];
    if (chunk === undefined) return 0;
    const inside = Math.min(seq - chunk.firstSeq, chunk.length);
    let rank = chunk.before;
    for (let word = 0; word < inside >> 5; word++) rank += popCount(chunk.bits[word]!);
    const rest = inside & 31;
    if (rest > 0) rank += popCount(chunk.bits[inside >> 5]! & (2 ** rest - 1));
    return rank;
  }

  has(seq: number): boolean {
    return this.seqAt(this.rankOf(seq)) === seq;
  }

  #add(batch: EventBatch): void {
    const bits = new Uint32Array(Math.ceil(batch.length / 32));
    let count = 0;
    for (let row = 0; row < batch.length; row++) {
      if (batch.kind[row] === observations.mapsObserved) this.#learnBreak(batch, row);
      const growth = this.#classifier.classify(batch, row);
      if (!this.#predicate.matches(batch, row, growth)) continue;
      bits[row >> 5]! |= 1 << (row & 31);
      count += 1;
    }
    const { firstSeq, length } = batch;
    this.#chunks.push({ firstSeq, length, before: this.count, count, bits });
  }

  #learnBreak(batch: EventBatch, row: number): void {
    const process = batch.process[row]!;
    if (this.#classifier.breakOf(process) !== undefined) return;
    const end = heapEnd(this.#tape.context.textOf(batch.args[0]?.[row] ?? 0));
    if (end !== undefined) this.#classifier.setBreak(process, end);
  }
}

function popCount(word: number): number {
  let bits = word - ((word >>> 1) & 0x5555_5555);
  bits = (bits & 0x3333_3333) + ((bits >>> 2) & 0x3333_3333);
  return (((bits + (bits >>> 4)) & 0x0f0f_0f0f) * 0x0101_0101) >>> 24;
}
