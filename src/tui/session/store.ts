/** An immutable state that is replaced as a whole, and listeners that learn of each replacement. */

export class Store<State extends object> {
  #state: State;
  readonly #listeners = new Set<() => void>();
  #batches = 0;
  #isChanged = false;

  constructor(state: State) {
    this.#state = state;
  }

  /** Bound, because React's useSyncExternalStore calls it without `this`; so is `subscribe`. */
  readonly get = (): State => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  set(change: Partial<State>): void {
    this.#state = { ...this.#state, ...change };
    this.#isChanged = true;
    if (this.#batches === 0) this.#notify();
  }

  /** Any number of changes with one notification at their end. */
  batch(work: () => void): void {
    this.#batches += 1;
    try {
      work();
    } finally {
      this.#batches -= 1;
      if (this.#batches === 0 && this.#isChanged) this.#notify();
    }
  }

  #notify(): void {
    this.#isChanged = false;
    for (const listener of [...this.#listeners]) listener();
  }
}
