/** The life of one mapping: how it came to be, grew, moved and ended, and what stood in its way. */

import {
  GrowthClassifier,
  type GrowthOutcome,
  lackedRoom,
} from "../../analyses/recorders/growth.ts";
import type { EventBatch } from "../../events/batch.ts";
import { errnoAt } from "../../events/describe.ts";
import { isMemoryCallCode, kindOf, memoryCalls } from "../../events/kinds.ts";
import { kernelFeaturesOf } from "../../replay/kernel-features.ts";
import { Replay } from "../../replay/replay.ts";
import type { AddressSpace } from "../../space/space.ts";
import type { Gain, LineageListener, Loss } from "../../space/state/lineage.ts";
import { type Blocker, Blockers } from "./blocker.ts";
import type { AddressRange } from "./event-view.ts";
import type { Tape } from "./tape.ts";

export interface LifeMoment {
  readonly seq: number;
  readonly atNanos: number;
  /** `born`, `grew`, `moved`, `split`, `unmapped` and so on, or the name of a call on it. */
  readonly what: "born" | Gain | Loss | "refused" | "split" | (string & {});
  /** Bytes of the mapping after it. */
  readonly bytes: number;
  /** Where its lowest piece begins after it; undefined when it is gone. */
  readonly start: number | undefined;
  /** For a move: where it was. */
  readonly from: AddressRange | undefined;
  readonly blocker: Blocker | undefined;
}

const mostMoments = 20_000;

export class Life {
  readonly process: number;
  readonly mapping: number;
  readonly moments: LifeMoment[] = [];
  /** Moments that were passed over because there are too many. */
  dropped = 0;
  seq: number;
  isWhole = false;
  #isDead = false;
  #pieces: AddressRange[] = [];
  #moves: { readonly took: Gain[]; readonly left: Loss[]; from: AddressRange | undefined } = {
    took: [],
    left: [],
    from: undefined,
  };
  readonly #tape: Tape;
  readonly #replay: Replay;
  readonly #classifier: GrowthClassifier;
  readonly #blockers: Blockers;

  /** `born` is the event that gave birth to it, 0 when it is older than the recording. */
  constructor(tape: Tape, process: number, mapping: number, born: number) {
    this.#tape = tape;
    this.process = process;
    this.mapping = mapping;
    this.#classifier = new GrowthClassifier(tape.context.pageBytes);
    this.#blockers = new Blockers(tape, { mapping, born });
    const first = tape.landmarks.get(process)?.maps[0]?.seq ?? 1;
    this.seq = Math.max(first, born - 1);
    const space = tape.seeker.spaceAt(process, this.seq)?.clone();
    const listener = this.#listener();
    this.#replay = new Replay(tape.reader, {
      features: kernelFeaturesOf(tape.row),
      files: tape.seeker.files,
      landmarks: tape.landmarks,
      only: process,
      lineage: (owner) => (owner === process ? listener : undefined),
    });
    if (space === undefined) return;
    space.lineage = listener;
    if (space.brk >= 0) this.#classifier.setBreak(process, space.brk);
    this.#replay.place(process, space);
    this.#pieces = piecesOf(space, mapping);
    if (this.#pieces.length > 0) this.#note(this.seq, 0, "found", undefined, undefined);
  }

  get bytes(): number {
    return this.#pieces.reduce((sum, { start, end }) => sum + end - start, 0);
  }

  /** Goes on to the tape's last event, or to the mapping's end; yields after each chunk. */
  *advance(): Generator<void> {
    const range = { fromSeq: this.seq + 1, process: this.process };
    this.isWhole = this.#isDead;
    if (this.#isDead) return;
    for (const batch of this.#tape.reader.chunks(range)) {
      for (let row = 0; row < batch.length && !this.#isDead; row++) {
        if (batch.process[row] === this.process) this.#step(batch, row);
      }
      this.seq = batch.firstSeq + batch.length - 1;
      if (this.#isDead) break;
      yield;
    }
    this.isWhole = true;
  }

  #step(batch: EventBatch, row: number): void {
    const growth = this.#growthOf(batch, row);
    const touches = growth !== undefined || this.#touches(batch, row);
    this.#moves = { took: [], left: [], from: undefined };
    this.#replay.feed(batch, row, row + 1);
    const { took, left } = this.#moves;
    const seq = batch.firstSeq + row;
    const at = batch.at[row]!;
    if (took.length === 0 && left.length === 0) {
      if (touches) this.#note(seq, at, quietWord(batch, row, growth), undefined, growth?.blocker);
      return;
    }
    const space = this.#replay.spaceOf(this.process);
    this.#pieces = space === undefined ? [] : piecesOf(space, this.mapping);
    this.#isDead = this.#pieces.length === 0;
    const word = wordFor(took, left, this.moments.length === 0, this.#isDead);
    this.#note(seq, at, word, this.#moves.from, word === "moved" ? growth?.blocker : undefined);
  }

  /** The call's own range lies on the mapping. */
  #touches(batch: EventBatch, row: number): boolean {
    const kind = batch.kind[row]!;
    if (this.#pieces.length === 0 || !isMemoryCallCode(kind)) return false;
    if (kind === memoryCalls.mmap || kind === memoryCalls.brk) return false;
    const start = batch.args[0]![row]!;
    const end = start + Math.max(1, batch.args[1]![row]!);
    return this.#pieces.some((piece) => start < piece.end && end > piece.start);
  }

  /** The growth of this mapping at `row`, before it is applied. */
  #growthOf(batch: EventBatch, row: number): OwnGrowth | undefined {
    const growth = this.#classifier.classify(batch, row);
    const space = this.#replay.spaceOf(this.process);
    if (growth === undefined || space === undefined) return undefined;
    const isBrk = batch.kind[row] === memoryCalls.brk;
    const start = isBrk ? space.brk - 1 : batch.args[0]![row]!;
    if (!this.#pieces.some((piece) => start >= piece.start && start < piece.end)) return undefined;
    const { outcome, bytes } = growth;
    if (bytes === 0 || !lackedRoom(outcome, isBrk, batch.result[row]!)) return { outcome };
    const end = isBrk ? space.brk : start + this.#classifier.oldBytes;
    return { outcome, blocker: this.#blockers.above(space, end, bytes) };
  }

  #note(
    seq: number,
    atNanos: number,
    what: string,
    from: AddressRange | undefined,
    blocker: Blocker | undefined,
  ): void {
    if (this.moments.length >= mostMoments) {
      this.dropped += 1;
      return;
    }
    const start = this.#pieces[0]?.start;
    this.moments.push({ seq, atNanos, what, bytes: this.bytes, start, from, blocker });
  }

  #listener(): LineageListener {
    return {
      took: (_seq, mapping, _start, _end, how) => {
        if (mapping === this.mapping) this.#moves.took.push(how);
      },
      left: (_seq, mapping, start, end, _since, how) => {
        if (mapping !== this.mapping) return;
        this.#moves.left.push(how);
        if (how === "moved") this.#moves.from ??= { start, end };
      },
    };
  }
}

