/** The lives of the mappings that were looked at lately: each is read once its mapping is rested on. */

import { Life } from "../app/explore/life.ts";
import { rowAt, type SpaceFrame } from "../app/explore/space-frame.ts";
import type { Tape } from "../app/explore/tape.ts";
import { keep } from "../base/keep.ts";
import type { Jobs } from "./jobs.ts";

const mostLives = 16;
const lifeAfterMillis = 120;

/** A mapping, and the event that gave birth to it. */
interface Who {
  readonly mapping: number;
  readonly born: number;
}

export interface LivesOptions {
  readonly tape: Tape;
  readonly jobs: Jobs;
  /** A life was begun. */
  readonly changed: () => void;
  readonly fail: (error: unknown) => void;
}

export class Lives {
  readonly #options: LivesOptions;
  readonly #lives = new Map<string, Life | undefined>();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: LivesOptions) {
    this.#options = options;
  }

  /**
   * The life of the mapping at the address, or of the one that the frame's event took from there, as
   * far as it is read; asks for it after a short rest.
   */
  at(frame: SpaceFrame, address: number): Life | undefined {
    const row = rowAt(frame, address);
    if (row >= 0 && frame.mapping[row] === 0) return undefined;
    const { process, seq } = frame;
    const key = row < 0 ? `gone ${process} ${seq} ${address}` : `${process} ${frame.mapping[row]}`;
    if (this.#lives.has(key)) return this.#lives.get(key);
    clearTimeout(this.#timer);
    const who = row < 0 ? undefined : { mapping: frame.mapping[row]!, born: frame.born[row]! };
    this.#timer = setTimeout(() => {
      this.#start(key, process, who ?? this.#ownerBefore(process, seq, address));
    }, lifeAfterMillis);
    this.#timer.unref();
    return undefined;
  }

  /** Forgets all: the recording has grown, and so may each life have. */
  clear(): void {
    this.#lives.clear();
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  /** The mapping that held the address before the event. */
  #ownerBefore(process: number, seq: number, address: number): Who | undefined {
    return this.#options.tape.seeker.spaceAt(process, seq - 1)?.regionAt(address);
  }

  #start(key: string, process: number, who: Who | undefined): void {
    const { tape, jobs, changed, fail } = this.#options;
    try {
      const life = who && new Life(tape, process, who.mapping, who.born);
      keep(this.#lives, key, life, mostLives);
      if (life !== undefined) jobs.start("life", life.advance());
      changed();
    } catch (error) {
      fail(error);
    }
  }
}
