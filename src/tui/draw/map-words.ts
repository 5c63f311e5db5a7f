/** The line of text below the address map: what is under the cursor, and what the event did. */
import type { EventView } from "../../app/explore/event-view.ts";
import {
  kindAt,
  labelOf,
  permissionsOf,
  rowAt,
  type SpaceFrame,
} from "../../app/explore/space-frame.ts";
import { shortenPath } from "../../base/columns.ts";
import { displayWidth } from "../../base/display-width.ts";
import { printable } from "../../base/printable.ts";
import { formatAddress, formatBytes } from "../../base/units.ts";
import type { Canvas } from "./canvas.ts";
import type { Palette } from "./palette.ts";
import { type AddressWindow, wholeOf } from "./strip.ts";

/** Empty cells at the left and at the right of a pane. */
export const margin = 1;

export interface MapState {
  /** Undefined when the maps of the process are not known at this event. */
  readonly frame: SpaceFrame | undefined;
  readonly event: EventView | undefined;
  /** Undefined shows everything. */
  readonly window: AddressWindow | undefined;
  readonly address: number | undefined;
  /** What blocked the growth in place of an event that moved, in words. */
  readonly blocked: string | undefined;
}

/** What is under the cursor; at the right, what the event did. */
export function drawWords(
  canvas: Canvas,
  y: number,
  state: MapState,
  frame: SpaceFrame,
  palette: Palette,
): void {
  const { address, event, blocked } = state;
  const did = event === undefined ? "" : outcomeText(event, blocked);
  const room = canvas.width - 2 * margin;
  const rightFrom =
    did === ""
      ? canvas.width
      : canvas.width - margin - Math.min(displayWidth(did), Math.floor(room * 0.62));
  let x = margin;
  if (address !== undefined) {
    const row = rowAt(frame, address);
    const end = rightFrom - 2;
    if (row < 0) {
      x = canvas.put(
        x,
        y,
        `${formatAddress(address)}  nothing is mapped here`,
        palette.role("quiet"),
        end,
      );
    } else {
      const kind = kindAt(frame, row);
      const swatch = palette.depth === "none" ? "" : palette.pick("■ ", "# ");
      x = canvas.put(x, y, swatch, palette.foreground(kind));
      const number = kind === "tool" ? "" : `#${frame.mapping[row]} `;
      x = canvas.put(x, y, number, palette.role("strong"), end);
      const name = printable(frame.nameOf(row)) || labelOf(frame, row);
      x = canvas.put(x, y, `${shortenPath(name, 40)}  `, palette.role("strong"), end);
      const size = formatBytes(frame.end[row]! - frame.start[row]!);
      x = canvas.put(x, y, `${size}  ${permissionsOf(frame, row)}  `, "", end);
      canvas.put(x, y, formatAddress(frame.start[row]!), palette.role("quiet"), end);
    }
  }
  if (did !== "") canvas.put(rightFrom, y, did, outcomeLook(event!, palette));
}

function outcomeLook(event: EventView, palette: Palette): string {
  if (event.errno !== undefined || event.outcome === "refused") return palette.role("bad");
  return event.sign === undefined ? palette.role("quiet") : palette.sign(event.sign).look;
}

/** `moved by 1.2 GiB, blocked by #9 libz.so.1` */
function outcomeText(event: EventView, blocked: string | undefined): string {
  const size = event.before && formatBytes(event.before.end - event.before.start);
  const grown = event.after && formatBytes(event.after.end - event.after.start);
  if (event.errno !== undefined) return `${event.name} failed: ${event.errno}`;
  switch (event.outcome) {
    case "moved":
      return `${size} moved, now ${grown}${blocked === undefined ? "" : `, ${blocked}`}`;
    case "relocated":
      return `${size} put elsewhere by the program`;
    case "inPlace":
      return grown === undefined ? `heap grew by ${size}` : `${size} grew in place to ${grown}`;
    case "refused":
      return "growth refused";
    case "shrunk":
      return grown === undefined ? `heap shrank by ${size}` : `${size} shrank to ${grown}`;
    default:
      return "";
  }
}

/** The part of the address space that is shown, for the right end of the rule. */
export function windowText(
  frame: SpaceFrame | undefined,
  window: AddressWindow | undefined,
): string {
  if (frame === undefined || frame.count === 0) return "";
  const { start, end } = window ?? wholeOf(frame);
  const size = formatBytes(end - start);
  return `${formatAddress(start)} … ${formatAddress(end)}  ${size}`;
}