/** What became of a growth of the mapping whose life this is. */
interface OwnGrowth {
  readonly outcome: GrowthOutcome;
  readonly blocker?: Blocker | undefined;
}

/** What a call did to it that changed no range. */
function quietWord(batch: EventBatch, row: number, growth: OwnGrowth | undefined): string {
  if (growth?.outcome === "refused") return "refused";
  const name = kindOf(batch.kind[row]!) ?? "call";
  return errnoAt(batch, row) === 0 ? name : `${name} failed`;
}

function piecesOf(space: AddressSpace, mapping: number): AddressRange[] {
  const { map } = space;
  const pieces: { start: number; end: number }[] = [];
  for (let row = map.first(); row >= 0; row = map.next()) {
    if (map.columns.mapping[row] !== mapping) continue;
    const last = pieces.at(-1);
    const end = map.columns.end[row]!;
    if (last?.end === map.start) last.end = end;
    else pieces.push({ start: map.start, end });
  }
  return pieces;
}

function wordFor(
  took: readonly Gain[],
  left: readonly Loss[],
  first: boolean,
  dead: boolean,
): string {
  if (first && took.length > 0) return took[0] === "mapped" ? "born" : took[0]!;
  if (took.includes("moved")) return "moved";
  if (took.includes("grown")) return "grew";
  if (took[0] !== undefined) return took[0];
  const loss = left[0] ?? "ended";
  return dead || loss === "shrunk" ? loss : `partly ${loss}`;
}
