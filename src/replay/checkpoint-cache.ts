/** Checkpoints of a recording that has none in its database: kept in memory, within bounds. */

interface Kept {
  readonly seq: number;
  readonly bytes: Uint8Array;
}

/** Bounded in bytes: when full, it drops every second checkpoint of the process that has most. */
export class CheckpointCache {
  readonly #mostBytes: number;
  readonly #tracks = new Map<number, Kept[]>();
  #bytes = 0;

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  before(process: number, seq: number): Kept | undefined {
    return this.#tracks.get(process)?.findLast((one) => one.seq <= seq);
  }

  add(process: number, seq: number, bytes: Uint8Array): void {
    const track = this.#tracks.get(process) ?? [];
    this.#tracks.set(process, track);
    const at = track.findLastIndex((one) => one.seq <= seq);
    if (track[at]?.seq === seq) return;
    track.splice(at + 1, 0, { seq, bytes });
    this.#bytes += bytes.length;
    while (this.#bytes > this.#mostBytes && this.#thin());
  }

  /** False when no process has two. */
  #thin(): boolean {
    const tracks = [...this.#tracks].sort(([, a], [, b]) => sum(b) - sum(a));
    const [process, heaviest = []] = tracks[0] ?? [];
    if (process === undefined || heaviest.length < 2) return false;
    const kept = heaviest.filter((_, i) => i % 2 === 1);
    this.#bytes += sum(kept) - sum(heaviest);
    this.#tracks.set(process, kept);
    return true;
  }
}

function sum(track: readonly Kept[]): number {
  return track.reduce((bytes, one) => bytes + one.bytes.length, 0);
}
