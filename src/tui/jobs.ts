/** Long work beside the keys: generators that are run in slices of a few milliseconds. */

/** A key is never kept waiting longer than a slice and a step. */
const sliceMillis = 6;
const tellEveryMillis = 120;

interface Job {
  readonly name: string;
  /** Goes on by one step; true at the end. */
  readonly step: () => boolean;
}

export class Jobs {
  readonly #queue: Job[] = [];
  readonly #onProgress: () => void;
  readonly #onError: (error: unknown) => void;
  #isRunning = false;
  /** Until the app is up: loading it is what the user waits for. */
  #isHeld = true;
  #isClosed = false;
  #toldAt = 0;

  /** `onProgress` is called now and then, and at each job's end. */
  constructor(onProgress: () => void, onError: (error: unknown) => void) {
    this.#onProgress = onProgress;
    this.#onError = onError;
  }

  /** As `start`, but what is soon done is done at once: keys that come together count one by one. */
  startNow<Result>(
    name: string,
    steps: Generator<void, Result>,
    onEnd: (result: Result) => void = () => undefined,
  ): void {
    this.stop(name);
    const until = performance.now() + sliceMillis;
    for (let step = steps.next(); ; step = steps.next()) {
      if (step.done === true) {
        onEnd(step.value);
        return;
      }
      if (performance.now() > until) break;
    }
    this.start(name, steps, onEnd);
  }

  /** Starts a job in place of the one with that name. The newest runs first. */
  start<Result>(
    name: string,
    steps: Generator<void, Result>,
    onEnd: (result: Result) => void = () => undefined,
  ): void {
    this.stop(name);
    const step = (): boolean => {
      const { done, value } = steps.next();
      if (done === true) onEnd(value);
      return done === true;
    };
    this.#queue.unshift({ name, step });
    this.#wake();
  }

  /** Nothing runs before this is called. */
  release(): void {
    this.#isHeld = false;
    this.#wake();
  }

  #wake(): void {
    if (this.#isRunning || this.#isHeld || this.#isClosed || this.#queue.length === 0) return;
    this.#isRunning = true;
    setImmediate(() => this.#run());
  }

  stop(name: string): void {
    const at = this.#queue.findIndex((job) => job.name === name);
    if (at >= 0) this.#queue.splice(at, 1);
  }

  /** For good: nothing is run or told any more. */
  close(): void {
    this.#isClosed = true;
    this.#queue.length = 0;
  }

  get isBusy(): boolean {
    return this.#queue.length > 0;
  }

  has(name: string): boolean {
    return this.#queue.some((job) => job.name === name);
  }

  #run(): void {
    const until = performance.now() + sliceMillis;
    while (performance.now() < until) {
      const job = this.#queue[0];
      if (job === undefined) break;
      this.#step(job);
    }
    if (performance.now() - this.#toldAt > tellEveryMillis) this.#tell();
    this.#isRunning = this.#queue.length > 0;
    if (this.#isRunning) setImmediate(() => this.#run());
    else this.#tell();
  }

  #step(job: Job): void {
    try {
      if (job.step()) this.#drop(job);
    } catch (error) {
      this.#drop(job);
      this.#onError(error);
    }
  }

  #drop(job: Job): void {
    const at = this.#queue.indexOf(job);
    if (at >= 0) this.#queue.splice(at, 1);
  }

  #tell(): void {
    if (this.#isClosed) return;
    this.#toldAt = performance.now();
    this.#onProgress();
  }
}
