/** The interactive picture: holds the view, and redraws when something changes. */

import { drawOverlay, type Frame } from "./overlay.ts";
import type { Data } from "./page-data.ts";
import { paint } from "./paint.ts";
import { type Inks, readInks } from "./palette.ts";
import { type Move, moveAt, rangeAt, type Scene, sceneOf } from "./scene.ts";
import { moveLines, placeTooltip, rangeLines } from "./tooltip.ts";
import { panned, type View, zoomed } from "./view.ts";

export interface PictureParts {
  readonly host: HTMLElement;
  readonly canvas: HTMLCanvasElement;
  readonly tooltip: HTMLElement;
  /** A live region that is read to those who do not see the picture. */
  readonly spoken: HTMLElement;
}

export class LivePicture {
  readonly #parts: PictureParts;
  readonly #data: Data;
  readonly #context: CanvasRenderingContext2D;
  #inks: Inks;
  #scene: Scene;
  #view: View;
  #image: ImageData | undefined;
  #range = -1;
  #move: Move | undefined;
  #isDue = false;

  constructor(parts: PictureParts, data: Data) {
    const context = parts.canvas.getContext("2d", { alpha: false });
    if (context === null) throw new Error("the browser has no canvas");
    this.#parts = parts;
    this.#data = data;
    this.#context = context;
    this.#inks = readInks(data);
    this.#scene = sceneOf(data, 0);
    this.#view = this.whole;
    this.draw();
  }

  /** Leaves room for addresses on the left and for times below. */
  get frame(): Frame {
    const { clientWidth, clientHeight } = this.#parts.canvas;
    const left = clientWidth < 600 ? 84 : 132;
    return { left, top: 0, width: clientWidth - left, height: clientHeight - 24 };
  }

  get whole(): View {
    const { fromNanos, toNanos } = this.#data.processes[this.#scene.index]!;
    return { from: fromNanos, to: Math.max(toNanos, fromNanos + 1), low: 0, high: 1 };
  }

  get view(): View {
    return this.#view;
  }

  show(index: number): void {
    this.#scene = sceneOf(this.#data, index);
    this.forget();
    this.look(this.whole);
  }

  look(view: View): void {
    this.#view = view;
    this.draw();
  }

  /** `x` and `y` are shares of the picture, from its left and its bottom. */
  zoom(time: number, height: number, x = 0.5, y = 0.5): void {
    this.look(zoomed(this.#view, this.whole, { time, height }, x, y));
  }

  pan(x: number, y: number): void {
    this.look(panned(this.#view, this.whole, x, y));
  }

  /** Call when the colours or the size of the canvas changed. */
  refresh(): void {
    this.#inks = readInks(this.#data);
    this.#image = undefined;
    this.draw();
  }

  forget(): void {
    this.#range = -1;
    this.#move = undefined;
    this.#parts.tooltip.hidden = true;
    this.draw();
  }

  /** Call when the pointer is at these CSS pixels of the canvas. */
  point(x: number, y: number): void {
    const { left, top, width, height } = this.frame;
    const view = this.#view;
    const nanos = view.from + ((x - left) / width) * (view.to - view.from);
    const at = view.high - ((y - top) / height) * (view.high - view.low);
    const isInside = x >= left && y >= top && y <= top + height;
    const slack = {
      nanos: (2 / width) * (view.to - view.from),
      height: (2 / height) * (view.high - view.low),
    };
    const move = isInside ? moveAt(this.#scene, nanos, at, slack) : undefined;
    const range = isInside && move === undefined ? rangeAt(this.#scene, nanos, at, slack) : -1;
    if (move === undefined && range < 0) {
      this.forget();
      return;
    }
    this.#range = range;
    this.#move = move;
    const lines = move ? moveLines(this.#scene, move) : rangeLines(this.#scene, range);
    placeTooltip(this.#parts.tooltip, this.#parts.host, lines, x, y);
    this.draw();
  }

  /** Goes to the next move in time, or to the one before; false if there is none. */
  step(direction: 1 | -1): boolean {
    const { moves } = this.#scene;
    const view = this.#view;
    const at = this.#move?.seq ?? (direction > 0 ? -1 : Number.POSITIVE_INFINITY);
    const move =
      direction > 0 ? moves.find(({ seq }) => seq > at) : moves.findLast(({ seq }) => seq < at);
    if (move === undefined) return false;
    this.#move = move;
    this.#range = -1;
    const middle = (view.from + view.to) / 2;
    const isSeen = move.atNanos >= view.from && move.atNanos <= view.to;
    if (!isSeen) this.pan((move.atNanos - middle) / (view.to - view.from), 0);
    const { left, width, height } = this.frame;
    const share = (move.atNanos - this.#view.from) / (this.#view.to - this.#view.from);
    const up = (this.#view.high - move.toHeight) / (this.#view.high - this.#view.low);
    const lines = moveLines(this.#scene, move);
    const { tooltip, host, spoken } = this.#parts;
    placeTooltip(tooltip, host, lines, left + share * width, up * height);
    spoken.textContent = lines.join(", ");
    this.draw();
    return true;
  }

  /** Draws once in the next frame, however often it is called. */
  draw(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    requestAnimationFrame(() => {
      this.#isDue = false;
      this.#drawNow();
    });
  }

  #drawNow(): void {
    const { canvas } = this.#parts;
    const frame = this.frame;
    if (frame.width < 10 || frame.height < 10) return;
    const scale = window.devicePixelRatio || 1;
    const width = Math.round(canvas.clientWidth * scale);
    const height = Math.round(canvas.clientHeight * scale);
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
    }
    const context = this.#context;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.fillStyle = this.#inks.ground;
    context.fillRect(0, 0, width, height);
    const [across, up] = [Math.round(frame.width * scale), Math.round(frame.height * scale)];
    const image = this.#imageOf(across, up);
    const pixels = new Uint32Array(image.data.buffer);
    paint(pixels, across, up, this.#scene, this.#view, this.#inks.palette);
    context.putImageData(image, Math.round(frame.left * scale), 0);
    context.setTransform(scale, 0, 0, scale, 0, 0);
    const marks = { range: this.#range, move: this.#move };
    drawOverlay(context, frame, this.#scene, this.#view, this.#inks, marks);
    this.#publish();
  }

  #imageOf(width: number, height: number): ImageData {
    if (this.#image?.width !== width || this.#image.height !== height) {
      this.#image = this.#context.createImageData(width, height);
    }
    return this.#image;
  }

  /** Publishes the view and the count of frames on the canvas, for tests. */
  #publish(): void {
    const { dataset } = this.#parts.canvas;
    const { from, to, low, high } = this.#view;
    dataset["view"] = [from, to, low, high].join(" ");
    dataset["frames"] = String(Number(dataset["frames"] ?? 0) + 1);
  }
}
