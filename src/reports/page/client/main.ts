/**
 * The page's script: makes the picture interactive and tables sortable. The page works without it.
 */

import { addControls } from "./controls.ts";
import { readData } from "./data.ts";
import { LivePicture } from "./picture.ts";
import { makeSortable } from "./tables.ts";

function required<Element extends HTMLElement>(id: string): Element {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`the page has no ${id}`);
  return element as Element;
}

async function begin(): Promise<void> {
  for (const table of document.querySelectorAll<HTMLTableElement>("table.sortable")) {
    makeSortable(table);
  }
  const data = await readData();
  if (data === undefined) return;
  const host = required("picture");
  host.classList.add("live");
  document.documentElement.classList.add("live-page");
  const parts = {
    host,
    canvas: required<HTMLCanvasElement>("picture-canvas"),
    tooltip: required("picture-tooltip"),
    spoken: required("picture-spoken"),
  };
  const picture = new LivePicture(parts, data);
  addControls(picture, parts, required("picture-buttons"));
  new ResizeObserver(() => picture.refresh()).observe(parts.canvas);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => picture.refresh());
  const choice = document.getElementById("picture-process");
  if (choice instanceof HTMLSelectElement) {
    choice.addEventListener("change", () => picture.show(choice.selectedIndex));
  }
  document.documentElement.dataset["ready"] = "true";
}

begin().catch((error: unknown) => {
  // The still picture is left in place. Say why, or a page without its controls looks intact.
  document.documentElement.dataset["failed"] = String(error);
  const note = document.getElementById("picture-note");
  if (note !== null) note.textContent = `This is a still picture: ${String(error)}`;
});
