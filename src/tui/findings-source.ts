/** Asks for the findings once somebody wants to see them, and again when the recording has grown. */
import { Worker } from "node:worker_threads";
import { type FindingsAnswer, findingsOf } from "../app/explore/findings.ts";
import type { FindingsOrder } from "../app/explore/findings-worker.ts";
import type { Tape } from "../app/explore/tape.ts";

export interface FindingsState {
  readonly answer: FindingsAnswer | undefined;
  readonly isAsking: boolean;
  readonly error: string | undefined;
}

const memoryMiB = 160;

export class FindingsSource {
  #state: FindingsState = { answer: undefined, isAsking: false, error: undefined };
  #askedAt = -1;
  #worker: Worker | undefined;
  readonly #tape: Tape;
  readonly #onChange: () => void;

  constructor(tape: Tape, onChange: () => void) {
    this.#tape = tape;
    this.#onChange = onChange;
  }

  get state(): FindingsState {
    return this.#state;
  }

  /** Does nothing when what is known is of the recording as it is now. */
  ask(): void {
    const { eventCount } = this.#tape.reader;
    if (this.#state.isAsking || this.#askedAt === eventCount) return;
    this.#askedAt = eventCount;
    this.#change({ isAsking: true, error: undefined });
    const order = { db: this.#tape.path, recording: this.#tape.row.id };
    // Sources are run as they are by the tests, and a thread cannot load those.
    const ask = import.meta.url.endsWith(".ts")
      ? findingsOf(order, { env: {}, cwd: "/" })
      : this.#inThread(order);
    ask.then(
      (answer) => this.#change({ answer, isAsking: false }),
      (error: unknown) => this.#change({ isAsking: false, error: messageOf(error) }),
    );
  }

  close(): void {
    void this.#worker?.terminate();
  }

  #inThread(order: FindingsOrder): Promise<FindingsAnswer> {
    const url = new URL("../app/explore/findings-worker.js", import.meta.url);
    const worker = new Worker(url, {
      workerData: order,
      resourceLimits: { maxOldGenerationSizeMb: memoryMiB },
    });
    this.#worker = worker;
    return new Promise((resolve, reject) => {
      worker.once("message", resolve);
      worker.once("error", reject);
      worker.once("exit", () => reject(new Error("the analyses ended without an answer")));
    });
  }

  #change(change: Partial<FindingsState>): void {
    this.#state = { ...this.#state, ...change };
    this.#onChange();
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
