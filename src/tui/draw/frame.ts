/** The lines around the panes: the header, rules with titles, and the footer. */
import { displayWidth } from "../../base/display-width.ts";
import { formatCount, formatDuration } from "../../base/units.ts";
import { Canvas } from "./canvas.ts";
import type { Palette } from "./palette.ts";

export interface HeaderState {
  readonly command: string;
  readonly recording: number;
  readonly eventCount: number;
  readonly durationNanos: number;
  /** Whether the recording can be trusted: `exact`, or what was not covered. */
  readonly trust: { readonly text: string; readonly isGood: boolean };
  readonly process: string;
  readonly isGrowing: boolean;
}

export function drawHeader(state: HeaderState, width: number, palette: Palette): string[] {
  const canvas = new Canvas(width, 1);
  const quiet = palette.role("quiet");
  let x = canvas.put(1, 0, "maptrail", palette.role("accent"));
  const rightFrom = width - 1 - displayWidth(state.process);
  const end = rightFrom - 2;
  x = canvas.put(x + 2, 0, state.command, palette.role("strong"), Math.min(end, x + 42));
  const dot = palette.pick("●", "*");
  const parts: (readonly [string, string])[] = [
    ...(state.isGrowing ? [[`${dot} recording`, palette.role("attention")] as const] : []),
    [`${formatCount(state.eventCount)} events`, ""],
    [formatDuration(state.durationNanos, palette.pick("µs", "us")), ""],
    [state.trust.text, palette.role(state.trust.isGood ? "good" : "attention")],
    [`recording ${state.recording}`, quiet],
  ];
  for (const [text, look] of parts) {
    if (x + 3 + displayWidth(text) > end) continue;
    x = canvas.put(x + 3, 0, text, look);
  }
  canvas.put(rightFrom, 0, state.process, palette.role("strong"));
  return canvas.lines();
}

/** `─ title ────── right ─` */
export function drawRule(
  title: string,
  right: string,
  width: number,
  isActive: boolean,
  palette: Palette,
): string {
  const canvas = new Canvas(width, 1);
  const quiet = palette.role("quiet");
  canvas.fill(0, 0, width, palette.pick("─", "-"), quiet);
  const look = isActive ? palette.role("accent") : quiet;
  const strong = look === "" ? "" : `${look};1`;
  const end = canvas.put(1, 0, ` ${title} `, isActive ? strong : "");
  const text = ` ${right} `;
  if (right !== "" && end + displayWidth(text) < width - 2)
    canvas.putRight(width - 1, 0, text, quiet);
  return canvas.lines()[0] ?? "";
}

const hints: readonly (readonly [keys: string, what: string])[] = [
  ["←→", "event"],
  ["m", "next move"],
  ["/", "filter"],
  ["+-", "zoom"],
  ["?", "help"],
  ["q", "quit"],
  ["f", "findings"],
  ["p", "processes"],
  ["⏎", "mapping"],
  ["w", "whowas"],
  ["s", "stack"],
  ["space", "play"],
  ["tab", "pane"],
  ["⇧", "100"],
  ["x", "failure"],
  ["[]", "of this mapping"],
  [":", "go to"],
  ["y", "copy"],
];

const ascii: Readonly<Record<string, string>> = { "←→": "h l", "⏎": "enter", "⇧": "H L" };

interface PromptState {
  readonly kind: "filter" | "goto";
  readonly text: string;
  readonly error: string | undefined;
}

export interface FooterState {
  readonly prompt: PromptState | undefined;
  readonly message: { readonly text: string; readonly isBad: boolean } | undefined;
  /** Events a second; undefined while nothing plays. */
  readonly playing: number | undefined;
  readonly screen: string;
}

/** What is typed, else the message, else the keys that one may want. */
export function drawFooter(view: FooterState, width: number, palette: Palette): string[] {
  const canvas = new Canvas(width, 1);
  if (view.prompt !== undefined) drawPrompt(canvas, view.prompt, palette);
  else if (view.message !== undefined) {
    const { text, isBad } = view.message;
    canvas.put(1, 0, text, palette.role(isBad ? "bad" : "strong"));
  } else drawHints(canvas, view, palette);
  return canvas.lines();
}

function drawPrompt(canvas: Canvas, { kind, text, error }: PromptState, palette: Palette): void {
  let x = canvas.put(1, 0, kind === "filter" ? "/" : ":", palette.role("accent"));
  x = canvas.put(x, 0, text, palette.role("strong"));
  x = canvas.put(x, 0, palette.pick("▏", "_"), palette.role("attention"));
  const help =
    kind === "filter"
      ? "mremap moved failed >1M pid:12 errno:ENOMEM path:libc"
      : "@1234, 1.25s, 50%, start, end, 0x7f..";
  canvas.put(x + 2, 0, error ?? help, palette.role(error === undefined ? "quiet" : "bad"));
}

const screenHints: readonly (readonly [string, string])[] = [
  ["↑↓", "choose"],
  ["⏎", "go there"],
  ["esc", "back"],
  ["q", "quit"],
];

function drawHints(canvas: Canvas, { playing, screen }: FooterState, palette: Palette): void {
  let x = 1;
  if (playing !== undefined) {
    const text = `${palette.pick("▶", ">")} ${formatCount(playing)} events/s`;
    x = canvas.put(x, 0, text, palette.role("attention")) + 2;
  }
  for (const [keys, what] of screen === "main" ? hints : screenHints) {
    const shown = palette.unicode ? keys : (ascii[keys] ?? keys.replace("↑↓", "j k"));
    if (x + displayWidth(shown) + displayWidth(what) + 1 > canvas.width - 1) return;
    x = canvas.put(x, 0, shown, palette.role("strong"));
    x = canvas.put(x + 1, 0, what, palette.role("quiet")) + 2;
  }
}

export function drawTooSmall(width: number, height: number, least: string): string[] {
  const canvas = new Canvas(width, height);
  const words = ["maptrail", `needs ${least}`, `this is ${width}x${height}`, "q quits"];
  for (const [y, text] of words.entries()) canvas.put(0, y, text);
  return canvas.lines();
}
