/** The mapping under the cursor: what it is, and what happened to it. */
import type { Blocker } from "../../app/explore/blocker.ts";
import type { Life, LifeMoment } from "../../app/explore/life.ts";
import {
  kindAt,
  labelOf,
  permissionsOf,
  rowAt,
  type SpaceFrame,
} from "../../app/explore/space-frame.ts";
import { shortenPath } from "../../base/columns.ts";
import { displayWidth } from "../../base/display-width.ts";
import { kindLooks } from "../../base/kinds.ts";
import { printable } from "../../base/printable.ts";
import type { Sign } from "../../base/style.ts";
import { countOf, formatAddress, formatBytes, formatDuration } from "../../base/units.ts";
import { Canvas } from "./canvas.ts";
import { baseNameOf } from "./names.ts";
import type { Palette } from "./palette.ts";

export interface MappingState {
  readonly frame: SpaceFrame | undefined;
  readonly address: number | undefined;
  /** Of the mapping under the cursor; undefined until it is read. */
  readonly life: Life | undefined;
  readonly seq: number;
  /** While a recording is followed, no life is read. */
  readonly isFollowing: boolean;
}

/** The title of the pane: `#12`; another one where there is no mapping of the program. */
export function mappingTitle({ frame, address, life }: MappingState): string {
  const row = frame === undefined || address === undefined ? -1 : rowAt(frame, address);
  if (frame === undefined || row < 0) return life === undefined ? "mapping" : `#${life.mapping}`;
  return kindAt(frame, row) === "tool" ? "maptrail's own" : `#${frame.mapping[row]}`;
}

export function drawMapping(
  state: MappingState,
  width: number,
  height: number,
  palette: Palette,
): string[] {
  const canvas = new Canvas(width, height);
  const { frame, address } = state;
  const quiet = palette.role("quiet");
  const row = frame === undefined || address === undefined ? -1 : rowAt(frame, address);
  if (state.life !== undefined && row < 0) {
    canvas.put(1, 0, `#${state.life.mapping} was here and is gone`, quiet);
    if (height > 1) drawLife(canvas, 2, state, palette);
    return canvas.lines();
  }
  if (frame === undefined || row < 0) {
    const text = address === undefined ? "no address is chosen" : "nothing is mapped at the cursor";
    canvas.put(1, 0, text, quiet);
    return canvas.lines();
  }
  if (height === 1) {
    drawOneLine(canvas, frame, row, state, palette);
    return canvas.lines();
  }
  const kind = kindAt(frame, row);
  const name = printable(frame.nameOf(row)) || labelOf(frame, row);
  canvas.put(1, 0, palette.pick("■", "#"), palette.foreground(kind));
  canvas.put(3, 0, shortenPath(name, width - 4), palette.role("strong"));
  const [start, end] = [frame.start[row]!, frame.end[row]!];
  canvas.put(
    3,
    1,
    `${formatBytes(end - start)}  ${permissionsOf(frame, row)}  ${kindLooks[kind].word}`,
  );
  canvas.put(3, 2, `${formatAddress(start)} … ${formatAddress(end)}`, quiet);
  if (kind !== "tool") drawLife(canvas, 4, state, palette);
  return canvas.lines();
}

function drawOneLine(
  canvas: Canvas,
  frame: SpaceFrame,
  row: number,
  { life }: MappingState,
  palette: Palette,
): void {
  const kind = kindAt(frame, row);
  let x = canvas.put(1, 0, `#${frame.mapping[row]} `, palette.role("strong"));
  x = canvas.put(x, 0, `${printable(labelOf(frame, row))}  `, palette.foreground(kind));
  if (life === undefined) return;
  x = canvas.put(x, 0, `${tallyText(life, palette)}  `);
  const blocker = lastBlocker(life);
  if (blocker !== undefined) canvas.put(x, 0, blockedBy(blocker), palette.role("attention"));
}

function drawLife(
  canvas: Canvas,
  top: number,
  { life, seq, isFollowing }: MappingState,
  palette: Palette,
): void {
  const quiet = palette.role("quiet");
  if (life === undefined) {
    const text = isFollowing ? "h stops here and shows its life" : "its life is being read";
    canvas.put(3, top, text, quiet);
    return;
  }
  let y = top;
  const line = (label: string, text: string, look = ""): void => {
    canvas.put(1, y, label, quiet);
    canvas.put(8, y, text, look);
    y += 1;
  };
  line("born", bornText(life, palette));
  line("life", tallyText(life, palette));
  const blocker = lastBlocker(life);
  if (blocker !== undefined) {
    const [first, ...rest] = blockerLines(blocker, canvas.width - 8);
    line("last", first!, palette.role("attention"));
    for (const text of rest) line("", text, palette.role("attention"));
  }
  y += 1;
  const room = canvas.height - y;
  const current = life.moments.findLastIndex((moment) => moment.seq <= seq);
  const first = Math.max(0, Math.min(life.moments.length - room, current - Math.floor(room / 2)));
  for (const moment of life.moments.slice(first, first + room)) {
    drawMoment(canvas, y, moment, moment.seq === seq, palette);
    y += 1;
  }
  if (!life.isWhole && y < canvas.height) canvas.put(3, y, palette.pick("…", "..."), quiet);
}

