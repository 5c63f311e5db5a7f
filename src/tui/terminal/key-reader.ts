/** Turns what arrives from a terminal, read by read, into keys. */
import { type Key, parseKeys } from "./keys.ts";

/** How long an escape waits for the rest of a sequence before it counts as the escape key. */
const escapeMillis = 30;

export class KeyReader {
  readonly #onKeys: (keys: readonly Key[]) => void;
  #rest = "";
  #timer: NodeJS.Timeout | undefined;

  constructor(onKeys: (keys: readonly Key[]) => void) {
    this.#onKeys = onKeys;
  }

  take(text: string): void {
    clearTimeout(this.#timer);
    const { keys, rest } = parseKeys(this.#rest + text);
    this.#rest = rest;
    if (rest !== "") this.#timer = setTimeout(() => this.#giveUp(), escapeMillis);
    if (keys.length > 0) this.#onKeys(keys);
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  /** The sequence did not go on: it was the escape key, and other keys after it. */
  #giveUp(): void {
    const names = [...this.#rest].map((character) =>
      character === "\u001b" ? "escape" : character,
    );
    this.#rest = "";
    this.#onKeys(names.map((name) => ({ kind: "key", name })));
  }
}
