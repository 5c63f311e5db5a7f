/**
 * Ready lines that stand for themselves while Ink lays out. Ink takes every cell of a frame apart and
 * remembers each text that it measured; so it is given one mark a line, and the lines take the marks'
 * places when the frame is written.
 */

/** First of the private characters that serve as marks. */
const firstMark = 0xf_0000;
const mostRows = 256;
const mostBlocks = 255;

export class LineBook {
  readonly #blocks = new Map<number, readonly string[]>();

  /** A number for a block of lines; throws when there are more blocks than marks. */
  open(): number {
    for (let block = 0; block < mostBlocks; block++) {
      if (this.#blocks.has(block)) continue;
      this.#blocks.set(block, []);
      return block;
    }
    throw new RangeError(`there is no room for more than ${mostBlocks} blocks of lines`);
  }

  set(block: number, lines: readonly string[]): void {
    this.#blocks.set(block, lines);
  }

  close(block: number): void {
    this.#blocks.delete(block);
  }

  /** The lines of a frame that Ink gave, each mark replaced by the line that it stands for. */
  resolve(frame: string): string[] {
    return frame.split("\n").map((row) => {
      const code = (row.codePointAt(0) ?? 0) - firstMark;
      if (code < 0) return row;
      return this.#blocks.get(Math.floor(code / mostRows))?.[code % mostRows] ?? "";
    });
  }
}

/** The text that Ink is given for a block of that many lines. */
export function marksOf(block: number, height: number): string {
  const marks = Array.from({ length: Math.min(height, mostRows) }, (_, row) =>
    String.fromCodePoint(firstMark + block * mostRows + row),
  );
  return marks.join("\n");
}
