/**
 * The stream that Ink writes whole frames to. Only rows that changed go to the terminal, in one
 * synchronized update, so that nothing flickers and a slow line carries little.
 */
import { EventEmitter } from "node:events";

const beginUpdate = "\u001b[?2026h";
const endUpdate = "\u001b[?2026l";

export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

/** Has what Ink asks of a stdout. */
export class Screen extends EventEmitter {
  readonly isTTY = true;
  #columns: number;
  #rows: number;
  #shown: readonly string[] = [];
  #isOpen = true;
  readonly #send: (text: string) => void;

  constructor(size: ScreenSize, send: (text: string) => void) {
    super();
    this.#columns = size.columns;
    this.#rows = size.rows;
    this.#send = send;
  }

  get columns(): number {
    return this.#columns;
  }

  get rows(): number {
    return this.#rows;
  }

  /** What stands on the screen is forgotten: the next frame is written whole. */
  resize({ columns, rows }: ScreenSize): void {
    this.#columns = columns;
    this.#rows = rows;
    this.#shown = [];
  }

  /** A frame as Ink gives it: lines with colours, none wider than the screen. */
  write(frame: string): boolean {
    if (!this.#isOpen) return true;
    const lines = frame.split("\n").slice(0, this.#rows);
    let text = this.#shown.length === 0 ? "\u001b[0m\u001b[2J" : "";
    for (let row = 0; row < this.#rows; row++) {
      const line = lines[row] ?? "";
      if (line !== (this.#shown[row] ?? "")) text += `\u001b[${row + 1};1H\u001b[0m\u001b[K${line}`;
    }
    this.#shown = lines;
    if (text !== "") this.#send(`${beginUpdate}${text}\u001b[0m${endUpdate}`);
    return true;
  }

  /** Nothing is drawn any more: the terminal is somebody else's. */
  close(): void {
    this.#isOpen = false;
  }

  end(): void {
    this.close();
  }
}
