/** The terminal while the TUI has it: raw mode and the alternate buffer, given back on every way out. */
import type { ReadStream, WriteStream } from "node:tty";
import type { ScreenSize } from "../draw/layout.ts";

/** Alternate buffer, no cursor, no wrapping, mouse clicks and drags in SGR form. */
const enterText = "\u001b[?1049h\u001b[?25l\u001b[?7l\u001b[?1000h\u001b[?1002h\u001b[?1006h";
const leaveText =
  "\u001b[?2026l\u001b[?1006l\u001b[?1002l\u001b[?1000l\u001b[?7h\u001b[?25h\u001b[0m\u001b[?1049l";

/** What ended the TUI when the user did not. */
export type Loss =
  | { readonly how: "signal"; readonly signal: NodeJS.Signals }
  /** The terminal itself is gone. */
  | { readonly how: "lost" };

export interface TerminalEvents {
  /** Also after `fg`, when the screen has to be drawn again. */
  onResize(size: ScreenSize): void;
  onLoss(loss: Loss): void;
}

const signals = ["SIGTERM", "SIGHUP", "SIGINT"] as const;

export class Terminal {
  readonly #input: ReadStream;
  readonly #output: WriteStream;
  readonly #events: TerminalEvents;
  #isHeld = false;
  readonly #restoreAtExit = (): void => this.leave();
  readonly #onLost = (): void => this.#events.onLoss({ how: "lost" });
  readonly #onResize = (): void => this.#events.onResize(this.size);
  readonly #onSignal = (signal: NodeJS.Signals): void =>
    this.#events.onLoss({ how: "signal", signal });
  readonly #onContinue = (): void => this.#take();

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
    this.#take();
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
    process.off("exit", this.#restoreAtExit);
    for (const signal of signals) process.off(signal, this.#onSignal);
    process.off("SIGCONT", this.#onContinue);
    this.#output.off("resize", this.#onResize);
    this.#input.off("end", this.#onLost);
    this.#input.pause();
    try {
      this.#output.write(leaveText);
      this.#input.setRawMode(false);
    } catch {
      // The terminal is gone, and with it what there was to give back.
    }
  }

  /** On entering, and after SIGCONT. */
  #take(): void {
    this.#input.setRawMode(true);
    this.#output.write(enterText);
    this.#events.onResize(this.size);
  }
}

/** Puts text into the terminal's clipboard (OSC 52). */
export function clipboardText(text: string): string {
  return `\u001b]52;c;${Buffer.from(text).toString("base64")}\u0007`;
}
