/** How fast the report's page loads in chromium, and how smoothly its picture pans. */
import { Chromium, type Page } from "../test/helpers/chromium.ts";

export interface PageFigures {
  /** From the request until the picture is drawn. */
  readonly loadSeconds: number;
  /**
   * Frames a second while the picture is dragged: with all of it in view, and with a tenth of it.
   */
  readonly wholeFrames: number;
  readonly nearFrames: number;
}

const drawn = `new Promise((resolve) => {
  const look = () => {
    const { frames } = document.getElementById("picture-canvas")?.dataset ?? {};
    if (frames) resolve();
    else requestAnimationFrame(look);
  };
  look();
})`;

/** Drags back and forth for `seconds`; returns the frames drawn in each second. */
const dragged = (seconds: number): string => `new Promise((resolve) => {
  const canvas = document.getElementById("picture-canvas");
  const { left, top } = canvas.getBoundingClientRect();
  const send = (type, x) => canvas.dispatchEvent(new PointerEvent(type,
    { pointerId: 1, button: 0, clientX: left + x, clientY: top + 200, bubbles: true }));
  canvas.setPointerCapture = () => undefined;
  send("pointerdown", 500);
  const began = performance.now();
  const before = Number(canvas.dataset.frames);
  let step = 0;
  const next = () => {
    step += 1;
    send("pointermove", 500 + 200 * Math.sin(step / 10));
    const elapsed = (performance.now() - began) / 1e3;
    if (elapsed < ${seconds}) requestAnimationFrame(next);
    else {
      send("pointerup", 500);
      resolve((Number(canvas.dataset.frames) - before) / elapsed);
    }
  };
  next();
})`;

export async function measurePage(file: string, seconds: number): Promise<PageFigures> {
  const browser = new Chromium();
  try {
    // Wait for the browser to start, so that this is not counted as loading.
    await browser.send("Browser.getVersion");
    const began = performance.now();
    const page: Page = await browser.open(file, { width: 1280, height: 900 });
    await page.evaluate(drawn);
    const loadSeconds = (performance.now() - began) / 1e3;
    const press = 'document.querySelector("[data-key=\\"+\\"]").click()';
    await page.evaluate(press);
    const wholeFrames = await page.evaluate<number>(dragged(seconds));
    for (let i = 0; i < 10; i++) await page.evaluate(press);
    const nearFrames = await page.evaluate<number>(dragged(seconds));
    if (page.complaints.length > 0) throw new Error(page.complaints[0]);
    return { loadSeconds, wholeFrames, nearFrames };
  } finally {
    await browser.close();
  }
}
