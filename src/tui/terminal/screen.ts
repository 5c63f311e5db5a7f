/**
 * The rows that the terminal shows. Only rows that have changed are written, in one synchronized
 * update (DECSET 2026), so that nothing flickers and a slow line carries little.
 */
import { type PlacedLines, rowsOf } from "./rows.ts";

const beginUpdate = "\u001b[?2026h";
const endUpdate = "\u001b[?2026l";

export class Screen {
  #rowCount: number;
  #shown: readonly string[] = [];
  #isOpen = true;
  readonly #send: (text: string) => void;

  constructor(rowCount: number, send: (text: string) => void) {
    this.#rowCount = rowCount;
    this.#send = send;
  }

  /** Forgets what is shown: the next frame is written as a whole. */
  resize(rowCount: number): void {
    this.#rowCount = rowCount;
    this.#shown = [];
  }

  /** A whole frame: lines with colours, none of them beyond the right edge. */
  draw(frame: readonly PlacedLines[]): void {
    if (!this.#isOpen) return;
    const rows = rowsOf(frame, this.#rowCount);
    let text = this.#shown.length === 0 ? "\u001b[0m\u001b[2J" : "";
    for (const [y, row] of rows.entries()) {
      if (row !== (this.#shown[y] ?? "")) text += `\u001b[${y + 1};1H\u001b[0m\u001b[K${row}`;
    }
    this.#shown = rows;
    if (text !== "") this.#send(`${beginUpdate}${text}\u001b[0m${endUpdate}`);
  }

  /** Draws nothing from now on: the terminal is given back. */
  close(): void {
    this.#isOpen = false;
  }
}
