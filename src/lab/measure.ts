/** Measures the curve of move costs. Runs in a child: it takes up to 2 GiB of memory, page by page. */

import { advices, mapFlags, mremapFlags } from "../events/flags.ts";
import { advise, copy, fill, mapAnonymous, remap, unmap } from "../ffi/own-memory.ts";
import { freePlace, pageBytes, readWrite } from "./arena.ts";
import { type CurveLine, type CurvePoint, curveSizes, largestBytes } from "./curve.ts";
import { memoryRoom } from "./memory-room.ts";

const mostRounds = 600;
const leastRounds = 6;
/** For each of the three. */
const enoughNanos = 60_000_000;
const actsInTurn = 4;
/** Discarded calls of a turn: the caches are cold after the other two series. */
const uncounted = 1;
/** What the process needs beside the two mappings; page tables are 0.2 % of them. */
const spareBytes = 64 * 1024 ** 2;
const memoryFlags = mapFlags.private + mapFlags.anonymous + mapFlags.fixed;
const moveFlags = mremapFlags.mayMove + mremapFlags.fixed;

/** Places 2 GiB apart, each at a multiple of 1 GiB, so that page tables of every level can be moved. */
interface Places {
  readonly from: number;
  readonly alike: number;
  readonly copy: number;
}

/** Emits each line at once: the kernel may kill this process when memory runs out. */
export function measureCurve(upToBytes: number, emit: (line: CurveLine) => void): void {
  const start = freePlace(8 * largestBytes);
  const from = Math.ceil(start / largestBytes) * largestBytes;
  const places = { from, alike: from + 2 * largestBytes, copy: from + 4 * largestBytes };
  emit({ floorNanos: measureFloor(places.from) });
  for (const lengthBytes of curveSizes(upToBytes)) {
    const reason = tooLittle(lengthBytes) ?? measureSize(places, lengthBytes, emit);
    if (reason !== undefined) {
      emit({ stopped: { lengthBytes, reason } });
      return;
    }
  }
}

function tooLittle(lengthBytes: number): string | undefined {
  const room = memoryRoom();
  if (room === undefined || 2 * lengthBytes + spareBytes <= room.bytes) return undefined;
  const mebibytes = (bytes: number) => Math.floor(bytes / 1024 ** 2);
  const needed = mebibytes(2 * lengthBytes + spareBytes);
  return `it needs ${needed} MiB of memory, ${mebibytes(room.bytes)} MiB are free by ${room.source}`;
}

/** Why there is no point, or undefined. */
function measureSize(
  places: Places,
  lengthBytes: number,
  emit: (line: CurveLine) => void,
): string | undefined {
  try {
    for (const at of [places.from, places.copy]) mapWritten(at, lengthBytes);
    emit({ point: measurePoint(places, lengthBytes) });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    for (const at of [places.from, places.alike, places.copy]) unmap(at, lengthBytes + pageBytes);
  }
}

function mapWritten(at: number, lengthBytes: number): void {
  const result = mapAnonymous(at, lengthBytes, readWrite, memoryFlags);
  if (result !== at) throw new Error(`mmap failed with errno ${-result}`);
  advise(at, lengthBytes, advices.noHugePage);
  fill(at, 1, lengthBytes);
}

/**
 * The three series take turns, so that a disturbance of the machine hits all of them, and each
 * median drops it.
 */
function measurePoint({ from, alike, copy: target }: Places, lengthBytes: number): CurvePoint {
  const byPages = new Series(there(from, alike + pageBytes, lengthBytes));
  const aligned = new Series(there(from, alike, lengthBytes));
  const copied = new Series(() => copy(target, from, lengthBytes));
  const all = [byPages, aligned, copied];
  while (all.some((series) => !series.isEnough)) {
    for (const series of all) if (!series.isEnough) series.turn();
  }
  return {
    lengthBytes,
    rounds: Math.min(...all.map(({ rounds }) => rounds)),
    moveNanos: byPages.medianNanos,
    alignedMoveNanos: aligned.medianNanos,
    copyNanos: copied.medianNanos,
  };
}

/** Moves between two places, there and back by turns. */
function there(from: number, other: number, lengthBytes: number): () => void {
  let at = from;
  return () => {
    const to = at === from ? other : from;
    const result = remap(at, lengthBytes, lengthBytes, moveFlags, to);
    if (result !== to) throw new Error(`mremap failed with errno ${-result}`);
    at = to;
  };
}

function measureFloor(at: number): number {
  mapWritten(at, pageBytes);
  const series = new Series(() => remap(at, pageBytes, pageBytes, 0));
  while (!series.isEnough) series.turn();
  unmap(at, pageBytes);
  return series.medianNanos;
}

/** Times of one act, until there are enough or it has taken long enough. */
class Series {
  readonly #act: () => void;
  readonly #nanos: number[] = [];
  #sum = 0;

  constructor(act: () => void) {
    this.#act = act;
  }

  get rounds(): number {
    return this.#nanos.length;
  }

  get isEnough(): boolean {
    if (this.rounds < leastRounds) return false;
    return this.#sum >= enoughNanos || this.rounds >= mostRounds;
  }

  /** An even number of acts, so that the mapping is back at its place. */
  turn(): void {
    for (let i = 0; i < actsInTurn; i += 1) this.#time(i < uncounted);
  }

  #time(isWarming: boolean): void {
    const begin = process.hrtime.bigint();
    this.#act();
    const took = Number(process.hrtime.bigint() - begin);
    if (isWarming) return;
    this.#nanos.push(took);
    this.#sum += took;
  }

  get medianNanos(): number {
    const sorted = [...this.#nanos].sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)] ?? 0;
  }
}
