/**
 * What stands on the terminal. Only rows that changed go to the terminal, in one
 * synchronized update, so that nothing flickers and a slow line carries little.
 */
const beginUpdate = "\u001b[?2026h";
const endUpdate = "\u001b[?2026l";

export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

export class Screen {
  #rows: number;
  #shown: readonly string[] = [];
  #isOpen = true;
  readonly #send: (text: string) => void;

  constructor(size: ScreenSize, send: (text: string) => void) {
    this.#rows = size.rows;
    this.#send = send;
  }

  /** What stands on the screen is forgotten: the next frame is written whole. */
  resize({ rows }: ScreenSize): void {
    this.#rows = rows;
    this.#shown = [];
  }

  /** A frame: lines with colours, none wider than the screen. */
  draw(frame: readonly string[]): void {
    if (!this.#isOpen) return;
    const lines = frame.slice(0, this.#rows);
    let text = this.#shown.length === 0 ? "\u001b[0m\u001b[2J" : "";
    for (let row = 0; row < this.#rows; row++) {
      const line = lines[row] ?? "";
      if (line !== (this.#shown[row] ?? "")) text += `\u001b[${row + 1};1H\u001b[0m\u001b[K${line}`;
    }
    this.#shown = lines;
    if (text !== "") this.#send(`${beginUpdate}${text}\u001b[0m${endUpdate}`);
  }

  /** Nothing is drawn any more: the terminal is somebody else's. */
  close(): void {
    this.#isOpen = false;
  }
}
