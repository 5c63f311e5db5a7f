import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { displayWidth } from "../../src/base/display-width.ts";
import { Canvas } from "../../src/tui/draw/canvas.ts";
import type { PlacedLines } from "../../src/tui/terminal/rows.ts";
import { Screen } from "../../src/tui/terminal/screen.ts";

/** A move to a row or a column, another sequence, or text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: terminals take control characters
const pieces = /\u001b\[(\d+);1H|\u001b\[(\d+)G|\u001b\[[?\d]*[a-zA-Z]|[^\u001b]+/g;

/** What a terminal would show, for the few sequences that a screen sends. */
class FakeTerminal {
  readonly rows: string[];
  #row = 0;

  constructor(rows: number) {
    this.rows = Array.from({ length: rows }, () => "");
  }

  take(text: string): void {
    for (const [piece, row, column] of text.matchAll(pieces)) {
      const shown = this.rows[this.#row] ?? "";
      if (row !== undefined) this.#row = Number(row) - 1;
      else if (column !== undefined) this.rows[this.#row] = shown.padEnd(Number(column) - 1);
      else if (piece === "\u001b[K") this.rows[this.#row] = "";
      else if (piece === "\u001b[2J") this.rows.fill("");
      else if (!piece.startsWith("\u001b")) this.rows[this.#row] += piece;
    }
  }
}

const atTop = (...lines: string[]): PlacedLines[] => [{ x: 0, y: 0, lines }];
const line = fc.string({ unit: fc.constantFrom("a", "b", " "), maxLength: 6 });

describe("a screen", () => {
  it("comes to show the last frame, whatever was shown before", () => {
    const frames = fc.array(fc.array(line, { maxLength: 6 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(frames, (all) => {
        const terminal = new FakeTerminal(4);
        const screen = new Screen(4, (text) => terminal.take(text));
        for (const frame of all) screen.draw(atTop(...frame));
        const last = all.at(-1)!;
        expect(terminal.rows).toEqual(Array.from({ length: 4 }, (_, row) => last[row] ?? ""));
      }),
    );
  });

  it("puts lines where they belong, in whatever order they come", () => {
    const terminal = new FakeTerminal(3);
    const screen = new Screen(3, (text) => terminal.take(text));
    const left = { x: 0, y: 1, lines: ["a", "bb", "below the screen"] };
    screen.draw([{ x: 4, y: 0, lines: ["x", "y", "z"] }, left]);
    expect(terminal.rows).toEqual(["    x", "a   y", "bb  z"]);
    screen.draw([left, { x: 2, y: 0, lines: ["x", "y"] }]);
    expect(terminal.rows).toEqual(["  x", "a y", "bb"]);
  });

  it("sends changed rows alone, in one update, and nothing when nothing changed", () => {
    const sent: string[] = [];
    const screen = new Screen(3, (text) => sent.push(text));
    screen.draw(atTop("a", "b", "c"));
    screen.draw(atTop("a", "B", "c"));
    screen.draw(atTop("a", "B", "c"));
    expect(sent).toHaveLength(2);
    expect(sent[1]).toBe("\u001b[?2026h\u001b[2;1H\u001b[0m\u001b[KB\u001b[0m\u001b[?2026l");
    screen.close();
    screen.draw(atTop("x"));
    expect(sent).toHaveLength(2);
  });
});

describe("a canvas", () => {
  it("never draws a line wider than it is, whatever is written where", () => {
    const word = fc.string({
      unit: fc.constantFrom("a", "世", "é", "\u0301", "🙂", "👍🏽"),
      maxLength: 12,
    });
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: -3, max: 12 }), word)), (words) => {
        const canvas = new Canvas(8, 1);
        for (const [x, text] of words) canvas.put(x, 0, text);
        expect(displayWidth(canvas.lines()[0] ?? "")).toBeLessThanOrEqual(8);
      }),
    );
  });

  it("keeps marks with their letter, and no half of a wide character", () => {
    const canvas = new Canvas(8, 1);
    canvas.put(0, 0, "漢字e\u0301x");
    expect(canvas.lines()).toEqual(["漢字e\u0301x"]);
    canvas.put(1, 0, "|");
    expect(canvas.lines()).toEqual([" |字e\u0301x"]);
    canvas.put(2, 0, "|");
    expect(canvas.lines()).toEqual([" || e\u0301x"]);
    canvas.putRight(8, 0, "字");
    expect(canvas.lines()).toEqual([" || e\u0301x字"]);
    canvas.write(7, 0, "字");
    expect(canvas.lines()).toEqual([" || e\u0301x字"]);
  });

  it("gives runs of one look one sequence", () => {
    const canvas = new Canvas(6, 1);
    canvas.put(0, 0, "ab", "1");
    canvas.put(2, 0, "cd", "2");
    canvas.put(5, 0, "e");
    expect(canvas.lines()).toEqual(["\u001b[1mab\u001b[0m\u001b[2mcd\u001b[0m e"]);
  });
});