const signsOf: Readonly<Record<string, Sign>> = {
  born: "born",
  found: "born",
  grew: "inPlace",
  moved: "moved",
  refused: "refused",
  shrunk: "shrunk",
  unmapped: "gone",
  replaced: "gone",
  ended: "gone",
  duplicated: "duplicated",
};

function drawMoment(
  canvas: Canvas,
  y: number,
  moment: LifeMoment,
  isHere: boolean,
  palette: Palette,
): void {
  const sign = signsOf[moment.what];
  const look = isHere ? palette.role("strong") : "";
  canvas.put(0, y, isHere ? palette.pick("▶", ">") : " ", palette.role("attention"));
  canvas.putRight(9, y, `@${moment.seq}`, isHere ? look : palette.role("quiet"));
  if (sign !== undefined) {
    const shown = palette.sign(sign);
    canvas.put(10, y, shown.text, shown.look);
  }
  const word = moment.what === "found" ? "was there" : moment.what;
  canvas.put(12, y, word, look, 24);
  canvas.putRight(34, y, moment.bytes === 0 ? "" : formatBytes(moment.bytes), look);
  const room = canvas.width - 36;
  const { blocker } = moment;
  if (blocker !== undefined) {
    const name = nameOf(blocker);
    const texts = [blockedBy(blocker), `blocked by ${name}`, name];
    const text = texts.find((one) => displayWidth(one) <= room) ?? name;
    canvas.put(36, y, text, palette.role("attention"));
  } else if (room >= addressCells) {
    canvas.put(36, y, startText(moment), palette.role("quiet"));
  }
}

const addressCells = 16;

function startText({ start }: LifeMoment): string {
  return start === undefined ? "" : formatAddress(start);
}

function bornText({ moments }: Life, palette: Palette): string {
  const [first] = moments;
  if (first === undefined) return "not seen yet";
  const size = formatBytes(first.bytes);
  if (first.what === "found") return `before the recording, ${size}`;
  return `@${first.seq}  ${formatDuration(first.atNanos, palette.pick("µs", "us"))}  ${size}`;
}

/** `grew 31 +  7 →      1 MiB to 128 MiB` */
function tallyText({ moments }: Life, palette: Palette): string {
  const count = (what: string): number => moments.filter((moment) => moment.what === what).length;
  const parts = (["grew", "moved", "refused", "shrunk"] as const).flatMap((what) => {
    const times = count(what);
    return times === 0 ? [] : [`${times} ${palette.sign(signsOf[what]!).text}`];
  });
  const sizes = moments.map(({ bytes }) => bytes).filter((bytes) => bytes > 0);
  const [first, last] = [sizes[0], sizes.at(-1)];
  if (parts.length === 0) return countOf(moments.length, "event");
  const range = first === last ? "" : `   ${formatBytes(first ?? 0)} to ${formatBytes(last ?? 0)}`;
  return `${parts.join("  ")}${range}`;
}

function lastBlocker({ moments }: Life): Blocker | undefined {
  return moments.findLast(({ blocker }) => blocker !== undefined)?.blocker;
}

/** `blocked by #9 libz.so.1` */
export function blockedBy(blocker: Blocker): string {
  return [`blocked by ${nameOf(blocker)}`, ...whatOf(blocker)].join(" ");
}

/** The blocker and the room that it left, broken so that each line fits into `width` cells. */
function blockerLines(blocker: Blocker, width: number): string[] {
  const whole = blockedBy(blocker);
  const lines =
    displayWidth(whole) <= width ? [whole] : [`blocked by ${nameOf(blocker)}`, ...whatOf(blocker)];
  return [...lines, roomText(blocker)];
}

function whatOf({ mapping, what }: Blocker): string[] {
  return mapping === undefined ? [] : [printable(baseNameOf(what))];
}

function nameOf({ mapping, what }: Blocker): string {
  return mapping === undefined ? what : `#${mapping}`;
}

function roomText({ gapBytes, neededBytes }: Blocker): string {
  const gap = gapBytes === 0 ? "no gap" : `a gap of ${formatBytes(gapBytes)}`;
  return `${gap}, needed ${formatBytes(neededBytes)}`;
}
