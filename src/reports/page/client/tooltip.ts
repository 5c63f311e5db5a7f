/**
 * Text for what is under the pointer: kind, size, addresses, the call that made it, and its site.
 */

import { formatAddress, formatBytes, formatDuration } from "../../../base/units.ts";
import type { Move, Scene } from "./scene.ts";

/** The first line is the heading. */
export function rangeLines(scene: Scene, i: number): string[] {
  const { data } = scene;
  const row = scene.rowOf(i);
  const read = (name: string): number => data.column(name)[row] ?? 0;
  const bytes = read("end") - read("start");
  const kind = data.kinds[read("kind")]?.word ?? "";
  const call = data.calls[read("call")] ?? "";
  const seq = read("bySeq");
  const by = seq === 0 ? "there before recording began" : `${call} @${seq}`;
  const gain = data.gains[read("gain")] ?? "";
  const lived = read("toNanos") - read("fromNanos");
  return [
    `${formatBytes(bytes)} ${kind}`,
    `${formatAddress(read("start"))} to ${formatAddress(read("end"))}`,
    seq === 0 ? `#${read("mapping")}  ${by}` : `#${read("mapping")}  ${gain} by ${by}`,
    `${(read("fromNanos") / 1e9).toFixed(6)} s, for ${formatDuration(lived)}, ${data.losses[read("loss")] ?? ""}`,
    data.sites[read("site")] ?? "",
  ].filter((line) => line !== "");
}

export function moveLines(scene: Scene, move: Move): string[] {
  const took = move.durationNanos < 0 ? "" : `, took ${formatDuration(move.durationNanos)}`;
  return [
    `→ moved: ${formatBytes(move.oldBytes)} to ${formatBytes(move.newBytes)}`,
    `${formatAddress(move.from)} to ${formatAddress(move.to)}`,
    `@${move.seq}  ${(move.atNanos / 1e9).toFixed(6)} s${took}`,
    scene.data.sites[move.site] ?? "",
  ].filter((line) => line !== "");
}

/** Shows `lines` near a point of `host`, on the side where there is room. */
export function placeTooltip(
  tooltip: HTMLElement,
  host: HTMLElement,
  lines: readonly string[],
  x: number,
  y: number,
): void {
  tooltip.replaceChildren(
    ...lines.map((line, i) => {
      const element = document.createElement(i === 0 ? "strong" : "span");
      element.textContent = line;
      return element;
    }),
  );
  tooltip.hidden = false;
  const room = host.clientWidth - tooltip.offsetWidth - 4;
  const beside = x + 14 > room ? x - tooltip.offsetWidth - 14 : x + 14;
  tooltip.style.left = `${Math.max(0, Math.min(room, beside))}px`;
  tooltip.style.top = `${Math.max(0, Math.min(host.clientHeight - tooltip.offsetHeight, y + 12))}px`;
}
