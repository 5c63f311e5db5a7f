/** A real recording with one event removed, altered or swapped, and whether that shows in the end. */

import { verifyRecording } from "../../src/app/passes/verification.ts";
import { isMemoryCallCode, memoryCalls, observations } from "../../src/events/kinds.ts";
import { Replay } from "../../src/replay/replay.ts";
import { hasOffset, kindOfMode, kinds, permissionText } from "../../src/space/regions/modes.ts";
import type { AddressSpace } from "../../src/space/space.ts";
import { defaultFeatures } from "../../src/space/state/features.ts";
import { openStore } from "../../src/store/open.ts";
import type { Store } from "../../src/store/store.ts";
import { batchOf, type EventRow, rowsOf } from "../store/batches.ts";
import { randomSource } from "./kernel-generator.ts";

export const changes = ["remove", "alter", "swap"] as const;
export type Change = (typeof changes)[number];

const page = 4096;

export class ChangedHistory {
  readonly rows: readonly EventRow[];
  readonly #store: Store;
  readonly #random: (below: number) => number;
  /** Rows of memory calls that worked: the others change nothing. */
  readonly #calls: readonly number[];
  readonly #whole: readonly string[];

  constructor(database: string, seed: number) {
    this.#store = openStore(database, { mode: "read" });
    const reader = this.#store.reader(this.#store.recording().id);
    const rows: EventRow[] = [];
    for (const batch of reader.chunks()) rows.push(...rowsOf(batch));
    this.rows = rows;
    const random = randomSource(seed);
    this.#random = (below) => Math.floor(random() * below);
    this.#calls = [...this.rows.keys()].filter((i) => {
      const { kind, result = 0, flags } = this.rows[i]!;
      return isMemoryCallCode(kind) && kind !== memoryCalls.prctl && result >= 0 && flags === 0;
    });
    this.#whole = this.#finals(this.rows);
  }

  /** How often the kernel was asked after a process's start. */
  get textsCompared(): number {
    return this.#whole.length;
  }

  close(): void {
    this.#store.close();
  }

  /** The history with one change at a place that chance chooses, and what was done to it. */
  change(how: Change): { rows: EventRow[]; what: string } {
    const rows = [...this.rows];
    const nth = this.#random(this.#calls.length);
    const i = this.#calls[nth]!;
    const row = rows[i]!;
    if (how === "remove") rows.splice(i, 1);
    else if (how === "alter") rows[i] = this.#altered(row);
    else {
      const other = this.#calls.slice(nth + 1).find((j) => rows[j]!.process === row.process) ?? i;
      [rows[i], rows[other]] = [rows[other]!, row];
    }
    return { rows, what: `${how} @${i + 1} (kind ${row.kind})` };
  }

  /** A length, a protection or a place other than it was. */
  #altered(row: EventRow): EventRow {
    const args = [...(row.args ?? [])];
    switch (row.kind) {
      case memoryCalls.mmap:
        if (this.#random(2) === 0) args[1]! += page;
        else args[2]! ^= 2;
        return { ...row, args };
      case memoryCalls.mremap:
        args[2]! += page;
        return { ...row, args };
      case memoryCalls.munmap:
        args[1] = args[1]! > page && this.#random(2) === 0 ? args[1]! - page : args[1]! + page;
        return { ...row, args };
      case memoryCalls.mprotect:
        args[2]! ^= 1;
        return { ...row, args };
      case memoryCalls.brk:
        return { ...row, result: row.result! + page };
      default:
        args[0]! += page;
        return { ...row, args };
    }
  }

  /** Whether the spaces are others than in truth where the kernel was asked last. */
  isVisible(rows: readonly EventRow[]): boolean {
    const finals = this.#finals(rows);
    return finals.some((text, i) => text !== this.#whole[i]);
  }

  /** Processes that verify says diverged. */
  divergedIn(rows: readonly EventRow[]): number {
    const row = this.#store.recording();
    const fold = verifyRecording(this.#store.reader(row.id), row);
    fold.feed(batchOf(rows));
    return fold.result().diverged;
  }

  /** Each process's space before each of its maps texts but the first, bytes by what they are. */
  #finals(rows: readonly EventRow[]): string[] {
    const row = this.#store.recording();
    const replay = new Replay(this.#store.reader(row.id), { features: defaultFeatures });
    const batch = batchOf(rows);
    const finals: string[] = [];
    let from = 0;
    for (let i = 0; i < batch.length; i++) {
      if (batch.kind[i] !== observations.mapsObserved) continue;
      replay.feed(batch, from, i);
      from = i;
      const space = replay.spaceOf(batch.process[i]!);
      if (space !== undefined) finals.push(bytesOf(space));
    }
    return finals;
  }
}

/** What lies where, however it is cut: ranges of like bytes. */
function bytesOf(space: AddressSpace): string {
  const ranges: { what: string; start: number; end: number; shift: number }[] = [];
  for (const { start, end, mode, backing, offset } of space.regionsIn(0, 2 ** 48)) {
    const kind = kindOfMode(mode);
    const isPrivate = kind === kinds.anonymous || kind === kinds.stack;
    const file = kind === kinds.file ? space.files.get(backing) : undefined;
    const what = `${permissionText(mode)} ${isPrivate ? "" : kind} ${file?.inode ?? ""}`;
    const shift = hasOffset(mode) ? offset - start : 0;
    const last = ranges[ranges.length - 1];
    if (last?.end === start && last.what === what && last.shift === shift) last.end = end;
    else ranges.push({ what, start, end, shift });
  }
  return JSON.stringify(ranges);
}
