/** Builds the picture of address spaces from the gains and losses that a replay reports. */

import { memoryKinds } from "../../base/kinds.ts";
import type { EventBatch } from "../../events/batch.ts";
import { kindCodes, memoryCalls } from "../../events/kinds.ts";
import { mapStack, memoryKindOf } from "../../space/regions/memory-kind.ts";
import type { Gain, LineageListener, Loss } from "../../space/state/lineage.ts";
import { SiteIds } from "../recorders/site-ids.ts";
import type { SiteNames } from "../recorders/sites.ts";
import { LargestRows } from "./largest-rows.ts";
import { OpenRanges } from "./open-ranges.ts";
import type { Picture } from "./picture.ts";
import { gains, type KnownProcess, losses, makePicture } from "./picture-rows.ts";

export interface PictureOptions {
  readonly sites?: SiteNames | undefined;
  /** The most ranges to keep; 200,000 by default. */
  readonly mostRanges?: number;
  readonly mostMoves?: number;
}

/** State of one process while its picture is built. */
interface Drawn {
  readonly process: number;
  readonly open: OpenRanges;
  /** Mappings that the program mapped with MAP_STACK. */
  readonly stacks: Set<number>;
  rangeCount: number;
  moveCount: number;
  /** The range that the current event moved away, until its new range is reported. */
  leaving: { readonly seq: number; readonly start: number; readonly bytes: number } | undefined;
}

const indexOfKind = new Map(memoryKinds.map((kind, i) => [kind, i]));
const indexOfGain = new Map(gains.map((gain, i) => [gain, i]));
const indexOfLoss = new Map(losses.map((loss, i) => [loss, i]));

/**
 * Call `begin` with each batch before it is replayed; the listeners do the rest. Memory use depends
 * on the mappings alive at once and on `mostRanges`, not on the length of the recording.
 */
export class PictureFold {
  readonly #sites: SiteIds | undefined;
  readonly #ranges: LargestRows;
  readonly #moves: LargestRows;
  readonly #drawn = new Map<number, Drawn>();
  #batch: EventBatch | undefined;
  #lastNanos = 0;

  constructor(options: PictureOptions = {}) {
    this.#sites = options.sites && new SiteIds(options.sites);
    this.#ranges = new LargestRows(12, options.mostRanges ?? 200_000);
    this.#moves = new LargestRows(9, options.mostMoves ?? 20_000);
  }

  begin(batch: EventBatch): void {
    this.#batch = batch;
    const last = batch.length - 1;
    if (last < 0) return;
    const end = batch.at[last]! + Math.max(0, batch.duration[last]!);
    if (end > this.#lastNanos) this.#lastNanos = end;
  }

  /** The listener to which a replay must report this process's changes. */
  listener(process: number): LineageListener {
    const drawn: Drawn = {
      process,
      open: new OpenRanges(),
      stacks: new Set(),
      rangeCount: 0,
      moveCount: 0,
      leaving: undefined,
    };
    this.#drawn.set(process, drawn);
    return {
      took: (seq, mapping, start, end, how, _parent, mode) =>
        this.#took(drawn, seq, mapping, start, end, how, mode),
      left: (seq, mapping, start, end, _since, how) =>
        this.#left(drawn, seq, mapping, start, end, how),
      changed: (seq, mapping, start, end, mode) =>
        this.#changed(drawn, seq, mapping, start, end, mode),
    };
  }

  /**
   * Ends the ranges that are still mapped, and returns the picture. `processes` are those known.
   */
  finish(processes: readonly KnownProcess[], durationNanos = 0): Picture {
    const lastNanos = Math.max(this.#lastNanos, durationNanos);
    for (const drawn of this.#drawn.values()) {
      for (const range of drawn.open.rows()) this.#close(drawn, range, lastNanos, "lives on");
    }
    this.#ranges.finish();
    this.#moves.finish();
    const name = (site: number): string => this.#sites?.name(site) ?? "";
    return makePicture(this.#ranges, this.#moves, {
      durationNanos: lastNanos,
      processes,
      counts: this.#drawn,
      siteName: name,
    });
  }

  #row(seq: number): number {
    const batch = this.#batch;
    const row = seq - (batch?.firstSeq ?? 0);
    return batch !== undefined && row >= 0 && row < batch.length ? row : -1;
  }

