/** Folds a recording's events into the address spaces of its processes. */

import { type EventBatch, eventFlags } from "../events/batch.ts";
import { memoryCalls, observations, processCalls } from "../events/kinds.ts";
import { type Comparison, compareMaps, resync } from "../space/compare.ts";
import type { MapsCheck } from "../space/maps-check.ts";
import { type MapsLine, parseMaps } from "../space/regions/proc-maps.ts";
import { AddressSpace } from "../space/space.ts";
import type { KernelFeatures } from "../space/state/features.ts";
import { FileTable } from "../space/state/files.ts";
import type { LineageListener } from "../space/state/lineage.ts";
import { blobText } from "../store/event-context.ts";
import type { RecordingReader } from "../store/reader.ts";
import { type Landmarks, type MapsText, mapsTextAt, readLandmarks } from "./landmarks.ts";

/** Sees each memory call beside its effect. */
export interface CallWatch {
  /** The call at `row` is about to be applied. `space` is undefined while its maps are not known. */
  before(space: AddressSpace | undefined, batch: EventBatch, row: number): void;
  /** Another event is about to be applied: a maps text, an end, a fork. */
  observed?(batch: EventBatch, row: number): void;
  /** It was applied. */
  after(space: AddressSpace, batch: EventBatch, row: number): void;
}

export interface ReplayOptions {
  readonly features: KernelFeatures;
  /** Read from the log when absent. */
  readonly landmarks?: Landmarks;
  /** Shared between replays of one recording, so that checkpoints of one fit the others. */
  readonly files?: FileTable;
  /** Only this process is replayed. */
  readonly only?: number;
  /** Listens to the process's mappings from its first maps text on. */
  readonly lineage?: (process: number) => LineageListener | undefined;
  readonly watch?: CallWatch;
  /** A forked child without a maps text begins with a copy of its parent's space. */
  readonly onInherit?: (process: number, space: AddressSpace) => void;
  /** The process's space was made from its first maps text. */
  readonly onBegin?: (process: number, space: AddressSpace) => void;
  /** A later maps text was compared with the space; afterwards the space is corrected by it. */
  readonly onCheck?: (process: number, check: MapsCheck) => void;
  /** The process ended; the space is as the last call left it. */
  readonly onEnd?: (process: number, space: AddressSpace) => void;
}

/**
 * A space begins with the process's first maps text; for a forked child without one, with a copy of
 * its parent's space; for a process whose start nobody saw, empty. Each later text that was read
 * while no call ran corrects the space, so that a replay recovers from missing calls.
 */
export class Replay {
  readonly files: FileTable;
  readonly landmarks: Landmarks;
  /** The largest that any one space became. */
  peakMappedBytes = 0;
  peakRegions = 0;
  readonly #reader: RecordingReader;
  readonly #options: ReplayOptions;
  /** By process; undefined for one whose maps are not known yet, or that has ended. */
  readonly #spaces: (AddressSpace | undefined)[] = [];
  /** Children without a maps text, by parent and pid. */
  readonly #heirs = new Map<string, number>();
  /** Processes whose space lacks mappings until a maps text shows them. */
  readonly #guessed = new Set<number>();
  /** The space that such a child begins with, by process. */
  readonly #inherited = new Map<number, AddressSpace>();

  constructor(reader: RecordingReader, options: ReplayOptions) {
    this.#reader = reader;
    this.#options = options;
    this.files = options.files ?? new FileTable((id) => reader.file(id));
    this.landmarks = options.landmarks ?? readLandmarks(reader);
    for (const { process, row, maps } of this.landmarks.values()) {
      if (row?.how !== "fork" || row.parent === undefined || maps.length > 0) continue;
      this.#heirs.set(`${row.parent} ${row.pid}`, process);
    }
  }

  /** The only process to replay, if not all. */
  get only(): number | undefined {
    return this.#options.only;
  }

  /** Batches in history order; only rows in [from, to) are applied. */
  feed(batch: EventBatch, from = 0, to = batch.length): void {
    const { kind, process } = batch;
    const { only, watch } = this.#options;
    const spaces = this.#spaces;
    for (let row = from; row < to; row++) {
      const owner = process[row]!;
      if (only !== undefined && owner !== only) continue;
      if (kind[row]! > memoryCalls.prctl) {
        watch?.observed?.(batch, row);
        this.#other(batch, row, owner);
        continue;
      }
      const space = spaces[owner];
      watch?.before(space, batch, row);
      if (space === undefined) continue;
      space.apply(batch, row);
      this.#measure(space);
      watch?.after(space, batch, row);
    }
  }

  spaceOf(process: number): AddressSpace | undefined {
    return this.#spaces[process];
  }

  /** Continues from a space at some event, as from a checkpoint. */
  place(process: number, space: AddressSpace): void {
    this.#spaces[process] = space;
  }

