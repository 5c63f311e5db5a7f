/** Long work in the background: generators, run in slices of a few milliseconds between keys. */

/** A key waits at most for a slice and one step. */
const sliceMillis = 6;
const progressEveryMillis = 120;

interface Job {
  readonly name: string;
  /** Runs one step; true at the end. */
  readonly step: () => boolean;
}

export class Jobs {
  readonly #queue: Job[] = [];
  readonly #onProgress: () => void;
  readonly #onError: (error: unknown) => void;
  #isRunning = false;
  /** Nothing runs while the app is being loaded: that is what the user waits for. */
  #isHeld = true;
  #isClosed = false;
  #reportedAt = 0;

  /** `onProgress` is called every now and then, and when the last job ends. */
  constructor(onProgress: () => void, onError: (error: unknown) => void) {
    this.#onProgress = onProgress;
    this.#onError = onError;
  }

  /**
   * As `start`, but runs the first slice at once: when several keys arrive together, each one sees what
   * the one before it has found.
   */
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

  /** Starts a job, ahead of the others and in place of the one with that name. */
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

  /** Lets the jobs run; until then they only queue. */
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

  /** Drops all jobs; there are no callbacks afterwards. */
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
    if (performance.now() - this.#reportedAt > progressEveryMillis) this.#report();
    this.#isRunning = this.#queue.length > 0;
    if (this.#isRunning) setImmediate(() => this.#run());
    else this.#report();
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

  #report(): void {
    if (this.#isClosed) return;
    this.#reportedAt = performance.now();
    this.#onProgress();
  }
}