  #at(seq: number): number {
    const row = this.#row(seq);
    return row < 0 ? this.#lastNanos : this.#batch!.at[row]!;
  }

  #site(row: number): number {
    return row < 0 ? 0 : (this.#sites?.of(this.#batch!, row) ?? 0);
  }

  #took(
    drawn: Drawn,
    seq: number,
    mapping: number,
    start: number,
    end: number,
    how: Gain,
    mode: number,
  ): void {
    const row = this.#row(seq);
    const isFound = how === "found";
    const call = row < 0 || isFound ? 0 : this.#batch!.kind[row]!;
    if (call === memoryCalls.mmap && (this.#batch!.args[3]![row]! & mapStack) !== 0) {
      drawn.stacks.add(mapping);
    }
    const site = isFound ? 0 : this.#site(row);
    drawn.open.add({
      start,
      end,
      fromNanos: this.#at(seq),
      kind: indexOfKind.get(memoryKindOf(mode, drawn.stacks.has(mapping)))!,
      mapping,
      bySeq: isFound ? 0 : seq,
      call,
      gain: indexOfGain.get(how)!,
      site,
    });
    if (how === "moved" && drawn.leaving?.seq === seq) this.#moved(drawn, row, start, end, site);
  }

  #left(drawn: Drawn, seq: number, mapping: number, start: number, end: number, how: Loss): void {
    if (how === "moved" && drawn.leaving?.seq !== seq) {
      drawn.leaving = { seq, start, bytes: end - start };
    }
    const range = drawn.open.take(mapping, start, end, seq);
    if (range >= 0) {
      this.#close(drawn, range, this.#at(seq), how);
      drawn.open.release(range);
    }
    if (drawn.stacks.size > 0 && how !== "moved" && how !== "grown" && !drawn.open.has(mapping)) {
      drawn.stacks.delete(mapping);
    }
  }

  #changed(
    drawn: Drawn,
    seq: number,
    mapping: number,
    start: number,
    end: number,
    mode: number,
  ): void {
    const kind = indexOfKind.get(memoryKindOf(mode, drawn.stacks.has(mapping)))!;
    // Access that leaves the kind of memory the same does not show in the picture.
    const known = drawn.open.find(mapping, start, end, seq);
    if (known < 0 || drawn.open.kind[known] === kind) return;
    const range = drawn.open.take(mapping, start, end, seq);
    const atNanos = this.#at(seq);
    this.#close(drawn, range, atNanos, "protected");
    drawn.open.putBack(range, kind, atNanos);
  }

  #close(drawn: Drawn, range: number, toNanos: number, how: Loss | "lives on" | "protected"): void {
    drawn.rangeCount += 1;
    const { open } = drawn;
    const fromNanos = open.fromNanos[range]!;
    const lived = toNanos - fromNanos;
    // The largest are kept; the term below 1 prefers the longer lived of equally large ones.
    const bytes = open.end[range]! - open.start[range]!;
    const row = this.#ranges.offer(bytes + lived / (lived + 1e9));
    if (row < 0) return;
    const { columns } = this.#ranges;
    columns[0]![row] = drawn.process;
    columns[1]![row] = open.start[range]!;
    columns[2]![row] = open.end[range]!;
    columns[3]![row] = fromNanos;
    columns[4]![row] = toNanos;
    columns[5]![row] = open.kind[range]!;
    columns[6]![row] = open.mapping[range]!;
    columns[7]![row] = open.bySeq[range]!;
    columns[8]![row] = open.call[range]!;
    columns[9]![row] = open.gain[range]!;
    columns[10]![row] = indexOfLoss.get(how)!;
    columns[11]![row] = open.site[range]!;
  }

  #moved(drawn: Drawn, batchRow: number, start: number, end: number, site: number): void {
    const { leaving } = drawn;
    if (leaving === undefined) return;
    drawn.leaving = undefined;
    drawn.moveCount += 1;
    const row = this.#moves.offer(leaving.bytes);
    if (row < 0) return;
    const { at, duration, kind } = this.#batch!;
    const isKnown = batchRow >= 0 && kind[batchRow] === kindCodes.mremap;
    const { columns } = this.#moves;
    columns[0]![row] = drawn.process;
    columns[1]![row] = leaving.seq;
    columns[2]![row] = batchRow < 0 ? this.#lastNanos : at[batchRow]!;
    columns[3]![row] = isKnown ? duration[batchRow]! : -1;
    columns[4]![row] = leaving.start;
    columns[5]![row] = start;
    columns[6]![row] = leaving.bytes;
    columns[7]![row] = end - start;
    columns[8]![row] = site;
  }
}
