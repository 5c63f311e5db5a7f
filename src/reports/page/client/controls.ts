/** Turns wheel, pointer, keys and buttons into changes of the view. */

import type { LivePicture, PictureParts } from "./picture.ts";
import { isWhole } from "./view.ts";

const closer = 0.8;

export function addControls(picture: LivePicture, parts: PictureParts, buttons: HTMLElement): void {
  addWheel(picture, parts.canvas);
  addPointer(picture, parts.canvas);
  parts.canvas.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (onKey(picture, event.key)) event.preventDefault();
  });
  parts.canvas.addEventListener("blur", () => picture.forget());
  buttons.addEventListener("click", (event) => {
    const { target } = event;
    if (target instanceof HTMLButtonElement) onKey(picture, target.dataset["key"] ?? "");
  });
}

/** The wheel zooms only after a click or with Ctrl, so that the picture does not trap scrolling. */
function addWheel(picture: LivePicture, canvas: HTMLCanvasElement): void {
  canvas.addEventListener(
    "wheel",
    (event) => {
      const isMeant = document.activeElement === canvas || event.ctrlKey || event.metaKey;
      const isOut = event.deltaY > 0;
      if (!isMeant || (isOut && isWhole(picture.view, picture.whole))) return;
      event.preventDefault();
      const { left, width, height } = picture.frame;
      const x = Math.min(1, Math.max(0, (event.offsetX - left) / width));
      const y = Math.min(1, Math.max(0, 1 - event.offsetY / height));
      const factor = Math.exp(Math.max(-120, Math.min(120, event.deltaY)) * 0.002);
      picture.zoom(factor, event.shiftKey ? 1 : factor, x, y);
    },
    { passive: false },
  );
}

function addPointer(picture: LivePicture, canvas: HTMLCanvasElement): void {
  let last: { readonly x: number; readonly y: number } | undefined;
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    last = { x: event.offsetX, y: event.offsetY };
    canvas.setPointerCapture(event.pointerId);
    canvas.classList.add("held");
  });
  canvas.addEventListener("pointermove", (event) => {
    const at = { x: event.offsetX, y: event.offsetY };
    if (last === undefined) {
      picture.point(at.x, at.y);
      return;
    }
    const { width, height } = picture.frame;
    picture.forget();
    picture.pan((last.x - at.x) / width, (at.y - last.y) / height);
    last = at;
  });
  const release = (): void => {
    last = undefined;
    canvas.classList.remove("held");
  };
  canvas.addEventListener("pointerup", release);
  canvas.addEventListener("pointercancel", release);
  canvas.addEventListener("pointerleave", () => {
    if (document.activeElement !== canvas) picture.forget();
  });
}

/** True if the key has a meaning here. */
function onKey(picture: LivePicture, key: string): boolean {
  switch (key) {
    case "+":
    case "=":
      picture.zoom(closer, closer);
      break;
    case "-":
      picture.zoom(1 / closer, 1 / closer);
      break;
    case "0":
      picture.look(picture.whole);
      break;
    case "ArrowLeft":
      picture.pan(-0.1, 0);
      break;
    case "ArrowRight":
      picture.pan(0.1, 0);
      break;
    case "ArrowUp":
      picture.pan(0, 0.1);
      break;
    case "ArrowDown":
      picture.pan(0, -0.1);
      break;
    case "m":
      picture.step(1);
      break;
    case "M":
      picture.step(-1);
      break;
    case "Escape":
      picture.forget();
      break;
    default:
      return false;
  }
  return true;
}
