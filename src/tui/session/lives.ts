/** The lives of the mappings that were looked at lately. A life is read once the cursor rests on its mapping. */
import { Life } from "../../app/explore/life.ts";
import { rowAt, type SpaceFrame } from "../../app/explore/space-frame.ts";
import type { Tape } from "../../app/explore/tape.ts";
import { keep } from "../../base/keep.ts";
import type { Jobs } from "./jobs.ts";

const mostLives = 16;
const restMillis = 120;

interface MappingId {
  readonly mapping: number;
  /** Event that created it. */
  readonly born: number;
}

export interface LivesOptions {
  readonly tape: Tape;
  readonly jobs: Jobs;
  /** A life has begun to be read. */
  readonly onChange: () => void;
  readonly onError: (error: unknown) => void;
}

export class Lives {
  readonly #options: LivesOptions;
  readonly #lives = new Map<string, Life | undefined>();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: LivesOptions) {
    this.#options = options;
  }

  /**
   * The life of the mapping at the address, or of the one that the frame's event removed there, as far
   * as it is read. Undefined until the caller has asked for the same one for a while.
   */
  at(frame: SpaceFrame, address: number): Life | undefined {
    const row = rowAt(frame, address);
    if (row >= 0 && frame.mapping[row] === 0) return undefined;
    const { process, seq } = frame;
    const key = row < 0 ? `gone ${process} ${seq} ${address}` : `${process} ${frame.mapping[row]}`;
    if (this.#lives.has(key)) return this.#lives.get(key);
    clearTimeout(this.#timer);
    const here = row < 0 ? undefined : { mapping: frame.mapping[row]!, born: frame.born[row]! };
    this.#timer = setTimeout(() => {
      this.#start(key, process, here ?? this.#mappingBefore(process, seq, address));
    }, restMillis);
    this.#timer.unref();
    return undefined;
  }

  /** Forgets all: in a recording that has grown, each of them may go on. */
  clear(): void {
    this.#lives.clear();
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #mappingBefore(process: number, seq: number, address: number): MappingId | undefined {
    return this.#options.tape.seeker.spaceAt(process, seq - 1)?.regionAt(address);
  }

  #start(key: string, process: number, id: MappingId | undefined): void {
    const { tape, jobs, onChange, onError } = this.#options;
    try {
      const life = id && new Life(tape, process, id.mapping, id.born);
      keep(this.#lives, key, life, mostLives);
      if (life !== undefined) jobs.start("life", life.advance());
      onChange();
    } catch (error) {
      onError(error);
    }
  }
}
