/** The terminal while the TUI has it: taken on entering, given back on every way out. */
import type { ReadStream, WriteStream } from "node:tty";
import { type Key, parseKeys } from "./keys.ts";
import type { ScreenSize } from "./screen.ts";

/** Alternate buffer, no cursor, no wrapping, mouse clicks and drags in SGR form. */
const enterText = "\u001b[?1049h\u001b[?25l\u001b[?7l\u001b[?1000h\u001b[?1002h\u001b[?1006h";
const leaveText =
  "\u001b[?2026l\u001b[?1006l\u001b[?1002l\u001b[?1000l\u001b[?7h\u001b[?25h\u001b[0m\u001b[?1049l";

/** How long a lone escape waits for the rest of a sequence. */
const escapeMillis = 30;

/** Why the TUI ended without being asked to. */
export type Loss =
  | { readonly how: "signal"; readonly signal: NodeJS.Signals }
  | { readonly how: "lost" };

export interface TerminalEvents {
  onKeys(keys: readonly Key[]): void;
  onResize(size: ScreenSize): void;
  onLoss(loss: Loss): void;
}

const signals = ["SIGTERM", "SIGHUP", "SIGINT"] as const;

export class Terminal {
  readonly #input: ReadStream;
  readonly #output: WriteStream;
  readonly #events: TerminalEvents;
  #isHeld = false;
  #rest = "";
  #escapeTimer: NodeJS.Timeout | undefined;
  readonly #restoreAtExit = (): void => this.leave();
  readonly #onLost = (): void => this.#events.onLoss({ how: "lost" });
  readonly #onData = (text: string): void => this.#take(text);
  readonly #onResize = (): void => this.#events.onResize(this.size);
  readonly #onSignal = (signal: NodeJS.Signals): void =>
    this.#events.onLoss({ how: "signal", signal });
  readonly #onContinue = (): void => this.#again();

  constructor(input: ReadStream, output: WriteStream, events: TerminalEvents) {
    this.#input = input;
    this.#output = output;
    this.#events = events;
  }

  get size(): ScreenSize {
    return { columns: this.#output.columns || 80, rows: this.#output.rows || 24 };
  }

  enter(): void {
    this.#isHeld = true;
    process.on("exit", this.#restoreAtExit);
    for (const signal of signals) process.on(signal, this.#onSignal);
    process.on("SIGCONT", this.#onContinue);
    this.#output.on("error", this.#onLost);
    this.#output.on("resize", this.#onResize);
    this.#input.on("end", this.#onLost);
    this.#input.on("error", this.#onLost);
    this.#input.setEncoding("utf8");
    this.#input.on("data", this.#onData);
    this.#again();
    this.#input.resume();
  }

  write(text: string): void {
    if (this.#isHeld) this.#output.write(text);
  }

  /** Gives the terminal to the shell until the user comes back with `fg`. */
  suspend(): void {
    this.#output.write(leaveText);
    this.#input.setRawMode(false);
    process.kill(process.pid, "SIGSTOP");
  }

  /** Gives the terminal back as it was. Can be called more than once. */
  leave(): void {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    clearTimeout(this.#escapeTimer);
    process.off("exit", this.#restoreAtExit);
    for (const signal of signals) process.off(signal, this.#onSignal);
    process.off("SIGCONT", this.#onContinue);
    this.#output.off("resize", this.#onResize);
    this.#input.off("data", this.#onData);
    this.#input.off("end", this.#onLost);
    this.#input.pause();
    try {
      this.#output.write(leaveText);
      this.#input.setRawMode(false);
    } catch {
      // A terminal that is gone needs nothing back.
    }
  }

  /** On entering, and after the shell stopped us and let us go on. */
  #again(): void {
    this.#input.setRawMode(true);
    this.#output.write(enterText);
    this.#events.onResize(this.size);
  }

  #take(text: string): void {
    clearTimeout(this.#escapeTimer);
    const { keys, rest } = parseKeys(this.#rest + text);
    this.#rest = rest;
    if (rest !== "") this.#escapeTimer = setTimeout(() => this.#giveUp(), escapeMillis);
    if (keys.length > 0) this.#events.onKeys(keys);
  }

  /** No more of the sequence came: it was an escape key, and other keys after it. */
  #giveUp(): void {
    const names = [...this.#rest].map((character) =>
      character === "\u001b" ? "escape" : character,
    );
    this.#rest = "";
    this.#events.onKeys(names.map((name) => ({ kind: "key", name })));
  }
}

/** Puts text into the terminal's clipboard (OSC 52); within what terminals accept. */
export function clipboardText(text: string): string {
  return `\u001b]52;c;${Buffer.from(text).toString("base64")}\u0007`;
}
