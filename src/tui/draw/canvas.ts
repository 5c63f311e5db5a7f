/** A rectangle of cells that the drawing functions write into, and that is read out as coloured lines. */
import { charactersOf, displayWidth } from "../../base/display-width.ts";

/** Parameters of an SGR sequence: `38;5;36`; empty is the terminal's own colours. */
export type Look = string;

export class Canvas {
  readonly width: number;
  readonly height: number;
  /** A cell's character with its marks; empty where a wide character to the left reaches in. */
  readonly #cells: string[];
  readonly #looks: Look[];

  constructor(width: number, height: number) {
    this.width = Math.max(0, width);
    this.height = Math.max(0, height);
    this.#cells = new Array<string>(this.width * this.height).fill(" ");
    this.#looks = new Array<Look>(this.width * this.height).fill("");
  }

  /** Writes one line of text, cut at the right edge (or at `end`). Returns the column after it. */
  put(x: number, y: number, text: string, look: Look = "", end = this.width): number {
    if (y < 0 || y >= this.height) return x;
    const last = Math.min(end, this.width);
    let column = x;
    for (const character of charactersOf(text)) {
      const cells = displayWidth(character);
      if (cells === 0) continue;
      if (column + cells > last) break;
      if (column >= 0) this.#set(column, y, character, look, cells);
      column += cells;
    }
    return column;
  }

  /** Writes over what is there and keeps the look that the cells have. */
  write(x: number, y: number, text: string): void {
    if (y < 0 || y >= this.height) return;
    let column = x;
    for (const character of charactersOf(text)) {
      const cells = displayWidth(character);
      if (column + cells > this.width) return;
      if (cells > 0) this.#set(column, y, character, this.#looks[y * this.width + column]!, cells);
      column += cells;
    }
  }

  /** Writes so that the text ends before column `end`. */
  putRight(end: number, y: number, text: string, look: Look = ""): void {
    this.put(Math.max(0, end - displayWidth(text)), y, text, look);
  }

  fill(x: number, y: number, width: number, character: string, look: Look = ""): void {
    this.put(x, y, character.repeat(Math.max(0, width)), look);
  }

  /** Changes the look of cells and keeps their characters. */
  paint(x: number, y: number, width: number, change: (look: Look) => Look): void {
    if (y < 0 || y >= this.height) return;
    for (let column = Math.max(0, x); column < Math.min(this.width, x + width); column++) {
      const at = y * this.width + column;
      this.#looks[at] = change(this.#looks[at]!);
    }
  }

  /** Without the blanks at their ends. */
  lines(): string[] {
    return Array.from({ length: this.height }, (_, y) => this.#line(y));
  }

  #set(x: number, y: number, character: string, look: Look, cells: number): void {
    const from = y * this.width + x;
    for (let at = from; at < from + cells; at++) {
      this.#clear(at);
      this.#cells[at] = at === from ? character : "";
      this.#looks[at] = look;
    }
  }

  /** Blanks a character. A wide one goes as a whole: half of it cannot be shown. */
  #clear(at: number): void {
    let first = at;
    while (this.#cells[first] === "") first -= 1;
    this.#cells[first] = " ";
    for (let rest = first + 1; this.#cells[rest] === ""; rest++) this.#cells[rest] = " ";
  }

  #line(y: number): string {
    const from = y * this.width;
    let to = from + this.width;
    while (to > from && this.#cells[to - 1] === " " && this.#looks[to - 1] === "") {
      to -= 1;
    }
    let text = "";
    let current = "";
    for (let at = from; at < to; at++) {
      const look = this.#looks[at]!;
      if (look !== current) {
        if (current !== "") text += "\u001b[0m";
        if (look !== "") text += `\u001b[${look}m`;
        current = look;
      }
      text += this.#cells[at]!;
    }
    return current === "" ? text : `${text}\u001b[0m`;
  }
}
