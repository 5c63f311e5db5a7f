/**
 * Collects what rules forbid, with the event of each sighting. Runs in a replay beside other folds.
 */

import { type EventBatch, eventFlags } from "../../events/batch.ts";
import { memoryCalls } from "../../events/kinds.ts";
import { kindOfMode, kinds, modes } from "../../space/regions/modes.ts";
import type { AddressSpace } from "../../space/space.ts";
import { GrowthClassifier } from "../recorders/growth.ts";

export interface Sighting {
  /** The event; 0 if it predates the first. */
  readonly seq: number;
  readonly process: number;
  readonly start: number;
  readonly bytes: number;
  /** How many mappings it stands for, if more than one. */
  readonly mappings?: number;
}

export interface Sightings {
  count: number;
  /** The first `mostKept` of them. */
  readonly kept: Sighting[];
}

/** The highest value of any process, and the event that reached it. */
export interface Peak {
  readonly value: number;
  readonly process: number;
  readonly seq: number;
}

const mostKept = 20;
const writeAndExec = modes.write | modes.exec;
const protWriteAndExec = 2 | 4; // PROT_WRITE, PROT_EXEC
const shmExec = 0o100_000;
const shmReadOnly = 0o10_000;

function none(): Sightings {
  return { count: 0, kept: [] };
}

function add(sightings: Sightings, sighting: Sighting): void {
  sightings.count += 1;
  if (sightings.kept.length < mostKept) sightings.kept.push(sighting);
}

/** Pass each memory call to `before` and `after`, each process to `began` and `ended`. */
export class SightingFold {
  readonly moved = none();
  readonly refused = none();
  readonly writableAndExecutable = none();
  /** Mappings that were left when their process ended, with the calls that made them. */
  readonly left: Sighting[] = [];
  peakMapped: Peak | undefined;
  peakRegions: Peak | undefined;
  readonly #classifier: GrowthClassifier;

  constructor(pageBytes?: number) {
    this.#classifier = new GrowthClassifier(pageBytes);
  }

  began(process: number, space: AddressSpace): void {
    this.#measure(space, process, 0);
    for (const { start, end, mode } of space.regionsIn(0, Number.POSITIVE_INFINITY)) {
      if ((mode & writeAndExec) !== writeAndExec) continue;
      add(this.writableAndExecutable, { seq: 0, process, start, bytes: end - start });
    }
  }

  before(space: AddressSpace | undefined, batch: EventBatch, row: number): void {
    const growth = this.#classifier.classify(batch, row);
    if (growth?.outcome === "moved") add(this.moved, sightingOf(batch, row, growth.bytes));
    if (growth?.outcome === "refused") add(this.refused, sightingOf(batch, row, growth.bytes));
    // Without a space, the call's arguments are all there is to go by.
    if (space === undefined && asksForWx(batch, row) && worked(batch, row)) {
      add(this.writableAndExecutable, sightingOf(batch, row, lengthOf(batch, row)));
    }
  }

  after(space: AddressSpace, batch: EventBatch, row: number): void {
    this.#measure(space, batch.process[row]!, batch.firstSeq + row);
    if (!asksForWx(batch, row)) return;
    const range = rangeOf(batch, row);
    const touched = space.regionsIn(range.start, range.end);
    if (!touched.some(({ mode }) => (mode & writeAndExec) === writeAndExec)) return;
    add(this.writableAndExecutable, sightingOf(batch, row, range.end - range.start));
  }

  /** Notes usable anonymous memory that a call mapped and that was never unmapped. */
  ended(process: number, space: AddressSpace): void {
    const mappings = new Map<number, Sighting>();
    for (const { start, end, mode, mapping, born } of space.regionsIn(0, Infinity)) {
      const isMemory = kindOfMode(mode) === kinds.anonymous;
      const isUsable = (mode & (modes.read | modes.write | modes.exec)) !== 0;
      if (!isMemory || !isUsable || born === 0 || (mode & modes.heap) !== 0) continue;
      const before = mappings.get(mapping);
      const bytes = (before?.bytes ?? 0) + end - start;
      mappings.set(mapping, { seq: born, process, start, ...before, bytes });
    }
    this.left.push(...mappings.values());
  }

  #measure(space: AddressSpace, process: number, seq: number): void {
    if (space.mappedBytes > (this.peakMapped?.value ?? 0)) {
      this.peakMapped = { value: space.mappedBytes, process, seq };
    }
    if (space.mergedCount > (this.peakRegions?.value ?? 0)) {
      this.peakRegions = { value: space.mergedCount, process, seq };
    }
  }
}

function sightingOf(batch: EventBatch, row: number, bytes: number): Sighting {
  return {
    seq: batch.firstSeq + row,
    process: batch.process[row]!,
    start: rangeOf(batch, row).start,
    bytes,
  };
}

function worked(batch: EventBatch, row: number): boolean {
  return batch.result[row]! >= 0 && (batch.flags[row]! & eventFlags.resultUnknown) === 0;
}

/** Whether the call is one that can make memory writable and executable at once. */
function asksForWx(batch: EventBatch, row: number): boolean {
  const third = batch.args[2]![row]!;
  switch (batch.kind[row]) {
    case memoryCalls.mmap:
      return worked(batch, row) && (third & protWriteAndExec) === protWriteAndExec;
    case memoryCalls.mprotect:
    case memoryCalls.pkey_mprotect:
      // A call that failed midway has still changed what lies before the hole.
      return (third & protWriteAndExec) === protWriteAndExec;
    case memoryCalls.shmat:
      return worked(batch, row) && (third & shmExec) !== 0 && (third & shmReadOnly) === 0;
    default:
      return false;
  }
}

function lengthOf(batch: EventBatch, row: number): number {
  const isShm = batch.kind[row] === memoryCalls.shmat;
  const length = batch.args[isShm ? 3 : 1]![row]!;
  return Math.max(0, length);
}

/** The range of the call: mmap and shmat return its start, the others take it as an argument. */
function rangeOf(batch: EventBatch, row: number): { start: number; end: number } {
  const kind = batch.kind[row];
  const answers = kind === memoryCalls.mmap || kind === memoryCalls.shmat;
  const start = answers ? batch.result[row]! : batch.args[0]![row]!;
  return { start, end: start + lengthOf(batch, row) };
}
