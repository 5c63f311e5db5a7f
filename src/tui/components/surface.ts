/**
 * The lines on the screen, and the boxes that Ink has laid out for them. Ink paints nothing itself: it
 * takes every line apart into characters, which at 200x60 costs 22 ms of processor time a frame, and
 * it keeps every text that it has ever measured. So the boxes are empty, and once Ink has done its
 * layout, the lines are written where their boxes are, as a browser leaves a <canvas> to its script.
 */
import type { DOMElement } from "ink";
import type { Mouse } from "../terminal/keys.ts";
import type { PlacedLines } from "../terminal/rows.ts";

export interface Content {
  readonly lines: readonly string[];
  /** Its place is relative to the box. */
  readonly onMouse: ((mouse: Mouse) => void) | undefined;
}

export class Surface {
  readonly #contents = new Map<DOMElement, Content>();
  readonly #draw: (frame: readonly PlacedLines[]) => void;
  #isPainting = false;

  /** `draw` is given whole frames. */
  constructor(draw: (frame: readonly PlacedLines[]) => void) {
    this.#draw = draw;
  }

  /** Shows content in a box until the returned function is called. */
  place(box: DOMElement, content: Content): () => void {
    this.#contents.set(box, content);
    return () => this.#contents.delete(box);
  }

  /** After the present commit: Ink reports a frame before React has run the layout effects. */
  paintSoon(): void {
    if (this.#isPainting) return;
    this.#isPainting = true;
    queueMicrotask(() => {
      this.#isPainting = false;
      this.#paint();
    });
  }

  #paint(): void {
    // Without boxes the app is gone, and the screen is about to be given back.
    if (this.#contents.size === 0) return;
    const frame = [...this.#contents].map(([box, { lines }]) => {
      const { x, y, height } = rectOf(box);
      return { x, y, lines: lines.length > height ? lines.slice(0, height) : lines };
    });
    this.#draw(frame);
  }

  /** Hands a mouse event to the box under it. */
  click(mouse: Mouse): void {
    for (const [box, { onMouse }] of this.#contents) {
      if (onMouse === undefined) continue;
      const rect = rectOf(box);
      const [column, row] = [mouse.column - rect.x, mouse.row - rect.y];
      if (column < 0 || row < 0 || column >= rect.width || row >= rect.height) continue;
      onMouse({ ...mouse, column, row });
      return;
    }
  }
}

/** Where Ink has laid out a box on the screen; Yoga knows places relative to the parent. */
function rectOf(box: DOMElement) {
  const rect = { x: 0, y: 0, width: 0, height: 0 };
  rect.width = box.yogaNode?.getComputedWidth() ?? 0;
  rect.height = box.yogaNode?.getComputedHeight() ?? 0;
  for (let node: DOMElement | undefined = box; node !== undefined; node = node.parentNode) {
    rect.x += node.yogaNode?.getComputedLeft() ?? 0;
    rect.y += node.yogaNode?.getComputedTop() ?? 0;
  }
  return rect;
}