  /** An empty space for that process, with the tool's ranges left out. */
  emptySpace(process: number): AddressSpace {
    const { features } = this.#options;
    const lineage = this.#options.lineage?.(process);
    const { toolRanges: ranges = [], pageBytes } = this.landmarks.get(process)?.row ?? {};
    const toolRanges = ranges.map(([start, end]) => [Number(start), Number(end)] as const);
    return new AddressSpace({
      files: this.files,
      features: pageBytes ? { ...features, pageBytes } : features,
      toolRanges,
      ...(lineage && { lineage }),
    });
  }

  /** Processes that have a space now, with their spaces. */
  *spaces(): Iterable<readonly [process: number, space: AddressSpace]> {
    for (const [process, space] of this.#spaces.entries()) {
      if (space !== undefined) yield [process, space];
    }
  }

  #measure(space: AddressSpace): void {
    if (space.mappedBytes > this.peakMappedBytes) this.peakMappedBytes = space.mappedBytes;
    if (space.mergedCount > this.peakRegions) this.peakRegions = space.mergedCount;
  }

  #other(batch: EventBatch, row: number, process: number): void {
    switch (batch.kind[row]) {
      case observations.mapsObserved:
        this.#observe(process, mapsTextAt(batch, row));
        break;
      case observations.processStarted:
        this.#inherit(process, batch.firstSeq + row);
        break;
      case observations.processEnded:
        this.#end(process, batch.firstSeq + row);
        break;
      case processCalls.clone:
        if (this.#heirs.size > 0) this.#fork(batch, row, process);
        break;
      default:
    }
  }

  /** Keeps a copy of the parent's space at a fork, for a child that will have no maps text. */
  #fork(batch: EventBatch, row: number, parent: number): void {
    if (batch.flags[row]! & eventFlags.resultUnknown) return;
    const child = this.#heirs.get(`${parent} ${batch.result[row]}`);
    const space = this.#spaces[parent];
    if (child === undefined || space === undefined) return;
    this.#inherited.set(child, space.fork(batch.firstSeq + row));
  }

  #inherit(process: number, seq: number): void {
    const isUnknown = this.landmarks.get(process)?.row?.startUnknown === true;
    const space =
      this.#inherited.get(process) ?? (isUnknown ? this.emptySpace(process) : undefined);
    if (space === undefined) return;
    this.#inherited.delete(process);
    if (isUnknown) this.#guessed.add(process);
    space.seq = seq;
    this.#spaces[process] = space;
    const lineage = this.#options.lineage?.(process);
    if (lineage !== undefined) emitAll(space, lineage);
    this.#options.onInherit?.(process, space);
  }

  #observe(process: number, text: MapsText): void {
    const lines = this.#linesOf(text.blob);
    if (lines.length === 0) return;
    const space = this.#spaces[process];
    if (space === undefined) {
      const begun = this.emptySpace(process);
      // A listener may ask for the space while it takes over what was found, to name the mappings.
      this.#spaces[process] = begun;
      begun.adopt(lines, text.seq);
      this.#measure(begun);
      this.#options.onBegin?.(process, begun);
      return;
    }
    space.seq = text.seq;
    if (this.#guessed.delete(process)) {
      resync(space, lines);
      space.outside = lines.filter(({ start }) => start >= space.features.taskSize);
      this.#measure(space);
      this.#options.onBegin?.(process, space);
      return;
    }
    // A text that was read while calls ran shows no single state, so it corrects nothing.
    const comparison = text.stable ? resync(space, lines) : compareMaps(space, lines);
    this.#options.onCheck?.(process, checkOf(text, comparison));
  }

  #linesOf(blob: number): readonly MapsLine[] {
    return parseMaps(blobText(this.#reader, blob) ?? "").lines;
  }

  #end(process: number, seq: number): void {
    const space = this.#spaces[process];
    if (space === undefined) return;
    this.#options.onEnd?.(process, space);
    if (space.lineage !== undefined) space.end(seq);
    this.#spaces[process] = undefined;
  }
}

/** Emits what the space holds to the listener, as found, and attaches it for later changes. */
function emitAll(space: AddressSpace, lineage: LineageListener): void {
  const { map } = space;
  const { end, mapping, mode, backing } = map.columns;
  for (let row = map.first(); row >= 0; row = map.next()) {
    const { start } = map;
    lineage.took(space.seq, mapping[row]!, start, end[row]!, "found", 0, mode[row]!, backing[row]!);
  }
  space.lineage = lineage;
}

function checkOf(text: MapsText, { ranges, divergences }: Comparison): MapsCheck {
  const { seq, atNanos, moment, stable } = text;
  return { seq, atNanos, moment, stable, ranges, divergences };
}
