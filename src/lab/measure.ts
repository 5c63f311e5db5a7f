/** Measures the curve of move costs. Runs in a child: it takes up to 2 GiB of memory, page by page. */

import { mapFlags, mremapFlags } from "../events/words.ts";
import { advise, copy, fill, mapAnonymous, remap, unmap } from "../ffi/own-memory.ts";
import { freePlace, pageBytes, readWrite } from "./arena.ts";
import { type CurveLine, type CurvePoint, curveSizes, largestBytes } from "./curve.ts";
import { memoryRoom } from "./memory-room.ts";

const noHugePages = 15; // MADV_NOHUGEPAGE
const mostRounds = 201;
const leastRounds = 5;
const enoughNanos = 50_000_000;
/** What the process needs beside the two mappings; and page tables, an eighth of a percent of them. */
const spareBytes = 64 * 1024 ** 2;
const memoryFlags = mapFlags.private + mapFlags.anonymous + mapFlags.fixed;
const moveFlags = mremapFlags.mayMove + mremapFlags.fixed;

/** Places 2 GiB apart, each at a multiple of 1 GiB, so that page tables of every level can change hands. */
interface Places {
  readonly from: number;
  readonly alike: number;
  readonly copy: number;
}

interface Series {
  readonly medianNanos: number;
  readonly rounds: number;
}

/** Hands each line over as soon as it is known: the kernel may end this process for want of memory. */
export function measureCurve(upToBytes: number, tell: (line: CurveLine) => void): void {
  const start = freePlace(8 * largestBytes);
  const from = Math.ceil(start / largestBytes) * largestBytes;
  const places = { from, alike: from + 2 * largestBytes, copy: from + 4 * largestBytes };
  tell({ floorNanos: measureFloor(places.from) });
  for (const lengthBytes of curveSizes(upToBytes)) {
    const reason = tooLittle(lengthBytes) ?? measureSize(places, lengthBytes, tell);
    if (reason !== undefined) {
      tell({ stopped: { lengthBytes, reason } });
      return;
    }
  }
}

function tooLittle(lengthBytes: number): string | undefined {
  const room = memoryRoom();
  if (room === undefined || 2 * lengthBytes + spareBytes <= room.bytes) return undefined;
  const mebibytes = (bytes: number) => Math.floor(bytes / 1024 ** 2);
  const needed = mebibytes(2 * lengthBytes + spareBytes);
  return `it needs ${needed} MiB of memory, ${mebibytes(room.bytes)} MiB are free by ${room.told}`;
}

/** Why there is no point, or undefined. */
function measureSize(
  places: Places,
  lengthBytes: number,
  tell: (line: CurveLine) => void,
): string | undefined {
  try {
    for (const at of [places.from, places.copy]) mapWritten(at, lengthBytes);
    tell({ point: measurePoint(places, lengthBytes) });
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
  advise(at, lengthBytes, noHugePages);
  fill(at, 1, lengthBytes);
}

function measurePoint({ from, alike, copy: target }: Places, lengthBytes: number): CurvePoint {
  // There and back again: a round is one way.
  const moves = (other: number) => {
    let at = from;
    return timed(
      () => {
        const to = at === from ? other : from;
        if (remap(at, lengthBytes, lengthBytes, moveFlags, to) !== to)
          throw new Error("mremap failed");
        at = to;
      },
      () => at === from,
    );
  };
  const aligned = moves(alike);
  const byPages = moves(alike + pageBytes);
  const copied = timed(() => copy(target, from, lengthBytes));
  return {
    lengthBytes,
    rounds: Math.min(aligned.rounds, byPages.rounds, copied.rounds),
    moveNanos: byPages.medianNanos,
    alignedMoveNanos: aligned.medianNanos,
    copyNanos: copied.medianNanos,
  };
}

function measureFloor(at: number): number {
  mapWritten(at, pageBytes);
  const { medianNanos } = timed(() => remap(at, pageBytes, pageBytes, 0));
  unmap(at, pageBytes);
  return medianNanos;
}

/** Repeats until the figures are many enough or the time is up, and then until `mayEnd`. */
function timed(act: () => void, mayEnd: () => boolean = () => true): Series {
  const nanos: number[] = [];
  let sum = 0;
  act(); // the first touches code and tables that the others find ready
  const isEnough = () =>
    nanos.length >= leastRounds && (sum >= enoughNanos || nanos.length >= mostRounds) && mayEnd();
  while (!isEnough()) {
    const begin = process.hrtime.bigint();
    act();
    const took = Number(process.hrtime.bigint() - begin);
    nanos.push(took);
    sum += took;
  }
  return { medianNanos: median(nanos), rounds: nanos.length };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
