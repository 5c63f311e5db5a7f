/** Where the user is: everything about the screen that keys and clicks change. */
import type { PaneName, ScreenSize } from "../draw/layout.ts";
import type { AddressWindow } from "../draw/strip.ts";

export type ScreenName = "main" | "mapping" | "findings" | "processes" | "answer" | "help";

/** The line of text that is being typed. */
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
  /** Rank of the first event of the list that is on the screen. */
  readonly top: number;
  /** Index of the chosen line, for each of the other screens. */
  readonly selected: Readonly<
    Record<"findings" | "processes" | "answer" | "help" | "mapping", number>
  >;
  readonly message: { readonly text: string; readonly isBad: boolean } | undefined;
  /** Events a second; undefined while nothing plays. */
  readonly playing: number | undefined;
  readonly speed: number;
  /** The cursor stays on the newest event of a recording that is still growing. */
  readonly isFollowing: boolean;
  readonly isQuitting: boolean;
  /** Raised when something that the panes show has changed outside of the view: work in the background, new events. */
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
    isQuitting: false,
    revision: 0,
  };
}
