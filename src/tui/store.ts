/** What the screens show and where the user stands, under named keys; whoever reads it is told of changes. */

import type { PaneName } from "./draw/layout.ts";
import type { AddressWindow } from "./draw/strip.ts";
import type { ScreenSize } from "./terminal/screen.ts";

export type ScreenName = "main" | "mapping" | "findings" | "processes" | "answer" | "help";

export interface Prompt {
  readonly kind: "filter" | "goto";
  readonly text: string;
  /** Why the text makes no sense as it stands. */
  readonly error: string | undefined;
}

export interface View {
  readonly size: ScreenSize;
  readonly screen: ScreenName;
  readonly pane: PaneName;
  /** The event under the cursor; 0 in a recording without events. */
  readonly seq: number;
  /** The address under the cursor of the map. */
  readonly address: number | undefined;
  /** Undefined shows the whole space. */
  readonly window: AddressWindow | undefined;
  /** The filter in effect; empty shows all. */
  readonly filter: string;
  readonly prompt: Prompt | undefined;
  /** Rank of the list's first line. */
  readonly top: number;
  /** The chosen line of the other screens. */
  readonly selected: Readonly<
    Record<"findings" | "processes" | "answer" | "help" | "mapping", number>
  >;
  readonly message: { readonly text: string; readonly isBad: boolean } | undefined;
  /** Events a second; undefined while nothing plays. */
  readonly playing: number | undefined;
  readonly speed: number;
  /** The cursor stays on the newest event of a recording that is being made. */
  readonly isFollowing: boolean;
  /** Counts what changed behind the view: slices of work that came further, new events. */
  readonly revision: number;
}

export function firstView(size: ScreenSize): View {
  return {
    size,
    screen: "main",
    pane: "events",
    seq: 0,
    address: undefined,
    window: undefined,
    filter: "",
    prompt: undefined,
    top: 0,
    selected: { findings: 0, processes: 0, answer: 0, help: 0, mapping: 0 },
    message: undefined,
    playing: undefined,
    speed: 10,
    isFollowing: false,
    revision: 0,
  };
}

export class Store<State extends object> {
  #state: State;
  readonly #listeners = new Set<() => void>();
  #batches = 0;
  #isChanged = false;

  constructor(state: State) {
    this.#state = state;
  }

  /** Not a method with `this` of its own, so that it can be handed to React. */
  readonly get = (): State => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  set(change: Partial<State>): void {
    this.#state = { ...this.#state, ...change };
    this.#isChanged = true;
    if (this.#batches === 0) this.#tell();
  }

  /** Many changes, and one telling of them. */
  batch(work: () => void): void {
    this.#batches += 1;
    try {
      work();
    } finally {
      this.#batches -= 1;
      if (this.#batches === 0 && this.#isChanged) this.#tell();
    }
  }

  #tell(): void {
    this.#isChanged = false;
    for (const listener of [...this.#listeners]) listener();
  }
}
